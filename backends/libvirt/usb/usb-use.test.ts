import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { usbUseHere } from './usb-use.ts';

let root: string;
const usb = (name: string): string => join(root, 'sys/devices/pci0/usb1', name);
const use = async (name: string) => usbUseHere(usb(name), { sys: join(root, 'sys'), proc: join(root, 'proc'), run: join(root, 'run') });

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
}
async function hid(name: string, protocol: string): Promise<void> {
  await write(join(usb(name), `${name}:1.0/bInterfaceClass`), '03\n');
  await write(join(usb(name), `${name}:1.0/bInterfaceProtocol`), `${protocol}\n`);
}
/** A disk with one partition, 8:17. */
async function stick(name: string): Promise<string> {
  const partition = join(usb(name), `${name}:1.0/host6/target6:0:0/6:0:0:0/block/sdb/sdb1`);
  await mkdir(partition, { recursive: true });
  await symlink(partition, join(root, 'sys/dev/block/8:17'));
  await symlink(partition, join(root, 'sys/class/block/sdb1'));
  return partition;
}
const mounted = (...numbers: readonly string[]): string =>
  numbers.map((number, at) => `${30 + at} 1 ${number} / /run/media/\\040x rw - ext4 /dev/x rw\n`).join('');

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guesthouse-usb-'));
  for (const folder of ['sys/dev/block', 'sys/class/block', 'proc/self']) await mkdir(join(root, folder), { recursive: true });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test('a keyboard and a mouse are missed, a headset’s buttons and what is not there are not', async () => {
  await hid('1-1', '01');
  await hid('1-2', '02');
  await hid('1-3', '00');
  expect([await use('1-1'), await use('1-2'), await use('1-3'), await use('1-9')]).toEqual(['keyboard', 'mouse', null, null]);
});

test('a stick is missed while something of it is mounted, and another one beside it is not', async () => {
  await stick('1-4');
  expect(await use('1-4')).toBeNull();
  await write(join(root, 'proc/self/mountinfo'), mounted('0:21', '8:17'));
  expect(await use('1-4')).toBe('disk');
  expect(await use('1-40')).toBeNull();
});

test('a stick is missed while it is swapped to', async () => {
  await stick('1-4');
  await write(join(root, 'proc/swaps'), 'Filename Type Size Used Priority\n/dev/sdb1 partition 8388604 0 -2\n');
  expect(await use('1-4')).toBe('disk');
});

test('a stick is missed while something on it that is encrypted is mounted', async () => {
  const partition = await stick('1-4');
  const mapped = join(root, 'sys/devices/virtual/block/dm-0');
  await mkdir(join(mapped, 'slaves'), { recursive: true });
  await symlink(partition, join(mapped, 'slaves/sdb1'));
  await symlink(mapped, join(root, 'sys/dev/block/253:0'));
  await write(join(root, 'proc/self/mountinfo'), mounted('253:0'));
  expect(await use('1-4')).toBe('disk');
});

test('a stick is missed while something is built on it that is not mounted: LVM, RAID, encryption, multipath', async () => {
  const partition = await stick('1-4');
  await mkdir(join(partition, 'holders'));
  expect(await use('1-4')).toBeNull();
  await mkdir(join(partition, 'holders/dm-3'));
  expect(await use('1-4')).toBe('disk');
});

/** As ZFS's module shows a pool that is in use; nothing of it is a mount of its disks, nor a holder. */
async function zpool(script: string): Promise<void> {
  await mkdir(join(root, 'proc/spl/kstat/zfs/tank'), { recursive: true });
  await write(join(root, 'proc/spl/kstat/zfs/arcstats'), '');
  await write(join(root, 'bin/zpool'), `#!/bin/sh\n${script}\n`);
  await chmod(join(root, 'bin/zpool'), 0o755);
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env['PATH']}`);
}

test('a stick is missed while a ZFS pool has it, and not for the mark of one that is not in use', async () => {
  const partition = await stick('1-4');
  await write(join(partition, 'dev'), '8:17\n');
  await write(join(root, 'run/udev/data/b8:17'), 'E:ID_FS_TYPE=zfs_member\n');
  expect(await use('1-4')).toBeNull();
  const list = (device: string) => `printf 'tank\\t1.81T\\tONLINE\\t-\\n\\tmirror-0\\t1.81T\\n\\t%s\\t1.8T\\nlogs\\t-\\n' ${device}`;
  await zpool(`[ "$*" = "list -v -H -P -L" ] && ${list('/dev/sdb1')}`);
  expect(await use('1-4')).toBe('disk');
  await zpool(list('/dev/sdc1'));
  expect(await use('1-4')).toBeNull();
});

test('where ZFS has pools and nobody tells of what disks, one with its mark, or that was not looked at, counts as unchecked', async () => {
  const partition = await stick('1-4');
  await write(join(partition, 'dev'), '8:17\n');
  await zpool('echo "Permission denied the ZFS utilities must be run as root." >&2; exit 1');
  expect(await use('1-4')).toBe('unchecked-disk');
  await write(join(root, 'run/udev/data/b8:17'), 'E:ID_FS_TYPE=zfs_member\n');
  expect(await use('1-4')).toBe('unchecked-disk');
  await write(join(root, 'run/udev/data/b8:17'), 'E:ID_FS_TYPE=ext4\n');
  expect(await use('1-4')).toBeNull();
});
