import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import type { Procedure } from '../../backends/libvirt/protocol/procedure.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import type { GuestAction } from '../../backends/model/guest-action.ts';
import { DomainState, guestUuid, ScriptedHost, type ScriptedDomain } from '../fakes/scripted-host.ts';
import { connectTo } from '../bed/unattended-connect.ts';

type Mark = Partial<Pick<ScriptedDomain, 'state' | 'saved' | 'autostart'>>;
interface Case {
  readonly action: GuestAction;
  readonly procedure: Pick<Procedure<never, never>, 'program' | 'number'>;
  readonly before: Mark;
  /** Null: nothing shows that it was done. */
  readonly after: Mark | null;
  /** That nothing shows is no proof that it was not done. */
  readonly slow?: true;
}

const { running, paused, shutOff } = DomainState;
const cases: readonly Case[] = [
  { action: 'start', procedure: remote.domainCreateWithFlags, before: { state: shutOff }, after: { state: running } },
  { action: 'pause', procedure: remote.domainSuspend, before: { state: running }, after: { state: paused } },
  { action: 'resume', procedure: remote.domainResume, before: { state: paused }, after: { state: running } },
  { action: 'save', procedure: remote.domainManagedSave, before: { state: running }, after: { state: shutOff, saved: true } },
  { action: 'discard-save', procedure: remote.domainManagedSaveRemove, before: { saved: true }, after: { saved: false } },
  { action: 'force-off', procedure: remote.domainDestroyFlags, before: { state: running }, after: { state: shutOff } },
  { action: 'shut-down', procedure: remote.domainShutdownFlags, before: { state: running }, after: { state: shutOff }, slow: true },
  { action: 'reboot', procedure: remote.domainReboot, before: { state: running }, after: null },
  { action: 'autostart', procedure: remote.domainSetAutostart, before: { autostart: false }, after: { autostart: true } },
  { action: 'no-autostart', procedure: remote.domainSetAutostart, before: { autostart: true }, after: { autostart: false } },
  { action: 'reset', procedure: remote.domainReset, before: { state: running }, after: null },
];

let host: ScriptedHost;
let connection: HostConnection;

beforeEach(async () => {
  host = await ScriptedHost.start(1);
  connection = await connectTo(host.uri);
});
afterEach(async () => {
  await connection.close();
  await host.close();
});

const sent = ({ number }: Case['procedure']) => host.daemon.peers.reduce((total, peer) => total + peer.calls({ number }).length, 0);
const everyPeer = (what: (peer: (typeof host.daemon.peers)[number]) => void) => host.daemon.peers.forEach(what);

/** The daemon has got the call; then every connection ends, before or after it is done. */
function cutAt({ procedure }: Case, done: Mark | null): void {
  host.daemon.handle({ ...remote.domainReset, ...procedure }, () => {
    if (done !== null) Object.assign(host.domain(0), done);
    everyPeer((peer) => peer.end());
  });
}

describe.each(cases)('$action, cut between the call and its answer', (each) => {
  const { action, procedure, before, after } = each;

  test('that was done is found to be done', async () => {
    Object.assign(host.domain(0), before);
    cutAt(each, after ?? {});
    const asked = connection.act(guestUuid(0), action);
    if (after === null) await expect(asked).rejects.toMatchObject({ code: 'outcome-unknown' });
    else await asked;
    expect(sent(procedure)).toBe(1);
    expect(await connection.closed).toBeInstanceOf(Error);
    connection = await connectTo(host.uri);
    const [guest] = await connection.listGuests();
    expect(guest).toMatchObject({
      saved: host.domain(0).saved,
      autostart: host.domain(0).autostart,
      state: host.domain(0).state === shutOff ? 'shut-off' : host.domain(0).state === paused ? 'paused' : 'running',
    });
    expect(sent(procedure)).toBe(1);
  });

  test('that was not done is said not to be, or that nobody knows; and is not tried again', async () => {
    Object.assign(host.domain(0), before);
    cutAt(each, null);
    const code = after === null || each.slow ? 'outcome-unknown' : 'connection-lost';
    await expect(connection.act(guestUuid(0), action)).rejects.toMatchObject({ code });
    expect(sent(procedure)).toBe(1);
  });
});

test('a save that goes on without us is waited for', async () => {
  Object.assign(host.domain(0), { state: running });
  let jobs = 3;
  host.daemon.answer(remote.domainGetJobStats, () => {
    jobs -= 1;
    if (jobs === 0) Object.assign(host.domain(0), { state: shutOff, saved: true });
    return { type: jobs > 0 ? 2 : 0, params: [] };
  });
  host.daemon.handle(remote.domainManagedSave, () => everyPeer((peer) => peer.end()));
  await connection.act(guestUuid(0), 'save');
  expect(jobs).toBeLessThanOrEqual(0);
  expect(sent(remote.domainManagedSave)).toBe(1);
});

test('a connection that we close ourselves is not opened again to look', async () => {
  Object.assign(host.domain(0), { state: running });
  host.daemon.handle(remote.domainSuspend, () => undefined);
  const asked = connection.act(guestUuid(0), 'pause');
  const failed = expect(asked).rejects.toMatchObject({ code: 'outcome-unknown' });
  await expect.poll(() => sent(remote.domainSuspend)).toBe(1);
  const connections = host.daemon.peers.length;
  await connection.close();
  await failed;
  expect(host.daemon.peers).toHaveLength(connections);
});
