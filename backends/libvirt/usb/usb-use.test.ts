import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usbUseHere } from './usb-use.ts';

let root: string;
const usb = (name: string): string => join(root, 'sys/devices/pci0/usb1', name);
const use = async (name: string) => usbUseHere(usb(name), { sys: join(root, 'sys'), proc: join(root, 'proc') });

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
afterEach(async () => rm(root, { recursive: true }));

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
