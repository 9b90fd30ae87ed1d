import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { holdOriginal } from '../../main/hold-original.ts';
import { originalOf } from '../../main/move-original.ts';
import { chosenToken, guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { type Fault, type FaultMode, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { inventory, makePool, openParts } from './storage-bed.ts';

let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let disks: string;
let old: string;
let content: Buffer;

/** Where the disk is before it is moved. */
type From = 'pool' | 'file';
const volume = { pool: 'old', name: 'system.img' };
const placeOf = (from: From) => (from === 'pool' ? join(old, volume.name) : join(daemon.dir, 'system.img'));
const originOf = (from: From) =>
  from === 'pool' ? ({ kind: 'volume', volume } as const) : ({ kind: 'file', token: chosenToken } as const);
const isThere = async (path: string) =>
  readFile(path).then(
    (found) => found.equals(content),
    () => false,
  );
const everything = () => inventory(daemon, { disks, old });

async function putBack(from: From): Promise<void> {
  await writeFile(placeOf(from), content);
  await daemon.virsh('pool-refresh', 'old');
}

/** As main does it: the guest is made of the copy, and then the original goes. `note` is what is said of an original that stays. */
async function attempt(from: From, fault: Fault) {
  const { host, creation } = await openParts(proxy.uri, 3000);
  const connection = await connectTo(proxy.uri);
  const path = placeOf(from);
  const spec = plainSpec('new', { source: { kind: 'disk', from: originOf(from), into: 'disks', size: 4 * MiB, move: true } });
  const { operation, notes } = notedOperation();
  let outcome: { id: string; note: string | null } | BackendError;
  proxy.arm(fault);
  try {
    const original = await originalOf(spec, connection, { holdOriginal }, () => ({ path }));
    const id = await creation.create(
      guestRequest(spec, path, from === 'file' ? { image: { file: { path }, format: 'raw' } } : {}),
      operation,
    );
    outcome = { id, note: (await original?.remove(operation)) ?? null };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    outcome = error;
  } finally {
    host.close();
    await connection.close();
  }
  const { spoilt } = proxy;
  proxy.arm();
  return { outcome, spoilt, left: notes.filter(({ state }) => state !== 'gone') };
}

async function remove(id: string): Promise<void> {
  await daemon.virsh('destroy', id);
  await daemon.virsh('undefine', id);
  await rm(join(disks, 'new.img'));
}

export type Sweep = readonly [From, FaultMode, Fault['among']];

/** Fails each call of a move in turn, on a real daemon: the disk's bytes are at one place or at both, as is said, and never at none. */
export function describeMoveSweep(sweeps: readonly Sweep[]): void {
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    disks = await makePool(daemon, 'disks');
    old = await makePool(daemon, 'old');
    content = randomBytes(2 * MiB);
    await putBack('pool');
    await putBack('file');
    proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
  });
  afterAll(async () => {
    await proxy.close();
    await daemon.stop();
  });

  test.each(sweeps)(
    'a disk of a %s that is moved, %s, at %s: the guest has it, or all is as before',
    { timeout: 1_200_000 },
    async (from, mode, among) => {
      const before = await everything();
      for (let at = 1, whole = false; !whole; at += 1) {
        const { outcome, spoilt, left } = await attempt(from, { mode, at, among });
        const failed = outcome instanceof BackendError ? outcome : null;
        const story = `call ${at}, ${spoilt}: ${failed?.code} ${failed?.message} ${failed?.reason}`;
        whole = spoilt === null;
        expect(at > 2 || !whole, story).toBe(true);
        if (outcome instanceof BackendError) {
          expect(whole, story).toBe(false);
          expect(left, story).toEqual([]);
          expect(outcome.message, story).not.toMatch(/left behind/i);
          expect(await isThere(placeOf(from)), story).toBe(true);
        } else {
          expect((await daemon.virsh('domstate', outcome.id)).trim(), story).toBe('running');
          const copy = await readFile(join(disks, 'new.img'));
          expect([copy.length, copy.subarray(0, content.length).equals(content)], story).toEqual([4 * MiB, true]);
          expect(await isThere(placeOf(from)), story).toBe(outcome.note !== null);
          if (whole) expect(outcome.note).toBeNull();
          await remove(outcome.id);
          await putBack(from);
        }
        expect(await everything(), story).toEqual(before);
      }
    },
  );
}
