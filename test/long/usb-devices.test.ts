import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { GuestNotice } from '../../backends/model/guest.ts';
import type { Usb } from '../../backends/backend.ts';
import { type UsbIdentity, UsbDevice } from '../../backends/model/usb-device.ts';
import { fakeKept } from '../../backends/fake/fake-kept.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { ConsoleSettings, type GuestConsoleSettings } from '../../main/console-settings.ts';
import { Registry } from '../../main/registry.ts';
import { UsbRules, withUsbRules } from '../../main/usb-rules.ts';
import { type EmulatedBench, startEmulatedBench } from '../bed/emulated-bench.ts';
import { unheard } from '../fakes/unheard.ts';

// USB for real: a kernel, udev and a daemon that tell of sticks which are plugged in and pulled out, and guests that get them.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const patience = { timeout: 120_000, interval: 500 };
const STICK = { vendor: '46f4', product: '0001' };
let bench: EmulatedBench;
let usb: Usb;
let one: string;
let two: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-sticks-'));
  bench = await startEmulatedBench({ devices: ['-device', 'qemu-xhci,id=usb', '-device', 'usb-tablet,id=tablet,bus=usb.0'] });
  for (const name of ['A', 'B']) await plug(name);
  [one, two] = [await bench.define('one'), await bench.define('two')];
  for (const id of [one, two]) await bench.connection.act(id, 'start');
  if (bench.connection.usb === null) throw new Error('a QEMU host gives USB devices');
  ({ usb } = bench.connection);
});
afterAll(async () => {
  await bench?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function plug(name: string): Promise<void> {
  const file = join(folder, `${name}.img`);
  await writeFile(file, '');
  await truncate(file, 16 << 20);
  await bench.host.monitor(`drive_add 0 if=none,id=drive${name},format=raw,file=${file}`);
  await bench.host.monitor(`device_add usb-storage,id=stick${name},bus=usb.0,drive=drive${name},serial=STICK-${name}`);
}
const pull = (name: string) => bench.host.monitor(`device_del stick${name}`);

const list = async () => UsbDevice.array().parse(await usb.list());
const find = async (serial: string) => (await list()).find(({ identity }) => identity.serial === serial);
const there = async (serial: string): Promise<UsbDevice> => {
  await expect.poll(async () => find(serial), patience).toBeDefined();
  const device = await find(serial);
  if (device === undefined) throw new Error(`${serial} is not plugged in`);
  return device;
};
/** QEMU of the guest, not libvirt. */
const inGuest = async (name: string) => bench.host.shell(`virsh qemu-monitor-command --hmp ${name} info usb`);

test('what is plugged in is told as the kernel has it: two of a kind apart, by their serial numbers', async () => {
  await Promise.all(['A', 'B'].map((name) => there(`STICK-${name}`)));
  const inKernel = (
    await bench.host.shell(
      'cd /sys/bus/usb/devices; for d in *-*; do case $d in *:*) ;; *) paste -d " " $d/idVendor $d/idProduct $d/busnum $d/devnum $d/serial;; esac; done',
    )
  )
    .trim()
    .split('\n');
  const ours = (await list()).map(({ identity: { vendor, product, serial }, bus, device }) =>
    [vendor, product, bus, device, serial].join(' '),
  );
  expect(ours.sort()).toEqual(inKernel.sort());
  expect(ours).toHaveLength(3);
  expect(await there('STICK-A')).toMatchObject({ vendorName: 'QEMU', productName: 'QEMU USB HARDDRIVE', user: null, use: null });
});

test('a stick that the host has mounted or swaps to is told from one that it has not', async () => {
  await bench.host.shell('disk=$(ls -d /dev/disk/by-id/*STICK-B*:0); mkswap $disk; swapon $disk');
  expect((await there('STICK-B')).use).toBe('disk');
  expect((await there('STICK-A')).use).toBeNull();
  await bench.host.shell('swapoff -a');
  expect((await there('STICK-B')).use).toBeNull();
});

test('each goes to a guest and is nobody else’s; it keeps its serial number there, and comes back', async () => {
  const [a, b] = [await there('STICK-A'), await there('STICK-B')];
  await usb.attach(one, a.id, { running: true });
  await usb.attach(two, b.id, { running: true });
  await expect(usb.attach(two, a.id, { running: true })).rejects.toMatchObject({
    code: 'in-use',
    message: expect.stringContaining('“one”'),
  });
  expect(await there('STICK-A')).toMatchObject({ user: { name: 'one' }, use: null });
  expect(await there('STICK-B')).toMatchObject({ user: { name: 'two' } });
  for (const name of ['one', 'two']) expect(await inGuest(name)).toContain('QEMU USB HARDDRIVE');
  expect(await bench.host.shell('ls /sys/class/block')).not.toMatch(/\bsd/);
  const tablet = (await list()).find(({ identity }) => identity.vendor === '0627');
  await usb.attach(one, tablet?.id ?? '', { running: true });
  expect(await inGuest('one')).toContain('QEMU USB Tablet');
  for (const [id, device] of [
    [one, a],
    [two, b],
    [one, tablet],
  ] as const)
    await usb.detach(id, device?.id ?? '');
  for (const name of ['one', 'two']) expect(await inGuest(name)).not.toContain('QEMU USB HARDDRIVE');
  await expect.poll(async () => (await list()).map(({ user }) => user), patience).toEqual([null, null, null]);
});

test('a device for the next start does not hold the start up when it is not plugged in', async () => {
  const off = await bench.define('off');
  await usb.attach(off, (await there('STICK-A')).id);
  await pull('A');
  await expect.poll(() => find('STICK-A'), patience).toBeUndefined();
  await bench.connection.act(off, 'start');
  expect(await inGuest('off')).not.toContain('HARDDRIVE');
  await bench.connection.act(off, 'force-off');
  await plug('A');
  await there('STICK-A');
});

test('“always this guest” holds when the stick is pulled out and plugged in again, of its twin too', async () => {
  const notices: GuestNotice[] = [];
  const settings = new ConsoleSettings(fakeKept<readonly GuestConsoleSettings[]>([]));
  const publish = {
    ...unheard,
    guests: { ...unheard.guests, noticed: ({ notice }: { notice: GuestNotice }) => void notices.push(notice) },
  };
  const uri = bench.host.uri('qemu');
  const registry = new Registry({
    backends: [libvirtBackend],
    hosts: [{ id: 'far', name: 'Far', uri, address: { road: 'uri', uri }, autoconnect: true, readOnly: false }],
    publish: withUsbRules(publish, () => rules),
    log: () => {},
    random: () => 0,
  });
  const rules: UsbRules = new UsbRules({ registry, settings, publish, log: () => {} });
  try {
    registry.connectAll();
    await expect.poll(() => registry.link('far').snapshot().guests.length, patience).toBeGreaterThan(1);
    const always = async (id: string, identity: UsbIdentity) =>
      settings.change({ host: 'far', id }, (before) => ({ ...before, usb: [{ identity, name: 'Stick' }] }));
    await always(one, { ...STICK, serial: 'STICK-A' });
    await always(two, { ...STICK, serial: 'STICK-B' });
    rules.apply('far');
    const users = async () => [(await find('STICK-A'))?.user?.name, (await find('STICK-B'))?.user?.name];
    await expect.poll(users, patience).toEqual(['one', 'two']);
    for (const name of ['A', 'B']) await pull(name);
    await expect.poll(users, patience).toEqual([undefined, undefined]);
    for (const name of ['B', 'A']) await plug(name);
    await expect.poll(users, patience).toEqual(['one', 'two']);
    for (const name of ['one', 'two']) expect((await inGuest(name)).match(/HARDDRIVE/g)).toHaveLength(1);
    // The last word of the rules comes after what they have done.
    const given = () => notices.filter(({ message }) => message.includes('as always')).map(({ name }) => name);
    await expect.poll(() => given().sort(), patience).toEqual(['one', 'one', 'two', 'two']);
    expect(notices.filter(({ severity }) => severity !== 'info')).toEqual([]);

    // A guest that starts anew gets its own again.
    await bench.connection.act(one, 'force-off');
    await expect.poll(users, patience).toEqual([undefined, 'two']);
    await bench.connection.act(one, 'start');
    await expect.poll(users, patience).toEqual(['one', 'two']);
  } finally {
    await registry.close();
  }
});
