import { execFile } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hardwareVerbs } from './hardware-verbs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hardware, Operation } from '../../backends/backend.ts';
import { type HardwareChange } from '../../backends/model/hardware.ts';
import { GiB, MiB } from '../../backends/model/quantity.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { openStorageBed, type StorageBed } from './storage-bed.ts';

const run = promisify(execFile);
const patience = { timeout: 60_000, interval: 300 };

let bed: StorageBed;
let hardware: Hardware;
let images: string;
let archive: string;
let line: SerialLine;
/** Boots by its kernel, with a CD-ROM drive, a small disk vda, and sockets for what is plugged in. */
let tiny: string;

beforeAll(async () => {
  bed = await openStorageBed();
  if (bed.connection.hardware === null) throw new Error('A QEMU host has hardware to change.');
  hardware = bed.connection.hardware;
  images = await bed.folder('images');
  archive = await bed.folder('archive');
  const guest = await tinyGuest();
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(images, 'first.qcow2'), '64M']);
  await writeFile(join(images, 'disc.iso'), Buffer.alloc(2 * MiB, 'disc'));
  await writeFile(join(images, 'next.iso'), Buffer.alloc(2 * MiB, 'next'));
  await bed.daemon.virsh('pool-refresh', 'images');
  const ports = `<controller type='pci' model='pcie-root'/>${"<controller type='pci' model='pcie-root-port'/>".repeat(10)}`;
  const drive = `<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><target dev='sda' bus='sata'/><readonly/></disk>`;
  const xml = tinyDomainXml(guest, { name: 'tiny', disk: join(images, 'first.qcow2'), serialLog: '/var/log/libvirt/tiny.log' });
  const file = join(bed.daemon.dir, 'tiny.xml');
  await writeFile(file, xml.replace('</devices>', `${ports}${drive}</devices>`));
  await bed.daemon.virsh('define', file);
  await bed.daemon.virsh('start', 'tiny');
  tiny = (await bed.daemon.virsh('domuuid', 'tiny')).trim();
  line = await serialLine(bed.daemon, 'tiny', join(bed.daemon.dir, 'log/tiny.log'));
  await line.until(/tiny login: /, 200_000);
  line.type('root');
  await line.until(/# /, 60_000);
});
afterAll(async () => {
  await bed.close();
  line.close();
});

const { read, plan, apply, pageOf } = hardwareVerbs(() => hardware);
const act = (device: string, action: string, values = {}): HardwareChange => ({ kind: 'act', device, action, values });
const live = (name: string) => bed.daemon.virsh('dumpxml', name);
const inactive = (name: string) => bed.daemon.virsh('dumpxml', '--inactive', name);
const now = { effect: 'now', why: null };

let asked = 0;
/** What a command prints in the guest. */
async function ask(command: string): Promise<string> {
  asked += 1;
  // The terminal's echo of the command has no such marks: the shell makes them.
  line.type(`echo "B$((${asked}))B"; ${command}; echo "E$((${asked}))E"`);
  const text = await line.until(new RegExp(`B${asked}B[^]*E${asked}E`), 60_000);
  return text.slice(text.lastIndexOf(`B${asked}B`) + `B${asked}B`.length, text.lastIndexOf(`E${asked}E`)).trim();
}
const disksInGuest = async () => (await ask('ls /sys/block')).split(/\s+/);
/** In bytes. */
const sizeInGuest = async (name: string) => Number(await ask(`cat /sys/block/${name}/size`)) * 512;

