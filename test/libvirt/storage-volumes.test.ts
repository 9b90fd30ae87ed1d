import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import { MiB } from '../../backends/model/quantity.ts';
import type { VolumeChange } from '../../backends/model/volume-spec.ts';
import { guestRequest, plainSpec } from '../bed/guest-request.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { loopDevice, openStorageBed, poolSpec, run, type StorageBed, volumeSpec } from './storage-bed.ts';

let bed: StorageBed;
let folder: string;
beforeAll(async () => {
  bed = await openStorageBed();
  folder = await bed.folder('disks');
  await bed.folder('other');
});
// A test that failed must not make the others fail.
afterEach(() => bed.tidy('disks', 'other'));
afterAll(() => bed.close());

const disk = (name: string) => ({ pool: 'disks', name });
const make = (name: string, more: Parameters<typeof volumeSpec>[2] = {}) =>
  bed.volumes.make(volumeSpec('disks', name, { capacity: 16 * MiB, ...more }), quietOperation());
/** As main does it: the person agrees to what is said. */
async function change(wish: VolumeChange, operation = quietOperation()): Promise<void> {
  const { doubts } = await bed.volumes.outlook(wish);
  await bed.volumes.change(wish, doubts, operation);
}
const remove = (...names: string[]) => change({ kind: 'delete', volumes: names.map(disk) });
const clone = (from: string, to: string, more: Partial<Extract<VolumeChange, { kind: 'clone' }>> = {}) =>
  ({ kind: 'clone', volume: disk(from), to: disk(to), format: null, ...more }) as const;
const resize = (name: string, capacity: number, shrink = false) =>
  ({ kind: 'resize', volume: disk(name), capacity, shrink, allocate: false }) as const;
const listed = async (pool: string, name: string) => (await bed.storage.listVolumes(pool)).find((volume) => volume.name === name);
const imageInfo = async (path: string): Promise<string> => (await run('qemu-img', ['info', '-U', path])).stdout;

async function faultOf(promise: Promise<unknown>): Promise<BackendError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BackendError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

test('volumes of each format are made, sparse or taking all of their space at once', async () => {
  for (const format of ['qcow2', 'raw', 'vmdk', 'vdi', 'vpc', 'qed', 'qcow'] as const) {
    const { operation, notes } = notedOperation();
    expect(await bed.volumes.make(volumeSpec('disks', `sparse.${format}`, { format, capacity: 16 * MiB }), operation)).toEqual(
      disk(`sparse.${format}`),
    );
    expect(notes).toMatchObject([{ product: { kind: 'volume', name: `sparse.${format}` }, state: 'made' }]);
    const made = await listed('disks', `sparse.${format}`);
    expect([format, made?.format, made?.folder, made?.encrypted]).toEqual([format, format, false, false]);
    // The geometry of a vpc rounds its size up.
    expect(made?.capacity).toBeGreaterThanOrEqual(16 * MiB);
    expect(made?.allocation).toBeLessThan(2 * MiB);
  }
  await make('full.raw', { format: 'raw', preallocation: 'full' });
  await make('full.qcow2', { preallocation: 'full' });
  await make('tables.qcow2', { preallocation: 'metadata' });
  expect((await listed('disks', 'full.raw'))?.allocation).toBeGreaterThanOrEqual(16 * MiB);
  expect((await listed('disks', 'full.qcow2'))?.allocation).toBeGreaterThanOrEqual(16 * MiB);
  expect((await stat(join(folder, 'tables.qcow2'))).size).toBeGreaterThan(16 * MiB);
  expect((await faultOf(make('full.raw'))).code).toBe('exists');
  await remove(
    'full.raw',
    'full.qcow2',
    'tables.qcow2',
    ...['qcow2', 'raw', 'vmdk', 'vdi', 'vpc', 'qed', 'qcow'].map((each) => `sparse.${each}`),
  );
  expect(await bed.names('disks')).toEqual([]);
});

test('what lies in the folder unknown to libvirt is not overwritten', async () => {
  await writeFile(join(folder, 'unknown.img'), 'precious');
  expect((await faultOf(make('unknown.img', { format: 'raw' }))).code).toBe('exists');
  expect(await readFile(join(folder, 'unknown.img'), 'utf8')).toBe('precious');
  await remove('unknown.img');
});

