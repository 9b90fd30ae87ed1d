import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type Fault, type FaultMode, type FaultProxy, isMutation, startFaultProxy } from './fault-proxy.ts';
import { guestRequest } from '../bed/guest-request.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { inventory, makeIso, makePool, openParts, operation, smallGuest } from './storage-bed.ts';

let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let pool: string;
let iso: string;
let plain: readonly string[];

const everything = () => inventory(daemon, { disks: pool });

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  iso = await makeIso(join(daemon.dir, 'nothing.iso'));
  proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
  // What was there before, under the very names that a rollback might mistake for its own.
  await daemon.virsh('vol-create-as', 'disks', 'new.qcow2', '64M', '--format', 'qcow2');
  await daemon.virsh('vol-create-as', 'disks', 'bystander.qcow2', '64M', '--format', 'qcow2');
  const outcome = await attempt();
  expect(outcome.failed).toBeNull();
  plain = [...proxy.calls];
  await remove(outcome.id);
});
afterAll(async () => {
  await proxy.close();
  await daemon.stop();
});

type Outcome = { id: string; failed: null } | { id: null; failed: BackendError };

/** What the last attempt wrote down of what it makes. */
let notes: ReturnType<typeof notedOperation>['notes'];

async function attempt(fault?: Fault): Promise<Outcome> {
  const { host, creation } = await openParts(proxy.uri, 3000);
  proxy.arm(fault);
  try {
    const noted = notedOperation();
    notes = noted.notes;
    return { id: await creation.create(guestRequest(smallGuest('new', 'disks'), iso), noted.operation), failed: null };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return { id: null, failed: error };
  } finally {
    host.close();
  }
}

async function remove(id: string | null): Promise<void> {
  if (id === null) return;
  await daemon.virsh('destroy', id);
  await daemon.virsh('undefine', id, '--nvram');
  await daemon.virsh('vol-delete', 'new-1.qcow2', '--pool', 'disks');
}

test('a creation makes its changes in order: volume, definition, start', () => {
  expect(plain.filter(isMutation)).toEqual(['storageVolCreateXml', 'domainDefineXmlFlags', 'domainCreateWithFlags']);
});

// A connection that ends at a read is the same before and after it was answered; a read that is never answered ends by its own deadline of
// 30 s, which the session's tests try.
const sweeps: [FaultMode, Fault['among']][] = [
  ['error reply', 'all'],
  ['cut before', 'all'],
  ['reply lost', 'mutations'],
  ['never done, no reply', 'mutations'],
  ['done, no reply', 'mutations'],
];

test.each(sweeps)(
  '%s, at %s: the guest is wholly there or not at all, and nobody else is touched',
  { timeout: 600_000 },
  async (mode, among) => {
    const before = await everything();
    const whole = {
      ...before,
      domains: [...(before['domains'] ?? []), 'new'],
      'volumes of disks': [...(before['volumes of disks'] ?? []), 'new-1.qcow2'].sort(),
      'files of disks': [...(before['files of disks'] ?? []), 'new-1.qcow2'].sort(),
    };
    const count = among === 'all' ? plain.length : plain.filter(isMutation).length;
    for (let at = 1; at <= count; at += 1) {
      const { id, failed } = await attempt({ mode, at, among });
      const { spoilt } = proxy;
      const story = `call ${at}, ${spoilt}: ${failed?.code} ${failed?.message}`;
      expect(spoilt, story).not.toBeNull();
      if (id === null) {
        expect(await everything(), story).toEqual(before);
        expect(failed.message, story).not.toContain('Left behind');
        expect(
          notes.filter(({ state }) => state !== 'gone'),
          story,
        ).toEqual([]);
      } else {
        expect(await everything(), story).toEqual(whole);
        expect(
          notes.map(({ product, state }) => [product.kind, state]),
          story,
        ).toEqual([
          ['volume', 'made'],
          ['guest', 'made'],
        ]);
        expect((await daemon.virsh('domstate', id)).trim(), story).toBe('running');
        await remove(id);
      }
      // What was done is never called failed, and what was not done never a success.
      if (isMutation(spoilt ?? '')) expect(id !== null, story).toBe(mode === 'reply lost' || mode === 'done, no reply');
    }
  },
);

test('where undoing fails too, what is left is named, and the rest is gone', async () => {
  const before = await everything();
  proxy.refuse('domainCreateWithFlags', 'storageVolDelete');
  const { failed } = await attempt();
  proxy.refuse();
  expect(failed?.message).toMatch(
    /^Starting the guest failed\. injected fault Left behind, because removing it failed too: the disk “.*new-1\.qcow2” \(injected fault\)\.$/,
  );
  expect(await everything()).toMatchObject({
    domains: before['domains'],
    'files of disks': ['bystander.qcow2', 'new-1.qcow2', 'new.qcow2'],
  });
  expect(notes.filter(({ state }) => state !== 'gone').map(({ product }) => product)).toMatchObject([
    { kind: 'volume', pool: 'disks', name: 'new-1.qcow2' },
  ]);
  await daemon.virsh('vol-delete', 'new-1.qcow2', '--pool', 'disks');
});

test('a daemon that dies in the middle and comes back: nothing is left', async () => {
  const before = await everything();
  const { host, creation } = await openParts(proxy.uri);
  const killed: Promise<void>[] = [];
  const kill = (step: string) => {
    if (step !== 'Defining the guest') return;
    killed.push(
      daemon
        .crash()
        .then(() => new Promise((done) => setTimeout(done, 1500)))
        .then(() => daemon.revive()),
    );
  };
  const outcome = await creation
    .create(guestRequest(smallGuest('new', 'disks'), iso), operation(undefined, kill))
    .catch((error: unknown) => error);
  await Promise.all(killed);
  host.close();
  expect(killed).toHaveLength(1);
  // It may have been quicker than the kill; then the guest is wholly there.
  if (typeof outcome === 'string') await remove(outcome);
  else expect(outcome).toMatchObject({ name: 'BackendError', code: 'connection-lost' });
  expect(await everything()).toEqual(before);
});
