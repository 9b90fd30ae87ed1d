import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PolkitHost, startPolkitHost } from '../bed/polkit.ts';
import { type Person, startPerson } from '../bed/person.ts';
import { type PrivateHome, privateHome } from '../bed/unprivileged.ts';

const SYSTEM = { uri: 'qemu:///system' };

let host: PolkitHost;
let home: PrivateHome;
let person: Person;
let pid: number;

beforeAll(async () => {
  host = await startPolkitHost();
  home = await privateHome();
  person = await startPerson(home, 'test/libvirt/visitor.ts', host.daemon.enter);
  pid = Number(Object(await person.said()).pid);
});
afterAll(async () => {
  await person.kill();
  await host.stop();
  await home.remove();
});

/** What the person is told when the question for a password gets this answer. */
async function whenAnswered(answer: 'accept' | 'deny' | 'cancel' | 'nothing') {
  const agent = await host.startAgent(pid, answer);
  const told = await person.ask(SYSTEM);
  expect(agent.heard).toEqual(['asked']);
  await agent.stop();
  return told;
}

// One after the other: a permission that was given is kept for some minutes.
test('without a system bus nobody can be asked', async () => {
  expect(await person.ask(SYSTEM)).toMatchObject({
    fault: { code: 'auth-no-agent', message: expect.stringMatching(/could not ask/), remedy: expect.stringMatching(/polkit/) },
  });
});

test('without an agent nobody can ask', async () => {
  await host.startPolkit();
  expect(await person.ask(SYSTEM)).toMatchObject({
    fault: { code: 'auth-no-agent', message: expect.stringMatching(/ask you/), remedy: expect.stringMatching(/desktop/) },
  });
});

test('who may not manage may look', async () => {
  expect(await person.ask({ ...SYSTEM, readOnly: true })).toMatchObject({ guests: 0 });
});

test('a wrong password, a closed dialogue and one that nobody answers are told apart', async () => {
  expect(await whenAnswered('deny')).toMatchObject({ fault: { code: 'auth-failed', message: expect.stringMatching(/not allowed/) } });
  expect(await whenAnswered('cancel')).toMatchObject({ fault: { code: 'auth-cancelled', message: expect.stringMatching(/closed/) } });
  expect(await whenAnswered('nothing')).toMatchObject({ fault: { code: 'auth-cancelled', message: expect.stringMatching(/in time/) } });
});

test('after all that, the right password lets them in, and is asked for once', async () => {
  expect(await whenAnswered('accept')).toMatchObject({ guests: 0 });
  expect(await person.ask(SYSTEM)).toMatchObject({ guests: 0 });
});
