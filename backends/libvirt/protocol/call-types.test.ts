import { expect, test } from 'vitest';
import type { Session } from '../rpc/session.ts';
import { domainEvents } from './events.ts';
import { remote } from './remote.ts';

const dom = { name: 'guest', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };

/** Never run: each line below is looked at by the compiler, which demands the errors that are expected. */
export async function wrongCalls(session: Session): Promise<void> {
  // @ts-expect-error an argument that the procedure has not
  await session.call(remote.domainSuspend, { dom, flags: 0 });
  // @ts-expect-error an argument is missing
  await session.call(remote.domainGetXmlDesc, { dom });
  // @ts-expect-error a number is no 64-bit integer
  await session.call(remote.domainSetMemoryFlags, { dom, memory: 1, flags: 0 });
  // @ts-expect-error what may not be null
  await session.call(remote.domainLookupByName, { name: null });
  // @ts-expect-error undefined is not null
  await session.call(remote.connectOpen, { name: undefined, flags: 0 });
  // @ts-expect-error a type that typed parameters have not
  await session.call(remote.domainSetMemoryParameters, { dom, params: [{ field: 'x', type: 'float', value: 1 }], flags: 0 });
  // @ts-expect-error a value that is not of its type
  await session.call(remote.domainSetMemoryParameters, { dom, params: [{ field: 'x', type: 'ullong', value: 1 }], flags: 0 });
  // @ts-expect-error a result that the procedure has not
  void (await session.call(remote.domainGetState, { dom, flags: 0 })).memory;
  // @ts-expect-error the result of nothing has no fields
  void (await session.call(remote.domainSuspend, { dom })).dom;
  // @ts-expect-error a procedure that opens no stream
  await session.openStream(remote.domainGetState, { dom, flags: 0 });
  // @ts-expect-error a procedure that does not exist
  await session.call(remote.domainOpenGraphicsFd, { dom, idx: 0, flags: 0 });
  // @ts-expect-error a field that the event has not
  session.on(domainEvents.lifecycle, ({ reason }) => void reason);
  // @ts-expect-error what was decoded is nobody's to change
  (await session.call(remote.domainGetState, { dom, flags: 0 })).state = 1;
}

test('what is right compiles, and is what is meant', () => {
  const right = (session: Session) => session.call(remote.domainSetMemoryFlags, { dom, memory: 1n, flags: 0 });
  expect(right).toBeTypeOf('function');
  expect(remote.domainSetMemoryFlags).toMatchObject({ number: 204, effect: 'mutation', name: 'domainSetMemoryFlags' });
});
