import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GuestRequest } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { chosenToken, guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { type Fault, type FaultMode, type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts';
import { inventory, makePool, openParts } from '../faults/storage-bed.ts';

// The K-sweep of a creation whose disk is uploaded, or cloned on the host, and grown; test/faults has the one with an empty disk.
let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let pool: string;
let image: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  image = join(daemon.dir, 'system.img');
  const content = randomBytes(2 * MiB);
  await writeFile(image, content);
  await writeFile(join(pool, 'original.img'), content);
  proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
});
afterAll(async () => {
  await proxy.close();
  await daemon.stop();
});

const everything = () => inventory(daemon, { disks: pool });
const into = { into: 'disks', size: 4 * MiB } as const;

const requests = {
  uploaded: (): GuestRequest =>
    guestRequest(plainSpec('new', { source: { kind: 'disk', from: { kind: 'file', token: chosenToken }, ...into } }), image, {
      image: { file: { path: image }, format: 'raw' },
    }),
  cloned: (): GuestRequest =>
    guestRequest(
      plainSpec('new', { source: { kind: 'disk', from: { kind: 'volume', volume: { pool: 'disks', name: 'original.img' } }, ...into } }),
      '',
    ),
};

async function attempt(what: keyof typeof requests, fault: Fault) {
  const { host, creation } = await openParts(proxy.uri, 3000);
  const { operation, notes } = notedOperation();
  proxy.arm(fault);
  let failed: BackendError | null = null;
  let id: string | null = null;
  try {
    id = await creation.create(requests[what](), operation);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    failed = error;
  } finally {
    host.close();
  }
  const { spoilt } = proxy;
  proxy.arm();
  return { id, failed, spoilt, left: notes.filter(({ state }) => state !== 'gone') };
}

/** Whole, and as if it had never been made afterwards. */
async function remove(id: string): Promise<void> {
  expect((await daemon.virsh('domstate', id)).trim()).toBe('running');
  const [disk = ''] = /\/\S+$/m.exec(await daemon.virsh('domblklist', id)) ?? [];
  expect(await daemon.virsh('vol-info', '--bytes', disk)).toMatch(new RegExp(`Capacity:\\s+${4 * MiB} bytes`));
  await daemon.virsh('destroy', id);
  await daemon.virsh('undefine', id);
  await daemon.virsh('vol-delete', disk);
}

const sweeps: [keyof typeof requests, FaultMode, Fault['among']][] = (['uploaded', 'cloned'] as const).flatMap((what) => [
  [what, 'error reply', 'all'],
  [what, 'cut before', 'mutations'],
  [what, 'reply lost', 'mutations'],
]);

test.each(sweeps)(
  'a disk that is %s, %s, at %s: the guest is wholly there or not at all',
  { timeout: 1_200_000 },
  async (what, mode, among) => {
    const before = await everything();
    for (let at = 1, whole = false; !whole; at += 1) {
      const { id, failed, spoilt, left } = await attempt(what, { mode, at, among });
      const story = `call ${at}, ${spoilt}: ${failed?.code} ${failed?.message} ${failed?.reason}`;
      whole = spoilt === null;
      expect(at > 2 || !whole, story).toBe(true);
      if (id === null) {
        expect(whole, story).toBe(false);
        expect(left, story).toEqual([]);
        expect(failed?.message, story).not.toMatch(/left behind/i);
      } else {
        await remove(id);
      }
      expect(await everything(), story).toEqual(before);
    }
  },
);