test('a volume grows; it shrinks only when that was said, and only where nothing is lost', async () => {
  await make('grow.qcow2');
  await change(resize('grow.qcow2', 32 * MiB));
  expect((await listed('disks', 'grow.qcow2'))?.capacity).toBe(32 * MiB);
  expect((await faultOf(change(resize('grow.qcow2', 16 * MiB)))).code).toBe('bad-input');
  expect((await faultOf(change(resize('grow.qcow2', 16 * MiB, true)))).code).toBe('unsupported');

  await make('shrink.raw', { format: 'raw' });
  await change(resize('shrink.raw', 12 * MiB, true));
  expect((await stat(join(folder, 'shrink.raw'))).size).toBe(12 * MiB);
  const file = await open(join(folder, 'shrink.raw'), 'r+');
  await file.write('data', 9 * MiB);
  await file.close();
  const refused = await faultOf(change(resize('shrink.raw', 8 * MiB, true)));
  expect(refused).toMatchObject({ code: 'in-use' });
  expect(refused.message).toContain(`at byte ${9 * MiB}`);
  expect((await stat(join(folder, 'shrink.raw'))).size).toBe(12 * MiB);
  await change(resize('shrink.raw', 10 * MiB, true));
  await remove('grow.qcow2', 'shrink.raw');
});

test('a clone is whole: in another pool, in another format, and of an overlay', async () => {
  const other = join(bed.daemon.dir, 'other');
  await make('base.raw', { format: 'raw' });
  await writeFile(join(folder, 'base.raw'), Buffer.alloc(16 * MiB, 'guest'));
  await bed.pools.act('disks', 'refresh', [], quietOperation());
  await make('above.qcow2', { backing: { path: join(folder, 'base.raw'), format: 'raw' } });
  await change(clone('base.raw', 'same.raw'));
  await change(clone('above.qcow2', 'flat.qcow2', { to: { pool: 'other', name: 'flat.qcow2' } }));
  await change(clone('above.qcow2', 'flat.vmdk', { to: { pool: 'other', name: 'flat.vmdk' }, format: 'vmdk' }));
  expect(await imageInfo(join(other, 'flat.qcow2'))).not.toContain('backing file');
  expect(await imageInfo(join(other, 'flat.vmdk'))).toContain('file format: vmdk');
  for (const copy of [join(folder, 'same.raw'), join(other, 'flat.qcow2'), join(other, 'flat.vmdk')]) {
    await run('qemu-img', ['compare', join(folder, 'base.raw'), copy]);
  }
  expect((await faultOf(change(clone('base.raw', 'same.raw')))).code).toBe('exists');
  await change({ kind: 'delete', volumes: ['flat.qcow2', 'flat.vmdk'].map((name) => ({ pool: 'other', name })) });
  await remove('above.qcow2', 'base.raw', 'same.raw');
});

test('a clone that is cancelled leaves nothing', async () => {
  await make('big.raw', { format: 'raw', preallocation: 'full' });
  const cancelled = new AbortController();
  const { operation: noted, notes } = notedOperation({ signal: cancelled.signal });
  const making: Operation['making'] = async (product) => {
    cancelled.abort();
    return noted.making(product);
  };
  const operation = { ...noted, making };
  expect((await faultOf(bed.volumes.change(clone('big.raw', 'copy.raw'), [], operation))).code).toBe('cancelled');
  expect(await bed.names('disks')).toEqual(['big.raw']);
  expect(existsSync(join(folder, 'copy.raw'))).toBe(false);
  expect(notes).toMatchObject([{ product: { kind: 'volume', name: 'copy.raw' }, state: 'gone' }]);
  await remove('big.raw');
});

test('wiping leaves zeros, and is refused for what is built upon', async () => {
  await make('secret.raw', { format: 'raw' });
  await writeFile(join(folder, 'secret.raw'), Buffer.alloc(MiB, 'secret'));
  await bed.pools.act('disks', 'refresh', [], quietOperation());
  const wish = { kind: 'wipe', volume: disk('secret.raw'), algorithm: 'zero' } as const;
  expect((await bed.volumes.outlook(wish)).losses).toEqual([`All that is in ${join(folder, 'secret.raw')} is overwritten.`]);
  await change(wish);
  expect((await readFile(join(folder, 'secret.raw'))).every((byte) => byte === 0)).toBe(true);
  await make('over.qcow2', { backing: { path: join(folder, 'secret.raw'), format: 'raw' } });
  expect((await faultOf(change(wish))).reason).toContain('“over.qcow2” is built on it');
  expect((await faultOf(change(resize('secret.raw', 32 * MiB)))).code).toBe('in-use');
  await remove('over.qcow2', 'secret.raw');
});

