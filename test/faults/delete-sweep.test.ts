import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeletionResult } from '../../backends/model/deletion.ts';
import { BackendError } from '../../backends/errors.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type Fault, type FaultMode, type FaultProxy, isMutation, startFaultProxy } from './fault-proxy.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { inventory, makePool, openParts } from './storage-bed.ts';

let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let pool: string;
let paths: string[];
let changes: readonly string[];
let calls: number;
let bystanders: Record<string, string[]>;

const everything = () => inventory(daemon, { disks: pool });

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
  await daemon.virsh('vol-create-as', 'disks', 'bystander.qcow2', '8M', '--format', 'qcow2');
  await define('bystander', [join(pool, 'bystander.qcow2')]);
  bystanders = await everything();
  paths = ['one.qcow2', 'two.qcow2'].map((name) => join(pool, name));
  const whole = { deletedDisks: paths, leftovers: [] };
  expect(await attempt(await makeVictim(true))).toEqual(whole);
  changes = proxy.calls.filter(isMutation);
  expect(await attempt(await makeVictim(false))).toEqual(whole);
  calls = proxy.calls.length;
});
afterAll(async () => {
  await proxy.close();
  await daemon.stop();
});

async function define(name: string, files: readonly string[]): Promise<string> {
  const disks = files.map(
    (file, index) =>
      `<disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="${file}"/><target dev="vd${'ab'[index]}"/></disk>`,
  );
  const xml = `<domain type="qemu"><name>${name}</name><memory unit="MiB">32</memory>
    <os><type arch="x86_64" machine="q35">hvm</type></os><devices>${disks.join('')}</devices></domain>`;
  await writeFile(join(daemon.dir, `${name}.xml`), xml);
  await daemon.virsh('define', join(daemon.dir, `${name}.xml`));
  return (await daemon.virsh('domuuid', name)).trim();
}

/** A guest with two disks; what an earlier attempt left of it is completed. */
async function makeVictim(running: boolean): Promise<string> {
  const there = await everything();
  for (const name of ['one.qcow2', 'two.qcow2']) {
    if (!there['volumes of disks']?.includes(name)) await daemon.virsh('vol-create-as', 'disks', name, '8M', '--format', 'qcow2');
  }
  const id = there['domains']?.includes('victim') ? (await daemon.virsh('domuuid', 'victim')).trim() : await define('victim', paths);
  const state = (await daemon.virsh('domstate', id)).trim();
  if (running && state !== 'running') await daemon.virsh('start', id);
  if (!running && state === 'running') await daemon.virsh('destroy', id);
  return id;
}

/** What the last attempt wrote down and did not strike out. */
let notes: ReturnType<typeof notedOperation>['notes'];
const noted = () =>
  notes.flatMap(({ product, state }) => (state === 'gone' || product.kind !== 'condemned' ? [] : [join(pool, product.name)]));

async function attempt(id: string, fault?: Fault): Promise<DeletionResult | BackendError> {
  const { host, deletion } = await openParts(proxy.uri, 1500);
  proxy.arm(fault);
  try {
    const { operation, notes: taken } = notedOperation();
    notes = taken;
    return await deletion.delete(id, paths, operation);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return error;
  } finally {
    host.close();
  }
}

test('a deletion turns off, undefines, and only then deletes the disks', () => {
  expect(changes.filter((name) => name !== 'storagePoolRefresh')).toEqual([
    'domainDestroyFlags',
    'domainUndefineFlags',
    'storageVolDelete',
    'storageVolDelete',
  ]);
});

// A connection that ends at a read is the same before and after it was answered; a read that is never answered ends by its own deadline of
// 30 s, which the session's tests try. Only turning off needs a guest that runs, and starting one takes the most time here.
const sweeps: [FaultMode, Fault['among']][] = [
  ['error reply', 'all'],
  ['cut before', 'all'],
  ['error reply', 'mutations'],
  ['cut before', 'mutations'],
  ['reply lost', 'mutations'],
  ['never done, no reply', 'mutations'],
  ['done, no reply', 'mutations'],
];

test.each(sweeps)('%s, at %s: no disk goes before its guest, and what is told is true', { timeout: 600_000 }, async (mode, among) => {
  const count = among === 'all' ? calls : changes.length;
  for (let at = 1; at <= count; at += 1) {
    const outcome = await attempt(await makeVictim(among === 'mutations'), { mode, at, among });
    const story = `call ${at}, ${proxy.spoilt}: ${outcome instanceof BackendError ? outcome.message : JSON.stringify(outcome)}`;
    expect(proxy.spoilt, story).not.toBeNull();
    const after = await everything();
    const left = paths.filter((path) => after['files of disks']?.includes(path.slice(pool.length + 1)));
    expect(after['domains'], story).toContain('bystander');
    expect(after['files of disks'], story).toContain('bystander.qcow2');
    if (outcome instanceof BackendError) {
      expect(after['domains'], story).toContain('victim');
      expect(left, story).toEqual(paths);
      // It may be done yet; then the disks have no guest.
      expect(noted(), story).toEqual(outcome.code === 'outcome-unknown' ? paths : []);
    } else {
      expect(after['domains'], story).toEqual(bystanders['domains']);
      expect(
        outcome.leftovers.map(({ path }) => path),
        story,
      ).toEqual(left);
      // Whoever dies now leaves behind which disks were to go.
      expect(noted(), story).toEqual(left);
      expect(outcome.deletedDisks, story).toEqual(paths.filter((path) => !left.includes(path)));
    }
  }
});