test('a disk with a new volume is plugged into a running guest, seen in it, and gone after its removal with its volume', async () => {
  const values = { newPool: 'images', newName: 'extra.qcow2', newSize: 32 * MiB, serial: 'EXTRA-1' };
  const planned = await plan(tiny, { kind: 'add', device: 'disk', values });
  expect(planned.objections).toEqual([]);
  expect(planned.grants).toEqual([]);
  expect(planned.after).toContain(join(images, 'extra.qcow2'));
  expect(planned.differences.every(({ effect }) => effect === 'now')).toBe(true);
  expect(planned.differences.map(({ what, to }) => [what, to])).toEqual(
    expect.arrayContaining([
      ['Disk', 'new volume “extra.qcow2” of 32 MiB in the pool “images”, virtio'],
      ['New volume: Pool', 'images'],
      ['New volume: Name', 'extra.qcow2'],
      ['New volume: Size', '32 MiB'],
      ['New volume: Format', 'qcow2'],
    ]),
  );
  expect(await bed.names('images')).not.toContain('extra.qcow2');

  const { operation, notes } = notedOperation();
  expect(await apply(tiny, { kind: 'add', device: 'disk', values }, { operation })).toEqual(now);
  expect(notes).toEqual([{ product: expect.objectContaining({ kind: 'volume', name: 'extra.qcow2' }), state: 'made' }]);
  expect(await live('tiny')).toContain('<serial>EXTRA-1</serial>');
  expect(await inactive('tiny')).toContain('<serial>EXTRA-1</serial>');
  await expect.poll(disksInGuest, patience).toContain('vdb');
  expect(await sizeInGuest('vdb')).toBe(32 * MiB);
  expect(await ask('cat /sys/block/vdb/serial')).toBe('EXTRA-1');

  const removal = await plan(tiny, act('disk:vdb', 'remove-volume'));
  expect(removal.objections).toEqual([]);
  expect(removal.losses.join()).toContain(join(images, 'extra.qcow2'));
  expect(await apply(tiny, act('disk:vdb', 'remove-volume'))).toEqual(now);
  expect(await disksInGuest()).not.toContain('vdb');
  expect(await live('tiny')).not.toContain('extra.qcow2');
  expect(await inactive('tiny')).not.toContain('extra.qcow2');
  expect(await bed.names('images')).not.toContain('extra.qcow2');
});

test('a new volume is taken back when the disk is refused', async () => {
  const { revision } = await read(tiny);
  const values = { newPool: 'images', newName: 'refused.qcow2', newSize: 32 * MiB };
  const { operation, notes } = notedOperation();
  const wish = { change: { kind: 'add', device: 'disk', values }, base: revision, when: 'as-soon-as-possible' } as const;
  // Somebody else is quicker, while the volume is made.
  const making: Operation['making'] = async (product) => {
    await bed.daemon.virsh('desc', 'tiny', '--config', `theirs, ${Date.now()}`);
    return operation.making(product);
  };
  await expect(hardware.apply(tiny, wish, { ...operation, making })).rejects.toMatchObject({ code: 'conflict' });
  expect(notes.map(({ state }) => state)).toEqual(['gone']);
  expect(await bed.names('images')).not.toContain('refused.qcow2');
});

test('a guest that is started or shut down while its disk is made is told of as it is then', async () => {
  const id = await bed.guest('restless', []);
  const adding = async (name: string, meanwhile: () => Promise<unknown>) => {
    const { operation } = notedOperation();
    const making: Operation['making'] = async (product) => {
      await meanwhile();
      return operation.making(product);
    };
    const values = { newPool: 'images', newName: name, newSize: 16 * MiB, bus: 'virtio' };
    return apply(id, { kind: 'add', device: 'disk', values }, { operation: { ...operation, making } });
  };
  expect(await adding('one.qcow2', () => bed.daemon.virsh('start', 'restless'))).toEqual({
    effect: 'next-start',
    why: expect.stringContaining('It was started in the meantime'),
  });
  expect(await live('restless')).not.toContain('one.qcow2');
  const again = async () => {
    await bed.daemon.virsh('destroy', 'restless');
    await bed.daemon.virsh('start', 'restless');
  };
  expect(await adding('two.qcow2', again)).toMatchObject({ effect: 'next-start', why: expect.stringContaining('started anew') });
  expect(await adding('three.qcow2', () => bed.daemon.virsh('destroy', 'restless'))).toMatchObject({
    effect: 'next-start',
    why: expect.stringContaining('shut down in the meantime'),
  });
  const definition = await inactive('restless');
  for (const name of ['one', 'two', 'three']) expect(definition).toContain(`${name}.qcow2`);
});

