import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { DomainState, guestUuid, ScriptedHost } from '../fakes/scripted-host.ts';
import { connectTo } from '../bed/unattended-connect.ts';

const GUESTS = 20;
let host: ScriptedHost;
let connection: HostConnection;

beforeEach(async () => {
  host = await ScriptedHost.start(GUESTS);
  // They hang, as when a guest's disk is on a file server that is gone.
  host.daemon.handle(remote.domainCreateWithFlags, () => undefined);
  host.daemon.answer(remote.domainSuspend, ({ dom }) => {
    const domain = host.domains.get(dom.uuid);
    if (domain !== undefined) domain.state = DomainState.paused;
    return {};
  });
  connection = await connectTo(host.uri);
});
afterEach(async () => {
  await connection.close();
  await host.close();
});

const starts = () => host.daemon.peers.map((peer) => peer.calls(remote.domainCreateWithFlags).length);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const begin = (count: number) => {
  for (let index = 0; index < count; index++) connection.act(guestUuid(index), 'start').catch(() => undefined);
};
/** What waits for a call that hangs waits for ever. */
const SOON_MS = 5000;
async function took(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

test('eight starts that hang keep neither the list nor a pause waiting', async () => {
  host.domain(19).state = DomainState.running;
  begin(8);
  await expect.poll(() => sum(starts())).toBe(8);
  expect(await took(connection.listGuests())).toBeLessThan(SOON_MS);
  expect(await took(connection.act(guestUuid(19), 'pause'))).toBeLessThan(SOON_MS);
  expect(host.domain(19).state).toBe(DomainState.paused);
});

test('no connection has more under way than the daemon reads, and the daemon keeps workers for others', async () => {
  begin(18);
  await expect.poll(() => sum(starts())).toBe(12);
  expect(Math.max(...starts())).toBe(4);
  expect(starts().filter((count) => count > 0)).toHaveLength(3);
  // The main connection is not among them: it is the one that hears events.
  const [main] = host.daemon.peers;
  expect(main?.calls(remote.connectDomainEventCallbackRegisterAny)).not.toHaveLength(0);
  expect(starts()[0]).toBe(0);
});

test('guests that hang at what is quick otherwise keep lists and starts going', async () => {
  for (let index = 0; index < GUESTS; index++) host.domain(index).state = DomainState.running;
  host.domain(19).state = DomainState.shutOff;
  host.daemon.handle(remote.domainSuspend, () => undefined);
  for (let index = 0; index < 10; index++) connection.act(guestUuid(index), 'pause').catch(() => undefined);
  await expect.poll(() => sum(host.daemon.peers.map((peer) => peer.calls(remote.domainSuspend).length))).toBe(8);
  expect(await took(connection.listGuests())).toBeLessThan(SOON_MS);
  host.daemon.answer(remote.domainCreateWithFlags, ({ dom }) => ({ dom }));
  expect(await took(connection.act(guestUuid(19), 'start'))).toBeLessThan(SOON_MS);
});

test('two connections serve a host that has nothing to do but a start', async () => {
  host.daemon.answer(remote.domainCreateWithFlags, ({ dom }) => ({ dom }));
  await connection.act(guestUuid(0), 'start');
  await connection.act(guestUuid(1), 'start');
  expect(host.daemon.peers).toHaveLength(2);
});
