import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { hostGrants } from './host-grants.ts';

const domain = (devices: string, more = '') =>
  parseXml(
    `<domain xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"><devices><emulator>/usr/bin/qemu</emulator>${devices}</devices>${more}</domain>`,
  );
const disk = (file: string) => `<disk type="file"><source file="${file}"/></disk>`;
const grants = (devices: string, more?: string) =>
  hostGrants(domain(disk('/had/before')), domain(disk('/had/before') + devices, more), async (path) => path === '/pool/disk.qcow2');

test('what the guest had, and volumes of pools, are nothing new of the host', async () => {
  expect(await grants('')).toEqual([]);
  expect(await grants(disk('/pool/disk.qcow2'))).toEqual([]);
});

test('files, folders and devices that are no volumes are named, wherever in the definition they stand', async () => {
  expect(await grants(disk('/etc/shadow'))).toEqual(['/etc/shadow']);
  expect(await grants('<filesystem><source dir="/"/><target dir="root"/></filesystem>')).toEqual(['/']);
  expect(await grants('<rng model="virtio"><backend model="random">/dev/sda</backend></rng>')).toEqual(['/dev/sda']);
  expect(await grants('', '<os><kernel>/boot/vmlinuz</kernel></os>')).toEqual(['/boot/vmlinuz']);
  expect(await grants('<stranger><deep at="/root/.ssh"/></stranger>')).toEqual(['/root/.ssh']);
});

test('devices of the host, and arguments of the emulator, are named too', async () => {
  const pci = '<hostdev mode="subsystem" type="pci"><source><address bus="0x01"/></source></hostdev>';
  expect(await grants(pci)).toEqual(['the host’s own pci device']);
  const [words] = await grants('', '<qemu:commandline><qemu:arg value="-hda"/></qemu:commandline>');
  expect(words).toContain('“-hda”');
});

test('a path need not begin with a slash to be one, and a network card can be the host’s own', async () => {
  expect(await grants(disk('etc/shadow'))).toEqual(['etc/shadow']);
  const card = '<interface type="hostdev"><source><address type="pci" bus="0x02"/></source></interface>';
  expect(await grants(card)).toEqual(['the host’s own network device']);
  expect(await grants('<smartcard mode="host"/>')).toEqual(['the host’s smart card reader']);
});

test('nor does a device’s or a line’s path, and what stands beside a path hides it no more than raw commands are hidden', async () => {
  expect(await grants('<disk type="block"><source dev="dev/sda"/></disk>')).toEqual(['dev/sda']);
  expect(await grants('<serial type="file"><source path="etc/cron.d/job"/><log file="etc/other"/></serial>')).toEqual([
    'etc/cron.d/job',
    'etc/other',
  ]);
  expect(await grants('<rng><backend model="random">/dev/sda<x/></backend></rng>')).toEqual(['/dev/sda']);
  expect(await grants('', '<os><kernel>boot/vmlinuz</kernel><boot dev="hd"/></os>')).toEqual(['boot/vmlinuz']);
  expect(await grants('<interface type="direct"><source dev="eth0" mode="bridge"/></interface>')).toEqual([]);
  expect(await grants('<disk type="block" device="lun" rawio="yes"><source dev="/pool/disk.qcow2"/></disk>')).toEqual([
    'any SCSI command on a device of the host',
  ]);
});

test('a raw disk that is to be read as an image gives what its guest has written there', async () => {
  const typed = (type: string) => domain(`<disk type="file"><driver name="qemu" type="${type}"/><source file="/pool/disk.qcow2"/></disk>`);
  const among = async (from: string, to: string) => hostGrants(typed(from), typed(to), async () => true);
  expect(await among('raw', 'qcow2')).toEqual(['any file that is named inside of the disk /pool/disk.qcow2']);
  expect(await among('qcow2', 'qcow2')).toEqual([]);
  expect(await among('qcow2', 'raw')).toEqual([]);
});

test('a folder that could only be read is another thing once it can be written to, or a disk', async () => {
  const share = (more: string) => domain(`<filesystem><source dir="/srv"/><target dir="s"/>${more}</filesystem>`);
  expect(await hostGrants(share('<readonly/>'), share(''), async () => false)).toEqual(['/srv']);
  expect(await hostGrants(share('<readonly/>'), share('<readonly/>'), async () => false)).toEqual([]);
  expect(await hostGrants(share(''), domain(disk('/srv')), async () => false)).toEqual(['/srv']);
});

test('less that keeps it apart from the host is named', async () => {
  const [label] = await grants('', '<seclabel type="none"/>');
  expect(label).toContain('security label');
  const container = (more: string) => parseXml(`<domain type="lxc"><name>c</name>${more}</domain>`);
  const mapped = container('<idmap><uid start="0" target="1000" count="10"/></idmap>');
  expect(await hostGrants(mapped, container(''), async () => false)).toEqual(['the rights of the host’s root']);
  const allowed = container('<features><capabilities policy="allow"/></features>');
  expect(await hostGrants(container(''), allowed, async () => false)).toEqual(['rights that containers are kept from']);
  expect(await hostGrants(container(''), mapped, async () => false)).toEqual([]);
  const shared = parseXml(
    `<domain type="lxc" xmlns:lxc="http://libvirt.org/schemas/domain/lxc/1.0"><name>c</name><lxc:namespace><lxc:sharenet type="pid" value="1"/></lxc:namespace></domain>`,
  );
  expect((await hostGrants(container(''), shared, async () => false)).join()).toContain('lxc:namespace');
});
