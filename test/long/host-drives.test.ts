import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HostDrive } from '../../backends/model/host-drive.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type EmulatedBench, startEmulatedBench } from '../bed/emulated-bench.ts';
import { guestRequest, plainSpec } from '../bed/guest-request.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';

// Guests that begin with what is plugged into their host: its CD drive and its disks, which the host partitions, mounts and puts into groups.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const DISKS = ['WHOLE', 'PARTS', 'GROUP', 'MOUNTED'] as const;
const patience = { timeout: 120_000, interval: 500 };
let bench: EmulatedBench;
let folder: string;
let disc: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-drives-'));
  const plugs = ['-device', 'virtio-scsi-pci,id=s0'];
  for (const name of DISKS) {
    const file = join(folder, name);
    await writeFile(file, '');
    await truncate(file, 256 * MiB);
    plugs.push('-drive', `file=${file},if=none,id=${name},format=raw`, '-device', `scsi-hd,drive=${name},bus=s0.0,serial=${name}`);
  }
  disc = (await tinyGuest()).iso;
  plugs.push('-drive', `if=none,id=cd,media=cdrom,readonly=on,format=raw,file=${disc}`, '-device', 'ide-cd,drive=cd,bus=ide.1,id=cdrom');
  bench = await startEmulatedBench({ devices: plugs });
  // A partition, a logical volume, and a file system that the host uses.
  await bench.host.shell(
    [
      `parted -s ${idOf('PARTS')} mklabel gpt mkpart data ext4 1MiB 100%`,
      `pvcreate -q ${idOf('GROUP')} && vgcreate -q rack-one ${idOf('GROUP')} && lvcreate -q -L 64M -n web-disk rack-one`,
      `mkfs.ext4 -q ${idOf('MOUNTED')} && mount ${idOf('MOUNTED')} /mnt`,
      'udevadm settle',
    ].join(' && '),
  );
});
afterAll(async () => {
  await bench?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const idOf = (serial: string) => `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_${serial}`;
const kernelName = async (link: string) => (await bench.host.shell(`readlink -f ${link}`)).trim();
function creation() {
  if (bench.connection.creation === null) throw new Error('this host makes guests');
  return bench.connection.creation;
}
const drives = async () => HostDrive.array().parse(await creation().drives());
async function driveAt(path: string): Promise<HostDrive> {
  const found = (await drives()).find((drive) => drive.path === path);
  if (found === undefined) throw new Error(`no drive at ${path}: ${JSON.stringify(await drives())}`);
  return found;
}

const from = (drive: HostDrive) => ({ kind: 'drive', drive: drive.id }) as const;
const onDisk = (name: string, drive: HostDrive): GuestSpec =>
  plainSpec(name, { source: { kind: 'disk', from: from(drive), into: null, size: null } });
const fromDisc = (name: string, drive: HostDrive): GuestSpec =>
  plainSpec(name, { source: { kind: 'iso', from: from(drive), into: null, unattended: null } });
const request = (spec: GuestSpec) => guestRequest(spec, '/');
const create = async (spec: GuestSpec) => creation().create(request(spec), quietOperation());
const objections = async (spec: GuestSpec) =>
  (await creation().check(request(spec)))
    .filter(({ field }) => field === 'media')
    .map(({ severity, message }) => `${severity}: ${message}`);
const definition = async (name: string) => bench.host.shell(`virsh dumpxml --inactive ${name}`);
const away = async (name: string) => bench.host.shell(`virsh destroy ${name}; virsh undefine --nvram ${name}`);
/** That the guest's firmware has looked at it. */
const bytesRead = async (guest: string, target: string) =>
  Number(/rd_bytes (\d+)/.exec(await bench.host.shell(`virsh domblkstat ${guest} ${target}`))?.[1] ?? 0);

test('what is plugged into the host is listed as it is', async () => {
  const all = await drives();
  const seen = all.map(({ kind, path, loaded }) => `${kind} ${path}${loaded ? '' : ' (empty)'}`);
  const [parts, group] = [await kernelName(idOf('PARTS')), await kernelName(idOf('GROUP'))];
  expect(seen).toEqual(
    expect.arrayContaining([
      'cdrom /dev/sr0',
      'disk /dev/vda',
      `disk ${parts}`,
      `partition ${parts}1`,
      'mapped /dev/mapper/rack--one-web--disk',
    ]),
  );
  const lines = (await bench.host.shell('lsblk --bytes --noheadings --raw --output PATH,SIZE')).trim().split('\n');
  for (const { path, size } of all) expect(lines).toContain(`${path} ${size}`);
  expect(all.find(({ kind }) => kind === 'cdrom')).toMatchObject({
    name: 'QEMU QEMU DVD-ROM',
    why: null,
    os: { id: 'http://debian.org/debian/11' },
  });
  expect(all.find(({ path }) => path === '/dev/vda')?.why).toMatch(/^The host uses \/dev\/vda/);
  expect(all.find(({ path }) => path === group)?.why).toMatch(/LVM/);
});

test('a guest is made from the disc in the host’s drive, starts, and reads it', async () => {
  const drive = await driveAt('/dev/sr0');
  expect(await objections(fromDisc('reader', drive))).toEqual([]);
  await create(fromDisc('reader', drive));
  expect(await definition('reader')).toMatch(
    /<disk type='block' device='cdrom'>\s*<driver name='qemu' type='raw'\/>\s*<source dev='\/dev\/sr0'\/>/,
  );
  await expect.poll(() => bytesRead('reader', 'sda'), patience).toBeGreaterThan(2048);
  expect((await driveAt('/dev/sr0')).why).toMatch(/“reader” is running/);
  await expect(create(fromDisc('second', drive))).rejects.toMatchObject({ code: 'in-use' });
  await bench.host.shell('virsh destroy reader');
  expect(await objections(fromDisc('second', drive))).toEqual([]);
  await away('reader').catch(() => bench.host.shell('virsh undefine reader'));
});

test('an empty drive is told, and a disc that is put in is found', async () => {
  const drive = await driveAt('/dev/sr0');
  await bench.host.monitor('eject -f cd');
  // A desktop has the kernel look for media; a bare server is asked to.
  const look = () => bench.host.shell('udevadm trigger --action=change --settle /dev/sr0');
  await look();
  await expect.poll(async () => (await driveAt('/dev/sr0')).loaded, patience).toBe(false);
  expect(await objections(fromDisc('empty', drive))).toEqual(['error: No disc is in the drive /dev/sr0.']);
  await expect(create(fromDisc('empty', drive))).rejects.toMatchObject({ code: 'not-found' });
  await bench.host.monitor(`change cd ${disc} raw`);
  await look();
  await expect.poll(async () => (await driveAt('/dev/sr0')).loaded, patience).toBe(true);
  expect(await objections(fromDisc('empty', drive))).toEqual([]);
});

test('a guest is made on a whole disk, by the name that stays, and starts', async () => {
  const path = await kernelName(idOf('WHOLE'));
  const drive = await driveAt(path);
  expect(drive).toMatchObject({ kind: 'disk', size: 256 * MiB, name: 'QEMU QEMU HARDDISK', why: null });
  const spec = onDisk('whole', drive);
  expect(await objections(spec)).toEqual([]);
  expect((await creation().preview(request(spec))).definition).toContain(`<source dev="${idOf('WHOLE')}"/>`);
  await expect(creation().create({ ...request(spec), drive: { ...drive, name: 'Another one' } }, quietOperation())).rejects.toMatchObject({
    code: 'conflict',
  });
  await creation().create({ ...request(spec), drive }, quietOperation());
  expect(await definition('whole')).toMatch(
    new RegExp(
      `<disk type='block' device='disk'>\\s*<driver name='qemu' type='raw' cache='none' io='native' discard='unmap'/>\\s*<source dev='${idOf('WHOLE')}'/>`,
    ),
  );
  await expect.poll(() => bytesRead('whole', 'sda'), patience).toBeGreaterThan(0);
  await bench.host.shell('virsh destroy whole');
  // It is that guest's disk, whether it runs or not, and by whatever name.
  expect((await driveAt(path)).why).toMatch(/the disk of “whole” already/);
  await expect(create(onDisk('thief', drive))).rejects.toMatchObject({ code: 'in-use' });
  await bench.host.shell(`virsh undefine whole`);
});

test('a guest is made on a partition and on a logical volume; what has the same bytes is another’s from then on', async () => {
  const disk = await kernelName(idOf('PARTS'));
  const part = await driveAt(`${disk}1`);
  const whole = await driveAt(disk);
  await create(onDisk('part', part));
  expect(await definition('part')).toContain(`<source dev='${idOf('PARTS')}-part1'/>`);
  await expect.poll(() => bytesRead('part', 'sda'), patience).toBeGreaterThan(0);
  expect((await driveAt(disk)).why).toMatch(/or a part of it, is the disk of “part” already/);
  await expect(create(onDisk('over', whole))).rejects.toMatchObject({ code: 'in-use' });
  await bench.host.shell('virsh destroy part; virsh undefine part');

  const volume = await driveAt('/dev/mapper/rack--one-web--disk');
  expect(volume).toMatchObject({ kind: 'mapped', name: 'rack-one-web-disk', size: 64 * MiB, why: null });
  await create(onDisk('volume', volume));
  expect(await definition('volume')).toContain(`<source dev='/dev/mapper/rack--one-web--disk'/>`);
  await expect.poll(() => bytesRead('volume', 'sda'), patience).toBeGreaterThan(0);
  await bench.host.shell('virsh destroy volume; virsh undefine volume');
  // A pool of the same group has it as a volume.
  await bench.host.shell('virsh pool-define-as rack logical --source-name rack-one --target /dev/rack-one && virsh pool-start rack');
  expect(await objections(onDisk('volume', volume))).toEqual(['error: The storage pool “rack” of the host has /dev/rack-one.']);
  await bench.host.shell('virsh pool-destroy rack && virsh pool-undefine rack');
});

test('what the host itself needs is refused, and nothing is made', async () => {
  const group = await driveAt(await kernelName(idOf('GROUP')));
  // Ending the pool has closed its group, and whether it is opened again nobody knows.
  expect(await objections(onDisk('greedy', group))).toEqual([
    expect.stringMatching(/^warning: LVM’s volume group “rack-one” of the host has/),
  ]);
  await bench.host.shell('vgchange -q -ay rack-one');
  const before = await bench.host.shell('virsh list --all --name');
  for (const path of ['/dev/vda', await kernelName(idOf('GROUP')), await kernelName(idOf('MOUNTED'))]) {
    await expect(create(onDisk('greedy', await driveAt(path)))).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringMatching(/^The host uses/),
    });
  }
  const mounted = await driveAt(await kernelName(idOf('MOUNTED')));
  await bench.host.shell('umount /mnt');
  expect(await objections(onDisk('greedy', mounted))).toEqual([]);
  // A disk is no disc, a disc no disk, and neither is copied anywhere.
  await expect(create(fromDisc('greedy', mounted))).rejects.toMatchObject({ code: 'bad-input' });
  await expect(create(onDisk('greedy', await driveAt('/dev/sr0')))).rejects.toMatchObject({ code: 'bad-input' });
  const gone = onDisk('greedy', { ...mounted, id: 'block_sdz_gone' });
  await expect(create(gone)).rejects.toMatchObject({ code: 'not-found' });
  expect(await bench.host.shell('virsh list --all --name')).toBe(before);
});