test('a disk that another guest has is refused, unless it is only read or shared', async () => {
  await bed.guest('neighbour', [join(images, 'first.qcow2')]);
  const id = await bed.guest('newcomer', []);
  const values = { storage: 'existing', path: join(images, 'first.qcow2'), format: 'qcow2' };
  expect((await plan(id, { kind: 'add', device: 'disk', values })).objections).toEqual([
    { field: 'path', message: expect.stringContaining('“neighbour”') },
  ]);
  await expect(apply(id, { kind: 'add', device: 'disk', values })).rejects.toMatchObject({ code: 'bad-input' });
  const shared = await plan(id, { kind: 'add', device: 'disk', values: { ...values, readonly: true } });
  expect(shared.objections).toEqual([]);
  // Which main asks about, since the page may be somebody else's.
  expect(shared.grants).toEqual([`${join(images, 'first.qcow2')}, which “neighbour” and “tiny” have`]);
  const disc = { storage: 'existing', path: join(images, 'disc.iso'), format: 'raw', readonly: true };
  expect((await plan(id, { kind: 'add', device: 'disk', values: disc })).grants).toEqual([]);
  const missing = await plan(id, { kind: 'add', device: 'disk', values: { storage: 'existing', path: join(images, 'not-there.img') } });
  expect(missing.warnings.join()).toMatch(/cannot be found/);
  await expect.poll(async () => (await pageOf(tiny, 'disk:vda')).notes.join(), patience).toContain('“neighbour” has this disk too.');
  await bed.daemon.virsh('undefine', 'neighbour');
});

test('a disk grows in the running guest, and never shrinks', async () => {
  expect((await pageOf(tiny, 'disk:vda')).actions.find(({ key }) => key === 'resize')).toMatchObject({
    values: { size: 64 * MiB },
    unavailable: null,
  });
  expect((await plan(tiny, act('disk:vda', 'resize', { size: 32 * MiB }))).objections).toEqual([
    { field: 'size', message: expect.stringContaining('cannot be made smaller') },
  ]);
  expect(await apply(tiny, act('disk:vda', 'resize', { size: 96 * MiB }))).toEqual(now);
  await expect.poll(() => sizeInGuest('vda'), patience).toBe(96 * MiB);

  await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(images, 'off.qcow2'), '1G']);
  await bed.daemon.virsh('pool-refresh', 'images');
  const off = await bed.guest('off', [join(images, 'off.qcow2')]);
  expect(await apply(off, act('disk:vda', 'resize', { size: 2 * GiB }))).toEqual(now);
  expect(await bed.daemon.virsh('vol-info', '--pool', 'images', '--bytes', 'off.qcow2')).toMatch(new RegExp(`Capacity:\\s+${2 * GiB}\\b`));
});

