import { stat } from 'node:fs/promises';
import type { Pool } from '#model/storage';
import type { LocalFile } from '../../backend.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { findPool } from '../storage/volume-lookup.ts';
import type { Finding } from './creation-checks.ts';
import type { GuestPlan, PlannedVolume, Upload } from './guest-plan.ts';
import { emptyDiskBytes, isThin } from './new-volume.ts';
import { inWords } from '#model/byte-words';
import { readSourceVolume } from './source-volume.ts';

/** What a part of a new guest takes of its pool, bytes: when it is made, and when all of it has been written. */
export interface Room {
  readonly what: string;
  readonly field: Finding['field'];
  readonly now: number;
  readonly grown: number;
}

const PATIENCE_MS = 20_000;

/** Whether all that is made for the guest fits, pool by pool. What is not known yet counts as nothing: it is judged again when it is here. */
export async function aboutSpace(host: LibvirtHost, plan: GuestPlan, pools: readonly Pool[]): Promise<Finding[]> {
  const judged = pools.filter(({ active }) => active).map((pool) => aboutPool(host, plan, pool));
  return (await Promise.all(judged)).flat();
}

async function aboutPool(host: LibvirtHost, { volumes, tree }: GuestPlan, pool: Pool): Promise<Finding[]> {
  const inPool = volumes.filter((volume) => volume.pool === pool.name);
  const thin = isThin(pool.kind);
  const rooms = await Promise.all(inPool.map((volume) => roomOf(host, volume, thin)));
  if (tree?.pool === pool.name && tree.fill.kind === 'archive') {
    // What is in an archive is mostly no smaller than the archive, which lies beside it until it is unpacked; of layers less may be left.
    const { copied } = tree.fill;
    const archive = rooms.find((_, at) => inPool[at] === copied);
    if (archive !== undefined) rooms.push({ ...archive, what: 'its files', now: 0 });
  }
  const first = shortage(pool, rooms);
  if (first?.severity !== 'error') return first === null ? [] : [first];
  // libvirt's numbers are those of its last look, and nobody is kept from anything by old ones.
  const found = await findPool(host, pool.name, PATIENCE_MS).catch((error: unknown) => {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return pool;
  });
  const finding = shortage({ name: pool.name, available: found.available }, rooms);
  return finding === null ? [] : [finding];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** What stands against so much in a pool. Exported for its tests. */
export function shortage({ name, available }: Pick<Pool, 'name' | 'available'>, rooms: readonly Room[]): Finding | null {
  const needed = sum(rooms.map(({ now }) => now));
  const grown = sum(rooms.map((room) => room.grown));
  if (needed <= available && grown <= available) return null;
  const by = (one: Room) => (needed > available ? one.now : one.grown);
  const largest = [...rooms].sort((a, b) => by(b) - by(a));
  const about: Pick<Finding, 'field' | 'code' | 'mends'> = { field: largest[0]?.field ?? 'disk', code: 'no-space', mends: [] };
  const parts = largest.filter((room) => by(room) > 0).map((room) => `${room.what} ${inWords(by(room))}`);
  const listed = parts.length < 2 ? '' : ` (${parts.join(', ')})`;
  if (needed > available) {
    const message = `The guest needs ${inWords(needed)} in the storage pool “${name}”${listed}, which has ${inWords(available)} free.`;
    return {
      ...about,
      severity: 'error',
      message,
      remedy: `Choose another pool, or make ${inWords(needed - available)} free in this one.`,
    };
  }
  const message = `The guest can come to take ${inWords(grown)} in the storage pool “${name}”${listed}, which has ${inWords(available)} free.`;
  return { ...about, severity: 'warning', message, remedy: 'Make room before it is full: the guest is paused then.' };
}

async function roomOf(host: LibvirtHost, { make }: PlannedVolume, thin: boolean): Promise<Room> {
  if (make.kind === 'empty') {
    const tables = make.format === 'qcow2' ? emptyDiskBytes(make.size) : 0;
    // Everything of a device is taken at once.
    const now = thin ? tables : make.size;
    return { what: 'a new disk', field: 'disk', now, grown: make.size + (thin ? tables : 0) };
  }
  if (make.kind === 'upload') return roomOfUpload(make, thin);
  const { from, growTo } = make;
  return 'path' in from ? roomOfUpload({ kind: 'upload', file: from, growTo }, thin) : roomOfVolume(host, from, growTo, thin);
}

async function roomOfUpload({ file, size, capacity, growTo }: Upload, thin: boolean): Promise<Room> {
  const here = file === null ? null : await sizesOf(file);
  const whole = here?.size ?? size ?? 0;
  const now = thin ? Math.min(whole, here?.allocated ?? whole) : whole;
  return { what: 'what is copied', field: 'media', now, grown: Math.max(now, growTo ?? capacity ?? whole) };
}

async function roomOfVolume(
  host: LibvirtHost,
  from: Parameters<typeof readSourceVolume>[1],
  growTo: number | null,
  thin: boolean,
): Promise<Room> {
  const { capacity, allocation } = await readSourceVolume(host, from);
  // The zeros of one that was allocated in advance are left out, and nobody knows how many there are.
  const now = thin ? (allocation < capacity ? allocation : 0) : capacity;
  return { what: 'the copy', field: 'media', now, grown: Math.max(now, growTo ?? capacity) };
}

async function sizesOf({ path }: LocalFile): Promise<{ size: number; allocated: number } | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : { size: found.size, allocated: found.blocks * 512 };
}