test('an encrypted volume has a secret that goes with it', async () => {
  const { operation, notes } = notedOperation();
  const spec = volumeSpec('disks', 'locked.qcow2', { capacity: 16 * MiB, passphrase: 'correct horse' });
  expect(bed.volumes.commandFor({ kind: 'make', spec })).toBeNull();
  await bed.volumes.make(spec, operation);
  expect(notes.map(({ product: { kind }, state }) => [kind, state])).toEqual([
    ['secret', 'made'],
    ['volume', 'made'],
  ]);
  expect(await listed('disks', 'locked.qcow2')).toMatchObject({ encrypted: true, format: 'qcow2' });
  const path = join(folder, 'locked.qcow2');
  expect(await bed.daemon.virsh('secret-list')).toContain(path);
  // It opens with that passphrase.
  const secret = join(bed.daemon.dir, 'passphrase');
  await writeFile(secret, 'correct horse');
  const options = `driver=qcow2,encrypt.format=luks,encrypt.key-secret=it,file.filename=${path}`;
  await run('qemu-img', ['check', '--object', `secret,id=it,file=${secret}`, '--image-opts', options]);
  expect((await faultOf(change(clone('locked.qcow2', 'copy.qcow2')))).code).toBe('unsupported');
  await bed.pools.act('disks', 'refresh', [], quietOperation());
  await remove('locked.qcow2');
  expect(await bed.daemon.virsh('secret-list')).not.toContain(path);
});

test('an encrypted volume that cannot be made leaves no secret', async () => {
  const spec = volumeSpec('disks', 'locked.raw', { format: 'raw', capacity: 16 * MiB, passphrase: 'correct horse' });
  const cancelled = new AbortController();
  const report = (step: string) => void (step === 'Making the volume' && cancelled.abort());
  const { operation, notes } = notedOperation({ signal: cancelled.signal, report });
  expect((await faultOf(bed.volumes.make(spec, operation))).code).toBe('cancelled');
  expect(await bed.daemon.virsh('secret-list')).not.toContain('locked.raw');
  expect(await bed.names('disks')).toEqual([]);
  expect(notes.map(({ product: { kind }, state }) => [kind, state])).toEqual([['secret', 'gone']]);
});

test('a base and two overlays: who needs what, and what can go', async () => {
  await make('base.qcow2');
  const backing = { path: join(folder, 'base.qcow2'), format: 'qcow2' } as const;
  await make('one.qcow2', { backing });
  await make('two.qcow2', { backing });
  const one = await bed.guest('one', [join(folder, 'one.qcow2')]);
  expect(await bed.use('disks', 'base.qcow2')).toMatchObject({
    verdict: 'needed',
    users: [],
    overlays: [disk('one.qcow2'), disk('two.qcow2')],
  });
  expect(await bed.use('disks', 'one.qcow2')).toMatchObject({
    verdict: 'needed',
    users: [{ guest: one, name: 'one', running: false, kinds: ['disk'] }],
    chain: [{ path: join(folder, 'base.qcow2'), volume: disk('base.qcow2') }],
    kept: '“one” needs it.',
  });
  expect(await bed.use('disks', 'two.qcow2')).toMatchObject({ verdict: 'nobody', kept: null });
  expect((await faultOf(remove('base.qcow2'))).reason).toContain('are built on it');
  expect((await faultOf(remove('base.qcow2', 'two.qcow2'))).reason).toBe('“one.qcow2” is built on it.');
  await bed.daemon.virsh('start', 'one');
  expect((await faultOf(remove('one.qcow2'))).reason).toBe('“one” needs it.');
  expect((await faultOf(change({ kind: 'wipe', volume: disk('one.qcow2'), algorithm: 'zero' }))).code).toBe('in-use');
  // It grows in the guest, which has it open.
  await change(resize('one.qcow2', 32 * MiB));
  expect(await bed.daemon.virsh('domblkinfo', 'one', 'vda')).toMatch(new RegExp(`Capacity:\\s+${32 * MiB}`));
  expect((await listed('disks', 'one.qcow2'))?.capacity).toBe(32 * MiB);
  expect((await faultOf(change(clone('one.qcow2', 'copy.qcow2')))).code).toBe('in-use');
  expect((await bed.use('disks', 'base.qcow2')).users).toMatchObject([{ name: 'one', running: true, kinds: ['base'] }]);
  await bed.daemon.virsh('destroy', 'one');
  await bed.daemon.virsh('undefine', 'one');
  expect((await bed.use('disks', 'base.qcow2')).verdict).toBe('nobody');
  await remove('base.qcow2', 'one.qcow2', 'two.qcow2');
  expect(await bed.names('disks')).toEqual([]);
});