test('a disc is put in, seen in the guest, and ejected; a locked drive opens by force only', async () => {
  expect((await pageOf(tiny, 'cdrom:sda')).actions).toMatchObject([{ key: 'eject', unavailable: 'The drive is empty.' }]);
  const { differences, warnings } = await plan(tiny, { kind: 'set', device: 'cdrom:sda', values: { path: join(images, 'disc.iso') } });
  expect(differences).toEqual([{ what: 'File or device', from: 'No disc', to: join(images, 'disc.iso'), effect: 'now' }]);
  expect(warnings).toEqual([]);
  expect(await apply(tiny, { kind: 'set', device: 'cdrom:sda', values: { path: join(images, 'disc.iso') } })).toEqual(now);
  expect(await inactive('tiny')).toContain('disc.iso');
  await expect.poll(() => ask('dd if=/dev/sr0 bs=4 count=1 2>/dev/null'), patience).toBe('disc');

  const volume = { source: 'volume', pool: 'images', volume: 'next.iso' };
  expect(await apply(tiny, { kind: 'set', device: 'cdrom:sda', values: volume })).toEqual(now);
  expect(await inactive('tiny')).toContain("<source pool='images' volume='next.iso'");
  await expect.poll(() => ask('dd if=/dev/sr0 bs=4 count=1 2>/dev/null'), patience).toBe('next');

  // What has the device open keeps its door locked.
  await ask('sleep 600 < /dev/sr0 & reader=$!; sleep 1');
  await expect(apply(tiny, act('cdrom:sda', 'eject'))).rejects.toMatchObject({
    code: 'in-use',
    remedy: expect.stringContaining('even if'),
  });
  expect(await live('tiny')).toContain('next.iso');
  expect(await apply(tiny, act('cdrom:sda', 'eject', { force: true }))).toEqual(now);
  expect(await live('tiny')).not.toContain('next.iso');
  expect(await inactive('tiny')).not.toContain('next.iso');
  await ask('kill $reader');
});

test('limits are told to the running guest, and read back', async () => {
  const values = { readBytes: 8 * MiB, writeIops: 500 };
  expect((await plan(tiny, { kind: 'set', device: 'disk:vda', values })).differences.map(({ effect }) => effect)).toEqual(['now', 'now']);
  expect(await apply(tiny, { kind: 'set', device: 'disk:vda', values })).toEqual(now);
  const tune = await bed.daemon.virsh('blkdeviotune', 'tiny', 'vda', '--live');
  expect(tune).toMatch(new RegExp(`^read_bytes_sec\\s*: ${8 * MiB}$`, 'm'));
  expect(tune).toMatch(/^write_iops_sec\s*: 500$/m);
  expect(await inactive('tiny')).toContain(`<read_bytes_sec>${8 * MiB}</read_bytes_sec>`);
  expect((await pageOf(tiny, 'disk:vda')).values).toMatchObject(values);
  expect((await plan(tiny, { kind: 'set', device: 'disk:vda', values: { totalBytes: MiB } })).objections).toHaveLength(1);
  expect(await apply(tiny, { kind: 'set', device: 'disk:vda', values: { readBytes: null, writeIops: null } })).toEqual(now);
  expect(await bed.daemon.virsh('blkdeviotune', 'tiny', 'vda', '--live')).toMatch(/^read_bytes_sec\s*: 0$/m);
  expect((await read(tiny)).pending.filter(({ device }) => device === 'disk:vda')).toEqual([]);
});

test('what a running guest does not take of a disk waits, and another bus says what it means', async () => {
  const id = await bed.guest('mover', [join(archive, 'later.qcow2')]);
  const { warnings, after } = await plan(id, { kind: 'set', device: 'disk:vda', values: { bus: 'scsi' } });
  expect(warnings.join()).toContain('/dev');
  expect(after).toContain('<controller type="scsi" index="0" model="virtio-scsi"/>');
  await apply(id, { kind: 'set', device: 'disk:vda', values: { bus: 'scsi', cache: 'none', discard: 'unmap' } });
  const definition = await inactive('mover');
  expect(definition).toMatch(/<target dev='sda' bus='scsi'\/>/);
  expect(definition).toMatch(/<controller type='scsi' index='0' model='virtio-scsi'>/);
  expect(definition).toMatch(/cache='none' discard='unmap'/);
});

