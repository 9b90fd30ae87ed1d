import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hardware, HostConnection } from '../../backends/backend.ts';
import { createHardware } from '../../backends/libvirt/hardware/hardware.ts';
import { type OpenHost, openHost } from '../../backends/libvirt/host/open-host.ts';
import { type DevicePage, GuestHardware, type HardwareChange, HardwarePlan } from '../../backends/model/hardware.ts';
import type { FieldValues } from '../../backends/model/hardware-field.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { hubXml, rootHubXml, stickXml, webcamXml, withNodeDevices } from '../fakes/usb-node-devices.ts';
import { tinyDomain } from './tiny-domain.ts';

/** Resolves to what a command prints in the guest. */
type Shell = (command: string) => Promise<string>;

let daemon: PrivateLibvirtd;
let connection: HostConnection;
let host: OpenHost;
let hardware: Hardware;
let line: SerialLine;
let inTiny: Shell;
/** Runs: a PC with slots on its PCI bus, and with room for memory. */
let tiny: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  connection = await connectTo(daemon.uri);
  host = await openHost(daemon.uri, unattended(), async () => undefined);
  if (connection.hardware === null) throw new Error('A QEMU host has hardware to change.');
  hardware = connection.hardware;
  const xml = tinyDomainXml(await tinyGuest(), { name: 'tiny', serialLog: '/var/log/libvirt/tiny.log' })
    .replace("machine='q35'", "machine='pc'")
    .replace("<memory unit='MiB'>256</memory>", "<maxMemory slots='4' unit='MiB'>2048</maxMemory><memory unit='MiB'>256</memory>")
    .replace("<cpu mode='maximum'/>", "<cpu mode='maximum'><numa><cell id='0' cpus='0' memory='256' unit='MiB'/></numa></cpu>");
  await writeFile(join(daemon.dir, 'tiny.xml'), xml);
  await daemon.virsh('define', join(daemon.dir, 'tiny.xml'));
  await daemon.virsh('start', 'tiny');
  tiny = (await daemon.virsh('domuuid', 'tiny')).trim();
  inTiny = await shellOf('tiny');
});
afterAll(async () => {
  line.close();
  host.close();
  await connection.close();
  await daemon.stop();
});

type Timing = 'as-soon-as-possible' | 'next-start';
const read = async (id: string, of = hardware) => GuestHardware.parse(await of.read(id));
const plan = async (id: string, change: HardwareChange, of = hardware) =>
  HardwarePlan.parse(await of.plan(id, { change, base: (await read(id, of)).revision, when: 'as-soon-as-possible' }));
const apply = async (id: string, change: HardwareChange, of = hardware, when: Timing = 'as-soon-as-possible') =>
  of.apply(id, { change, base: (await read(id, of)).revision, when }, quietOperation());
const add = (device: string, values: FieldValues = {}): HardwareChange => ({ kind: 'add', device, values });
const set = (device: string, values: FieldValues): HardwareChange => ({ kind: 'set', device, values });
const remove = (device: string): HardwareChange => ({ kind: 'remove', device });
async function pageOf(id: string, device: string, of = hardware): Promise<DevicePage> {
  const page = (await read(id, of)).pages.find((one) => one.id === device);
  if (page === undefined) throw new Error(`no page ${device}`);
  return page;
}
const live = (name: string) => daemon.virsh('dumpxml', name);
const inactive = (name: string) => daemon.virsh('dumpxml', '--inactive', name);
const now = { effect: 'now', why: null };

const patience = { timeout: 60_000, interval: 500 };

