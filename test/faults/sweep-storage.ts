import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Storage } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import { openHost } from '../../backends/libvirt/host/open-host.ts';
import { createStorage } from '../../backends/libvirt/storage/storage.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { unattended } from '../bed/unattended-connect.ts';
import { type Fault, type FaultMode, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { inventory, makePool } from './storage-bed.ts';

let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let pool: string;
let content: Buffer;

const column = async (...command: [string, ...string[]]) => {
  const [, , ...lines] = (await daemon.virsh(...command)).trimEnd().split('\n');
  return lines.map((line) => line.trim().split(/\s+/)[0] ?? '').sort((a, b) => a.localeCompare(b));
};
const everything = async () => ({
  ...(await inventory(daemon, { disks: pool })),
  pools: await column('pool-list', '--all'),
  secrets: await column('secret-list'),
  folder: existsSync(join(daemon.dir, 'fresh')),
});

interface Work {
  run(storage: Storage, operation: Operation): Promise<unknown>;
  /** What was made is whole. */
  check(): Promise<void>;
  clean(): Promise<void>;
}

const missing = (): never => {
  throw new Error('a host that is managed must keep pools and volumes');
};
const plain = { pool: 'disks', capacity: 2 * MiB, preallocation: 'sparse', backing: null, passphrase: null } as const;
const original = { pool: 'disks', name: 'original.img' };

const works: Record<'clone' | 'volume' | 'encrypted volume' | 'pool', Work> = {
  clone: {
    run: ({ volumes }, operation) =>
      (volumes ?? missing()).change(
        { kind: 'clone', volume: original, to: { pool: 'disks', name: 'copy.img' }, format: null },
        [],
        operation,
      ),
    check: async () => expect((await readFile(join(pool, 'copy.img'))).equals(content)).toBe(true),
    clean: async () => void (await daemon.virsh('vol-delete', 'copy.img', '--pool', 'disks')),
  },
  volume: {
    run: ({ volumes }, operation) => (volumes ?? missing()).make({ ...plain, name: 'plain.qcow2', format: 'qcow2' }, operation),
    check: async () => expect((await readFile(join(pool, 'plain.qcow2'))).subarray(0, 3).toString()).toBe('QFI'),
    clean: async () => void (await daemon.virsh('vol-delete', 'plain.qcow2', '--pool', 'disks')),
  },
  'encrypted volume': {
    run: ({ volumes }, operation) =>
      (volumes ?? missing()).make({ ...plain, name: 'vault.img', format: 'raw', passphrase: 'correct horse battery' }, operation),
    check: async () => expect((await readFile(join(pool, 'vault.img'))).subarray(0, 4).toString()).toBe('LUKS'),
    clean: async () => {
      await daemon.virsh('vol-delete', 'vault.img', '--pool', 'disks');
      for (const secret of await column('secret-list')) await daemon.virsh('secret-undefine', secret);
    },
  },
  pool: {
    run: ({ pools }, operation) =>
      (pools ?? missing()).make(
        { name: 'fresh', kind: 'dir', place: { target: join(daemon.dir, 'fresh') }, build: 'keep', start: true, autostart: true },
        operation,
      ),
    check: async () => expect(await daemon.virsh('pool-info', 'fresh')).toMatch(/State:\s+running[^]*Autostart:\s+yes/),
    clean: async () => {
      await daemon.virsh('pool-destroy', 'fresh');
      await daemon.virsh('pool-undefine', 'fresh');
      await rm(join(daemon.dir, 'fresh'), { recursive: true, force: true });
    },
  },
};

/** `failed` is null where it said that it had worked; `left` is what it wrote down and did not strike out. */
async function attempt(what: keyof typeof works, fault?: Fault) {
  const host = await openHost(proxy.uri, unattended(), async () => undefined);
  const { operation, notes } = notedOperation();
  proxy.arm(fault);
  let failed: BackendError | null = null;
  try {
    await works[what].run(createStorage(host), operation);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    failed = error;
  } finally {
    host.close();
  }
  const { spoilt } = proxy;
  proxy.arm();
  return { failed, left: notes.filter(({ state }) => state !== 'gone'), spoilt };
}

export type Sweep = readonly [keyof typeof works, FaultMode, Fault['among']];

/** Fails each call of these operations in turn, on a real daemon: what was asked for is wholly there then, or nothing is. */
export function describeStorageSweep(sweeps: readonly Sweep[]): void {
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    pool = await makePool(daemon, 'disks');
    content = randomBytes(MiB);
    await writeFile(join(pool, 'original.img'), content);
    await daemon.virsh('pool-refresh', 'disks');
    proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
  });
  afterAll(async () => {
    await proxy.close();
    await daemon.stop();
  });

  test.each(sweeps)(
    '%s, %s, at %s: wholly there or not at all, and nobody else is touched',
    { timeout: 600_000 },
    async (what, mode, among) => {
      const { check, clean } = works[what];
      const before = await everything();
      // How often a volume that is being made is looked at depends on the machine: the sweep ends where there is no such call any more.
      for (let at = 1, whole = false; !whole; at += 1) {
        const { failed, left, spoilt } = await attempt(what, { mode, at, among });
        const story = `call ${at}, ${spoilt}: ${failed?.code} ${failed?.message} ${failed?.reason}`;
        whole = spoilt === null;
        expect(failed === null || !whole, story).toBe(true);
        expect(at > 1 || !whole, story).toBe(true);
        if (failed === null) {
          await check();
          await clean();
        } else {
          expect(left, story).toEqual([]);
          expect(failed.message, story).not.toMatch(/left behind/i);
        }
        expect(await everything(), story).toEqual(before);
      }
    },
  );
}