test('a controller that came with a disk goes again when the running guest does not take the disk', async () => {
  const values = { storage: 'existing', source: 'path', path: join(images, 'next.iso'), format: 'qcow2', bus: 'scsi' };
  const outcome = await apply(tiny, { kind: 'add', device: 'disk', values });
  expect(outcome).toMatchObject({ effect: 'next-start', why: expect.stringContaining('did not take it') });
  // The guest lets go of it in its own time.
  await expect.poll(() => live('tiny'), patience).not.toContain("model='virtio-scsi'");
  expect(await inactive('tiny')).toContain("model='virtio-scsi'");
  const added = (await read(tiny)).pages.find(({ kind, presence }) => kind === 'disk' && presence === 'next-start');
  await apply(tiny, { kind: 'remove', device: added?.id ?? '' });
  expect(await inactive('tiny')).not.toContain(join(images, 'next.iso'));
});

test('a disk moves to another pool while the guest writes to it, and can be called back before', async () => {
  await ask('(while :; do dd if=/dev/urandom of=/dev/vda bs=64k count=64 conv=fsync,notrunc; done) >/dev/null 2>&1 & writer=$!');
  const cancelled = new AbortController();
  const { operation, notes } = notedOperation({
    signal: cancelled.signal,
    report: (step) => {
      if (step.startsWith('Copying')) cancelled.abort();
    },
  });
  await expect(apply(tiny, act('disk:vda', 'move', { pool: 'archive', name: 'called-back.qcow2' }), { operation })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(notes.map(({ state }) => state)).toEqual(['gone']);
  expect(await bed.names('archive')).not.toContain('called-back.qcow2');
  expect(await live('tiny')).toContain(join(images, 'first.qcow2'));

  const steps: string[] = [];
  const values = { pool: 'archive', name: 'moved.qcow2', keep: false };
  const planned = await plan(tiny, act('disk:vda', 'move', values));
  expect(planned.objections).toEqual([]);
  expect(planned.losses).toEqual([expect.stringContaining(join(images, 'first.qcow2'))]);
  expect(planned.grants).toEqual([]);
  expect(planned.after).toContain(join(archive, 'moved.qcow2'));
  const moving = apply(tiny, act('disk:vda', 'move', values), { operation: quietOperation({ report: (step) => void steps.push(step) }) });
  expect(await moving).toEqual(now);
  expect(steps).toContain('Changing over to the copy');
  for (const definition of [await live('tiny'), await inactive('tiny')]) {
    expect(definition).toContain(join(archive, 'moved.qcow2'));
    expect(definition).not.toContain(join(images, 'first.qcow2'));
  }
  expect(await bed.names('images')).not.toContain('first.qcow2');
  await expect(stat(join(images, 'first.qcow2'))).rejects.toMatchObject({ code: 'ENOENT' });
  // What the guest writes from now on lands in the new one.
  await ask('kill $writer; wait $writer; while pidof dd; do sleep 1; done');
  await ask('echo mark | dd of=/dev/vda bs=512 conv=sync,fsync,notrunc 2>/dev/null');
  await bed.daemon.virsh('suspend', 'tiny');
  const { stdout } = await run('qemu-io', ['-U', '-r', '-c', 'read -v 0 512', join(archive, 'moved.qcow2')]);
  await bed.daemon.virsh('resume', 'tiny');
  expect(stdout).toContain('mark');
});

test('a disk of a guest that is off moves by a clone, and its old volume goes when it shall', async () => {
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(images, 'still.qcow2'), '16M']);
  await bed.daemon.virsh('pool-refresh', 'images');
  const id = await bed.guest('still', [join(images, 'still.qcow2')]);
  expect(await apply(id, act('disk:vda', 'move', { pool: 'archive', name: 'still.qcow2', keep: true }))).toEqual(now);
  expect(await inactive('still')).toContain(join(archive, 'still.qcow2'));
  expect(await bed.names('images')).toContain('still.qcow2');
  expect(await apply(id, act('disk:vda', 'move', { pool: 'images', name: 'back.raw', format: 'raw', keep: false }))).toEqual(now);
  expect(await inactive('still')).toMatch(/type='raw'/);
  expect(await bed.names('archive')).not.toContain('still.qcow2');
});