async function shellOf(name: string): Promise<Shell> {
  line = await serialLine(daemon, name, join(daemon.dir, `log/${name}.log`));
  await line.until(/tiny login: /, 120_000);
  line.type('root');
  await line.until(/# /, 60_000);
  let asked = 0;
  return async (command) => {
    asked += 1;
    // The terminal's echo of the command has no such marks: the shell makes them.
    line.type(`echo "B$((${asked}))B"; ${command}; echo "E$((${asked}))E"`);
    const text = await line.until(new RegExp(`B${asked}B[^]*E${asked}E`), 60_000);
    return text.slice(text.lastIndexOf(`B${asked}B`) + `B${asked}B`.length, text.lastIndexOf(`E${asked}E`)).trim();
  };
}

/** Vendor and device of what is on the guest's PCI buses. */
const pciInTiny = async () => inTiny('cd /sys/bus/pci/devices; for d in *; do echo $(cat $d/vendor):$(cat $d/device); done; cd /');

test.each([
  {
    kind: 'rng',
    id: 'rng:1',
    values: { backend: 'builtin' },
    pci: '0x1af4:0x1005',
    element: /<rng model='virtio'>\s*<backend model='builtin'\/>/,
  },
  {
    kind: 'watchdog',
    id: 'watchdog:1',
    values: { action: 'none' },
    pci: '0x8086:0x25ab',
    element: /<watchdog model='i6300esb' action='none'>/,
  },
  {
    kind: 'shmem',
    id: 'shmem:blackboard',
    values: { name: 'blackboard', size: 8 * MiB },
    pci: '0x1af4:0x1110',
    element: /<shmem name='blackboard'>\s*<model type='ivshmem-plain'\/>\s*<size unit='M'>8<\/size>/,
  },
])('$kind: plugged into a running guest, seen in it, and taken out of it', async ({ kind, id, values, pci, element }) => {
  expect(await pciInTiny()).not.toContain(pci);
  expect((await plan(tiny, add(kind, values))).differences.every(({ effect }) => effect === 'now')).toBe(true);
  expect(await apply(tiny, add(kind, values))).toEqual(now);
  expect(await live('tiny')).toMatch(element);
  expect(await inactive('tiny')).toMatch(element);
  expect(await pageOf(tiny, id)).toMatchObject({ kind, presence: 'both', values, removal: { live: true, fixed: null } });
  await expect.poll(pciInTiny, patience).toContain(pci);

  await apply(tiny, remove(id));
  expect(await inactive('tiny')).not.toMatch(element);
  // A busy guest may take longer to let go than anybody waits for it.
  await expect.poll(() => live('tiny'), patience).not.toMatch(element);
  expect(await pciInTiny()).not.toContain(pci);
});

test('a running guest is asked how much of its memory is in use, and no longer', async () => {
  expect((await plan(tiny, set('memballoon:1', { period: 7 }))).differences).toMatchObject([
    { from: 'Never', to: '7 seconds', effect: 'now' },
  ]);
  expect(await apply(tiny, set('memballoon:1', { period: 7 }))).toEqual(now);
  for (const xml of [await live('tiny'), await inactive('tiny')]) expect(xml).toContain("<stats period='7'/>");
  expect(await apply(tiny, set('memballoon:1', { period: null }))).toEqual(now);
  for (const xml of [await live('tiny'), await inactive('tiny')]) expect(xml).not.toContain('<stats');
});

test('memory is plugged into a running guest that has room for it, which then has it', async () => {
  const blocks = () => inTiny('ls /sys/devices/system/memory | grep -c "^memory[0-9]"');
  const before = Number(await blocks());
  expect(await apply(tiny, add('memory-device', { size: 128 * MiB }))).toEqual(now);
  for (const xml of [await live('tiny'), await inactive('tiny')]) {
    expect(xml).toContain("<memory model='dimm'>");
    expect(xml).toContain("<memory unit='KiB'>393216</memory>");
    expect(xml).toContain("<currentMemory unit='KiB'>393216</currentMemory>");
  }
  await expect.poll(async () => Number(await blocks()), patience).toBeGreaterThan(before);
  expect(await apply(tiny, add('memory-device', { model: 'virtio-mem', size: 256 * MiB, requested: 128 * MiB }))).toEqual(now);
  expect((await plan(tiny, set('memory-device:2', { requested: 64 * MiB }))).differences).toMatchObject([{ effect: 'now' }]);
  expect(await apply(tiny, set('memory-device:2', { requested: 64 * MiB }))).toEqual(now);
  for (const xml of [await live('tiny'), await inactive('tiny')]) expect(xml).toContain("<requested unit='KiB'>65536</requested>");
  expect((await plan(tiny, add('memory-device', { size: 4096 * MiB }))).warnings.join()).toMatch(/grows along with it.*next start/);
});

test('a guest without room for memory devices gets it along with the first, and its memory back without it', async () => {
  const { id } = await tinyDomain(daemon, 'roomless');
  const planned = await plan(id, add('memory-device', { size: 256 * MiB }));
  expect(planned.warnings).toEqual(['The guest gets room for memory devices along with it, and a NUMA node with all that it has now.']);
  await apply(id, add('memory-device', { size: 256 * MiB }));
  const made = await inactive('roomless');
  expect(made).toContain("<maxMemory slots='16' unit='KiB'>524288</maxMemory>");
  expect(made).toContain("<memory unit='KiB'>524288</memory>");
  expect(made).toMatch(/<cell id='0' cpus='0' memory='262144' unit='KiB'/);
  await daemon.virsh('start', 'roomless');
  expect(await live('roomless')).toContain("<memory model='dimm'>");
  await daemon.virsh('destroy', 'roomless');
  await apply(id, remove('memory-device:1'));
  expect(await inactive('roomless')).toContain("<memory unit='KiB'>262144</memory>");
  expect(await inactive('roomless')).toContain("<currentMemory unit='KiB'>262144</currentMemory>");
});

test('what a machine only has from its start: TPM, panic notifier, IOMMU, and where random numbers come from', async () => {
  const { id } = await tinyDomain(daemon, 'chips');
  await apply(id, add('tpm', { model: 'tpm-tis' }));
  await apply(id, add('panic', { model: 'isa' }));
  expect((await plan(id, add('iommu', { intremap: 'on' }))).warnings).toEqual([
    'The guest gets QEMU’s interrupt controller (ioapic) along with it.',
  ]);
  await apply(id, add('iommu', { intremap: 'on' }));
  await apply(id, add('rng', { bytes: 1024, period: 2000 }));
  const made = await inactive('chips');
  expect(made).toMatch(/<tpm model='tpm-tis'>\s*<backend type='emulator' version='2.0'\/>/);
  expect(made).toMatch(/<panic model='isa'/);
  expect(made).toMatch(/<iommu model='intel'>\s*<driver intremap='on'\/>/);
  expect(made).toContain("<ioapic driver='qemu'/>");
  expect(made).toMatch(/<rate bytes='1024' period='2000'\/>\s*<backend model='random'>\/dev\/urandom<\/backend>/);

  await apply(id, set('tpm:1', { model: 'tpm-crb', 'bank-sha256': true }));
  await apply(id, set('iommu:1', { caching: 'on' }));
  expect(await inactive('chips')).toMatch(/<tpm model='tpm-crb'>[^]*<sha256\/>[^]*<\/tpm>/);
  expect((await read(id)).addable.find(({ kind }) => kind === 'tpm')?.unavailable).toBe('The guest has one.');

  await daemon.virsh('start', 'chips');
  const tree = await daemon.virsh('qemu-monitor-command', 'chips', '--hmp', 'info qtree');
  for (const chip of ['pvpanic', 'intel-iommu', 'virtio-rng-pci']) expect(tree).toContain(`dev: ${chip}`);
  expect(await daemon.virsh('qemu-monitor-command', 'chips', '--hmp', 'info tpm')).toContain('model=tpm-crb');
  expect(await live('chips')).toMatch(/<iommu model='intel'>\s*<driver intremap='on' caching_mode='on'/);
  // A running guest lets none of them go; they are gone from its next start on.
  expect((await apply(id, remove('tpm:1'))).effect).toBe('next-start');
  await daemon.virsh('destroy', 'chips');
  await apply(id, remove('panic:1'));
  await apply(id, remove('iommu:1'));
  await apply(id, set('rng:1', { backend: 'egd', reachedBy: 'tcp', host: 'numbers.test', service: '8080', bytes: null, period: null }));
  expect(await inactive('chips')).toMatch(
    /<backend model='egd' type='tcp'>\s*<source mode='connect' host='numbers.test' service='8080'\/>\s*<protocol type='raw'\/>\s*<\/backend>/,
  );
  await apply(id, set('rng:1', { backend: 'random', file: '/dev/random' }));
  expect(await inactive('chips')).toContain("<backend model='random'>/dev/random</backend>");
  expect(await inactive('chips')).not.toMatch(/<tpm|<panic|<iommu/);
});

test('a socket to the host and a filter of redirected USB are taken by libvirt as they are written', async () => {
  const { id } = await tinyDomain(daemon, 'sockets');
  await apply(id, add('vsock', { auto: false, cid: 42 }));
  expect(await inactive('sockets')).toMatch(/<vsock model='virtio'>\s*<cid auto='no' address='42'\/>/);
  await apply(id, set('vsock:1', { auto: true }));
  expect(await inactive('sockets')).toMatch(/<cid auto='yes'\/>/);
  await apply(id, remove('vsock:1'));

  await expect(apply(id, add('redirfilter'))).rejects.toMatchObject({ code: 'bad-input' });
  await apply(id, add('redirected-usb', { type: 'tcp', begins: 'bind', host: '127.0.0.1', service: '4000' }));
  const camera = { allow: 'yes', class: '0x08', vendor: '0x046d', product: '0x0825', version: '2.00' };
  const rest = { allow: 'no', class: null, vendor: null, product: null, version: null };
  await apply(id, add('redirfilter', { rules: [camera, rest] }));
  expect(await inactive('sockets')).toMatch(
    /<redirfilter>\s*<usbdev class='0x08' vendor='0x046D' product='0x0825' version='2.00' allow='yes'\/>\s*<usbdev allow='no'\/>\s*<\/redirfilter>/i,
  );
  await apply(id, set('redirfilter:1', { rules: [rest, camera] }));
  expect(await inactive('sockets')).toMatch(/<usbdev allow='no'\/>\s*<usbdev class='0x08'/);
  await apply(id, remove('redirfilter:1'));
  expect(await inactive('sockets')).not.toContain('<redirfilter');
});

test('a USB device of the host is chosen by what it is called, and libvirt knows it by its model', async () => {
  const { id } = await tinyDomain(daemon, 'plugged');
  const withUsb = createHardware(
    withNodeDevices(host, () => [rootHubXml, hubXml, webcamXml(4), stickXml]),
    { mayChange: true },
  );
  const field = (await read(id, withUsb)).addable.find(({ kind }) => kind === 'usb-device')?.fields.find(({ key }) => key === 'device');
  expect(field?.kind === 'choice' && field.choices.map(({ label, unavailable }) => [label, unavailable])).toEqual(
    expect.arrayContaining([['Logitech, Inc. Webcam C270 (046d:0825)', null]]),
  );
  await apply(id, add('usb-device', { device: '046d:0825' }), withUsb);
  expect(await inactive('plugged')).toMatch(
    /<hostdev mode='subsystem' type='usb' managed='yes'>\s*<source startupPolicy='optional'>\s*<vendor id='0x046d'\/>\s*<product id='0x0825'\/>\s*<\/source>/,
  );
  expect(await pageOf(id, 'usb-device:046d:0825', withUsb)).toMatchObject({ summary: 'Logitech, Inc. Webcam C270', notes: [] });
  await apply(id, set('usb-device:046d:0825', { startup: 'mandatory' }), withUsb);
  expect(await inactive('plugged')).toContain("<source startupPolicy='mandatory'>");
  await apply(id, remove('usb-device:046d:0825'), withUsb);
  expect(await inactive('plugged')).not.toContain('<hostdev');
  // The kernel of the host has no such device: what a running guest does not get waits for its next start, with libvirt's words.
  const waiting = await apply(tiny, add('usb-device', { device: '0781:5567' }), withUsb);
  expect(waiting).toMatchObject({ effect: 'next-start', why: expect.stringMatching(/usb/i) });
  await apply(tiny, remove('usb-device:0781:5567'), withUsb);
});

test('devices of the host that somebody else has written down are shown, with what they are, and go when they are removed', async () => {
  const { id } = await tinyDomain(daemon, 'given');
  const hostdevs = `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x7f' slot='0x1f' function='0x7'/></source>
    <rom bar='off'/></hostdev>`;
  const file = join(daemon.dir, 'given-device.xml');
  await writeFile(file, hostdevs);
  await daemon.virsh('attach-device', 'given', file, '--config');
  const page = await pageOf(id, 'pci-device:0000:7f:1f.7');
  expect(page).toMatchObject({
    title: 'PCI device 0000:7f:1f.7',
    values: { romBar: 'off', managed: true },
    notes: ['The host does not have it now.'],
  });
  await apply(id, set(page.id, { romBar: null, romFile: '/usr/share/card.rom' }));
  expect(await inactive('given')).toContain("<rom file='/usr/share/card.rom'/>");
  await apply(id, remove(page.id));
  expect(await inactive('given')).not.toContain('<hostdev');
});