test('one file by several names is one: links of both kinds, a roundabout path, and two pools on one folder', async () => {
  await make('real.qcow2');
  await symlink(join(folder, 'real.qcow2'), join(folder, 'soft.qcow2'));
  await link(join(folder, 'real.qcow2'), join(folder, 'hard.qcow2'));
  await bed.pools.make(poolSpec('twin', { target: `${folder}/.` }), quietOperation());
  await bed.pools.act('disks', 'refresh', [], quietOperation());
  await bed.guest('tangled', [join(folder, './../disks/real.qcow2')]);
  for (const [pool, name] of [
    ['disks', 'real.qcow2'],
    ['disks', 'soft.qcow2'],
    ['disks', 'hard.qcow2'],
    ['twin', 'real.qcow2'],
  ] as const) {
    expect(await bed.use(pool, name)).toMatchObject({ verdict: 'needed', kept: '“tangled” needs it.' });
    expect((await faultOf(change({ kind: 'delete', volumes: [{ pool, name }] }))).code).toBe('in-use');
  }
  await bed.daemon.virsh('undefine', 'tangled');
  // A link to a file of somebody else stays, whoever needs it.
  await writeFile(join(bed.daemon.dir, 'theirs.img'), 'theirs');
  await symlink(join(bed.daemon.dir, 'theirs.img'), join(folder, 'leads-out.img'));
  await bed.pools.act('disks', 'refresh', [], quietOperation());
  expect((await bed.use('disks', 'leads-out.img')).kept).toContain('outside of its storage pool');
  await rm(join(folder, 'leads-out.img'));
  await bed.pools.act('twin', 'stop', [], quietOperation());
  await bed.pools.act('twin', 'undefine', [], quietOperation());
  await remove('soft.qcow2', 'hard.qcow2', 'real.qcow2');
});

test('what is in no active pool, or in a snapshot, is not called unused', async () => {
  await make('kept.qcow2');
  await bed.guest('snapped', [join(folder, 'kept.qcow2')]);
  await bed.daemon.virsh('snapshot-create-as', 'snapped', 'fresh');
  await bed.daemon.virsh('detach-disk', 'snapped', 'vda', '--config');
  expect((await bed.use('disks', 'kept.qcow2')).users).toMatchObject([{ name: 'snapped', kinds: ['snapshot'] }]);
  await bed.daemon.virsh('undefine', 'snapped', '--snapshots-metadata');
  expect((await bed.use('disks', 'kept.qcow2')).verdict).toBe('nobody');
  await bed.pools.act('other', 'stop', [], quietOperation());
  expect((await bed.use('disks', 'kept.qcow2')).verdict).toBe('unknown');
  const wish = { kind: 'delete', volumes: [disk('kept.qcow2')] } as const;
  const told = await bed.volumes.outlook({ ...wish, volumes: [...wish.volumes] });
  expect(told.doubts).toEqual(['The storage pool “other” is not active.']);
  // Nobody agreed to that.
  expect((await faultOf(bed.volumes.change({ ...wish, volumes: [...wish.volumes] }, [], quietOperation()))).code).toBe('in-use');
  expect(await bed.names('disks')).toContain('kept.qcow2');
  await bed.pools.act('other', 'start', [], quietOperation());
  await remove(...(await bed.names('disks')));
});

test('a full disk leaves nothing, and says how much is free', async () => {
  const small = join(bed.daemon.dir, 'small');
  const [first, ...inside] = bed.daemon.enter;
  const within = (...words: string[]) => run(first, [...inside, ...words]);
  await within('mkdir', small);
  await within('mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', small);
  await bed.pools.make(poolSpec('small', { target: small }), quietOperation());
  const files = async () => (await within('ls', small)).stdout;
  const full = volumeSpec('small', 'full.raw', { format: 'raw', capacity: 32 * MiB, preallocation: 'full' });
  expect(await faultOf(bed.volumes.make(full, quietOperation()))).toMatchObject({ code: 'no-space' });
  // Just as much as is free, and no room for its tables: the host finds out in the middle.
  const tight = volumeSpec('small', 'tight.qcow2', { capacity: 24 * MiB, preallocation: 'full' });
  const { operation, notes } = notedOperation();
  expect(await faultOf(bed.volumes.make(tight, operation))).toMatchObject({ code: 'no-space' });
  expect(notes.map(({ state }) => state)).toEqual(['gone']);
  expect(await files()).toBe('');
  await make('large.raw', { format: 'raw', capacity: 32 * MiB, preallocation: 'full' });
  const copy = clone('large.raw', 'x', { to: { pool: 'small', name: 'copy.raw' } });
  expect(await faultOf(change(copy))).toMatchObject({ code: 'no-space' });
  expect(await files()).toBe('');
  await remove('large.raw');
  await bed.pools.act('small', 'stop', [], quietOperation());
  await bed.pools.act('small', 'undefine', [], quietOperation());
});

