import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import type { Operation, VolumeTransfers } from '../../backends/backend.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { openTransfers } from '../libvirt/transfer-bed.ts';
import { type Fault, type FaultMode, type FaultProxy, isMutation, startFaultProxy } from './fault-proxy.ts';
import { inventory, makePool } from './storage-bed.ts';

let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let pool: string;
let dir: string;
let image: Buffer;

const everything = () => inventory(daemon, { disks: pool });
const ref = { pool: 'disks', name: 'new.img' };

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  dir = await mkdtemp(join(tmpdir(), 'guesthouse-sweep-'));
  image = randomBytes(300_000);
  await writeFile(join(dir, 'image'), image);
  await writeFile(join(pool, 'bystander.img'), image);
  await daemon.virsh('pool-refresh', 'disks');
  proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
});
afterAll(async () => {
  await proxy.close();
  await daemon.stop();
  await rm(dir, { recursive: true });
});

const works = {
  upload: (transfers: VolumeTransfers, operation: Operation) => transfers.upload(ref, { path: join(dir, 'image') }, operation),
  download: (transfers: VolumeTransfers, operation: Operation) =>
    transfers.download({ pool: 'disks', name: 'bystander.img' }, { path: join(dir, 'down'), replaces: null }, operation),
};

/** What the last attempt wrote down of what it makes. */
let notes: ReturnType<typeof notedOperation>['notes'];
const left = () => notes.filter(({ state }) => state !== 'gone').map(({ product }) => product);

/** Null: it said that it had worked. */
async function attempt(what: keyof typeof works, fault?: Fault): Promise<BackendError | null> {
  const { host, transfers } = await openTransfers(proxy.uri, 1500);
  proxy.arm(fault);
  try {
    const noted = notedOperation();
    notes = noted.notes;
    await works[what](transfers, noted.operation);
    return null;
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return error;
  } finally {
    host.close();
  }
}

// A read that is never answered ends by its own deadline of 30 s, which the session's tests try.
const sweeps: [keyof typeof works, FaultMode, Fault['among']][] = [
  ['upload', 'error reply', 'all'],
  ['upload', 'cut before', 'all'],
  ['upload', 'reply lost', 'mutations'],
  ['upload', 'never done, no reply', 'mutations'],
  ['upload', 'done, no reply', 'mutations'],
  ['download', 'error reply', 'all'],
  ['download', 'cut before', 'all'],
];

test.each(sweeps)(
  '%s, %s, at %s: wholly there or not at all, and nobody else is touched',
  { timeout: 600_000 },
  async (what, mode, among) => {
    expect(await attempt(what)).toBeNull();
    const count = among === 'all' ? proxy.calls.length : proxy.calls.filter(isMutation).length;
    expect(count).toBeGreaterThan(2);
    const clean = async () => {
      await rm(join(pool, ref.name), { force: true });
      await rm(join(dir, 'down'), { force: true });
      await daemon.virsh('pool-refresh', 'disks');
    };
    await clean();
    const before = await everything();
    for (let at = 1; at <= count; at += 1) {
      const failed = await attempt(what, { mode, at, among });
      const story = `call ${at}, ${proxy.spoilt}: ${failed?.code} ${failed?.message}`;
      expect(proxy.spoilt, story).not.toBeNull();
      const file = what === 'upload' ? join(pool, ref.name) : join(dir, 'down');
      if (failed === null) {
        expect((await readFile(file)).equals(image), story).toBe(true);
        expect(notes, story).toMatchObject([{ state: 'made' }]);
      } else {
        expect(await everything(), story).toEqual(before);
        expect(failed.message, story).not.toContain('left behind');
        expect(await readdir(dir), story).toEqual(['image']);
        expect(left(), story).toEqual([]);
      }
      await clean();
    }
  },
);

test('where deleting the volume fails too, it is named', async () => {
  proxy.refuse('storageVolUpload', 'storageVolDelete');
  const failed = await attempt('upload');
  proxy.refuse();
  expect(failed?.message).toBe(
    'Uploading “new.img” failed. injected fault An incomplete volume “new.img” was left behind, because deleting it failed too: injected fault',
  );
  expect(await readdir(pool)).toEqual(['bystander.img', 'new.img']);
  expect(left()).toEqual([{ kind: 'volume', ...ref, capacity: image.length }]);
  await rm(join(pool, 'new.img'));
});