test('commands that do the same are told, where virsh has words', () => {
  const told = (wish: Parameters<StorageBed['volumes']['commandFor']>[0]) =>
    bed.volumes.commandFor(wish)?.split(' ').slice(3).join(' ') ?? null;
  expect(told({ kind: 'make', spec: volumeSpec('disks', 'a b', { capacity: MiB, preallocation: 'full' }) })).toBe(
    `vol-create-as --pool disks --name 'a b' --capacity ${MiB}B --format qcow2 --prealloc-metadata`,
  );
  expect(told(resize('a', MiB, true))).toBe(`vol-resize --pool disks --vol a --capacity ${MiB}B --shrink`);
  expect(told(clone('a', 'b'))).toBe('vol-clone --pool disks --vol a --newname b');
  expect(told(clone('a', 'b', { to: { pool: 'other', name: 'b' } }))).toBeNull();
  expect(told({ kind: 'wipe', volume: disk('a'), algorithm: 'zero' })).toBe('vol-wipe --pool disks --vol a --algorithm zero');
  expect(told({ kind: 'delete', volumes: [disk('a')] })).toBe('vol-delete --pool disks --vol a');
});

test('what the host itself has mounted is neither overwritten nor deleted', async (context) => {
  const loop = (await loopDevice(join(bed.daemon.dir, 'device'))) ?? context.skip('this machine has no loop devices');
  const at = join(bed.daemon.dir, 'mounted');
  try {
    const place = { devices: [loop.path], format: 'gpt' };
    await bed.pools.make(poolSpec('device', place, { kind: 'disk', build: 'overwrite' }), quietOperation());
    const [mounted, free] = [
      await bed.volumes.make(volumeSpec('device', 'a', { format: null, capacity: 16 * MiB }), quietOperation()),
      await bed.volumes.make(volumeSpec('device', 'b', { format: null, capacity: 16 * MiB }), quietOperation()),
    ];
    const partition = `/dev/${mounted.name}`;
    await run('mkfs.ext4', ['-q', partition]);
    await mkdir(at);
    await run('mount', [partition, at]);
    try {
      await writeFile(join(at, 'precious'), 'precious');
      const wipe = { kind: 'wipe', volume: mounted, algorithm: 'zero' } as const;
      const reason = expect.stringContaining('The host itself uses it');
      expect(await bed.use('device', mounted.name)).toMatchObject({ verdict: 'needed', kept: reason });
      expect(await bed.use('device', free.name)).toMatchObject({ kept: null });
      const attempts = {
        outlook: () => bed.volumes.outlook(wipe),
        wipe: () => bed.volumes.change(wipe, [], quietOperation()),
        delete: () => bed.volumes.outlook({ kind: 'delete', volumes: [mounted] }),
        replace: () => bed.storage.transfers?.doubtsAboutReplacing(mounted) ?? null,
      };
      for (const [what, attempt] of Object.entries(attempts)) {
        expect({ what, fault: await faultOf(Promise.resolve(attempt())) }).toMatchObject({ what, fault: { code: 'in-use', reason } });
      }
      const second = (volume: typeof mounted) =>
        bed.connection.creation?.check(guestRequest(plainSpec('second', { disks: [{ kind: 'volume', volume }], start: false }), ''));
      const refusal = { field: 'disk', severity: 'error', message: expect.stringContaining(`The host itself uses ${partition}`) };
      expect(await second(mounted)).toContainEqual(expect.objectContaining(refusal));
      expect(await second(free)).not.toContainEqual(expect.objectContaining({ field: 'disk', severity: 'error' }));
      expect(await readFile(join(at, 'precious'), 'utf8')).toBe('precious');
    } finally {
      await run('umount', [at]);
    }
    expect(await bed.use('device', mounted.name)).toMatchObject({ kept: null });
    await change({ kind: 'wipe', volume: free, algorithm: 'zero' });
    await bed.pools.act('device', 'stop', [], quietOperation());
    await bed.pools.act('device', 'undefine', [], quietOperation());
  } finally {
    await loop.detach();
  }
});
