import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hardwareVerbs } from './hardware-verbs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hardware, HostConnection } from '../../backends/backend.ts';
import type { FieldValues } from '../../backends/model/hardware-field.ts';
import { keyedFields, written } from '../../backends/libvirt/hardware/page-fields.ts';
import { threeD } from '../../backends/libvirt/hardware/parts/three-d/three-d.ts';
import { serialize } from '../../backends/libvirt/xml/document.ts';
import { GiB, MiB } from '../../backends/model/quantity.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';
import { hardwareContext } from '../bed/hardware-context.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { ofFineTuning } from './fine-tuning.ts';
import { machineChanges } from './machine-changes.ts';

let daemon: PrivateLibvirtd;
let connection: HostConnection;
let hardware: Hardware;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  connection = await connectTo(daemon.uri);
  if (connection.hardware === null) throw new Error('A QEMU host has hardware to change.');
  hardware = connection.hardware;
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
});

const { read, plan, apply } = hardwareVerbs(() => hardware);
const set = async (id: string, device: string, values: FieldValues) => apply(id, { kind: 'set', device, values });
const valuesOf = async (id: string, device: string) => (await read(id)).pages.find((page) => page.id === device)?.values ?? {};
const inactive = (name: string) => daemon.virsh('dumpxml', '--inactive', name);
const running = (name: string) => daemon.virsh('dumpxml', name);

interface Machine {
  readonly machine?: string;
  readonly os?: string;
  readonly memory?: number;
  readonly rest?: string;
  readonly devices?: string;
}

/** What a failed try of the same test left. */
async function forget(name: string): Promise<void> {
  await daemon.virsh('destroy', name).catch(() => '');
  await daemon.virsh('undefine', '--nvram', name).catch(() => '');
}

async function define(name: string, { machine = 'q35', os = '', memory = 32, rest = '', devices = '' }: Machine): Promise<string> {
  const file = join(daemon.dir, `${name}.xml`);
  await forget(name);
  await writeFile(
    file,
    `<domain type="qemu"><name>${name}</name><memory unit="MiB">${memory}</memory>${rest}
    <os><type arch="x86_64" machine="${machine}">hvm</type>${os}</os><features><acpi/><apic/></features>
    <devices>${devices}<video><model type="vga"/></video></devices></domain>`,
  );
  await daemon.virsh('define', file);
  return (await daemon.virsh('domuuid', name)).trim();
}

test('every page of the machine is changed, and libvirt reads back what was meant', async () => {
  const id = await define('everything', {});
  for (const [page, values, expected] of machineChanges) {
    await set(id, page, values);
    const definition = await inactive('everything');
    for (const one of expected) expect(definition, page).toMatch(one);
    expect(await valuesOf(id, page), page).toMatchObject(values);
  }
  // And taken away again: of lists and switches nothing is left.
  await set(id, 'emulator-arguments', { arguments: [], environment: [], overrides: [], capabilities: [], deprecation: null });
  await set(id, 'placement', {
    pins: [],
    iothreads: [],
    'emulator-set': null,
    'node-memory': [],
    'memory-mode': null,
    'memory-nodes': null,
    schedulers: [],
    'disk-shares': [],
  });
  await set(id, 'features', { 'perf-events': [] });
  await set(id, 'system-information', { mode: null, entries: [], generation: false, 'firmware-files': [] });
  const definition = await inactive('everything');
  for (const gone of ['qemu:', 'vcpupin', 'iothread', 'emulatorpin', 'numatune', 'sysinfo', 'smbios', ...ofFineTuning])
    expect(definition).not.toContain(gone);
}, 300_000);

test('what would not do is refused in words before it is tried, and consequences are told', async () => {
  const id = await define('wrong', {});
  const objectionsTo = async (device: string, values: FieldValues) => (await plan(id, { kind: 'set', device, values })).objections;
  expect(await objectionsTo('processors', { vcpus: 4, topology: true, sockets: 1, cores: 3, threads: 1 })).toEqual([
    { field: 'sockets', message: 'Sockets, dies, cores and threads make 3 processors, and the guest has 4.' },
  ]);
  expect(await objectionsTo('memory', { current: GiB })).toMatchObject([{ field: 'current' }]);
  expect(await objectionsTo('power', { on_poweroff: 'restart', on_reboot: 'destroy' })).toMatchObject([{ field: 'on_poweroff' }]);
  expect(await objectionsTo('boot', { cmdline: 'quiet' })).toMatchObject([{ field: 'cmdline' }]);
  expect(await objectionsTo('overview', { name: 'other' })).toMatchObject([{ field: 'name', message: expect.stringContaining('Rename') }]);
  const many = await plan(id, { kind: 'set', device: 'processors', values: { vcpus: 200 } });
  expect(many.warnings).toContainEqual(expect.stringMatching(/^The host has \d+ processors/));
  const much = await plan(id, { kind: 'set', device: 'memory', values: { memory: 1024 * GiB } });
  expect(much.warnings).toContainEqual(expect.stringContaining('of memory in all'));
  const raw = await plan(id, { kind: 'set', device: 'emulator-arguments', values: { arguments: [{ value: '-S' }] } });
  expect(raw.warnings).toContainEqual(expect.stringContaining('tainted'));
  expect(raw.grants).not.toEqual([]);
});

test('a machine changes its chipset with all that hangs on it, and starts', async () => {
  const id = await define('old', {
    machine: 'pc',
    devices: `<disk type='file' device='cdrom'><target dev='hda' bus='ide'/></disk><disk type='file' device='cdrom'><target dev='hdc' bus='ide'/></disk>
      <interface type='user'><model type='e1000'/></interface><memballoon model='virtio'/>`,
  });
  expect((await valuesOf(id, 'overview'))['chipset']).toBe('i440fx');
  const planned = await plan(id, { kind: 'set', device: 'overview', values: { chipset: 'q35' } });
  expect(planned.warnings).toContainEqual('The 2 drives on IDE move to SATA, since Q35 has no IDE.');
  await set(id, 'overview', { chipset: 'q35' });
  const q35 = await inactive('old');
  expect(q35).toMatch(/machine='pc-q35-/);
  expect(q35).toMatch(/<target dev='sda' bus='sata'\/>/);
  expect(q35).toMatch(/<target dev='sdb' bus='sata'\/>/);
  expect(q35).not.toMatch(/bus='ide'|pci-root'|piix3/);
  await daemon.virsh('start', 'old');
  await daemon.virsh('destroy', 'old');
  await set(id, 'overview', { chipset: 'i440fx' });
  expect(await inactive('old')).not.toMatch(/pcie-root/);
  await daemon.virsh('start', 'old');
  await daemon.virsh('destroy', 'old');
}, 300_000);

/** A disk whose boot sector writes this letter to the serial line, again and again. */
async function bootDisk(letter: string): Promise<string> {
  // SeaBIOS does not start from a disk that has no whole cylinder.
  const sector = Buffer.alloc(16 * MiB);
  // mov dx, 0x3f8; mov al, letter; sti; then over and over: out dx, al; hlt, up to the next tick of the timer.
  sector.set([0xba, 0xf8, 0x03, 0xb0, letter.charCodeAt(0), 0xfb, 0xee, 0xf4, 0xeb, 0xfc]);
  sector.set([0x55, 0xaa], 510);
  const file = join(daemon.dir, 'lib/images', `${letter}.img`);
  await writeFile(file, sector);
  return file;
}

async function bootsFrom(name: string, log: string): Promise<string> {
  await daemon.virsh('start', name);
  const line = await serialLine(daemon, name, log);
  try {
    return /[AB]/.exec(await line.until(/[AB]/, 100_000))?.[0] ?? '';
  } finally {
    line.close();
    await daemon.virsh('destroy', name);
    await writeFile(log, '');
  }
}

test('a changed boot order boots the other disk, and a kernel of the host comes before all', async () => {
  const log = join(daemon.dir, 'log/order.log');
  await writeFile(log, '');
  const disk = async (letter: string, dev: string) =>
    `<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='${await bootDisk(letter)}'/><target dev='${dev}' bus='virtio'/></disk>`;
  const id = await define('order', {
    os: `<boot dev='hd'/>`,
    devices: `${await disk('A', 'vda')}${await disk('B', 'vdb')}<serial type='pty'><log file='${log}'/></serial>`,
  });
  expect((await valuesOf(id, 'boot'))['order']).toEqual([
    { device: 'Disk vda', tried: true },
    { device: 'Disk vdb', tried: false },
  ]);
  expect(await bootsFrom('order', log)).toBe('A');
  await set(id, 'boot', {
    order: [
      { device: 'Disk vdb', tried: true },
      { device: 'Disk vda', tried: true },
    ],
  });
  const definition = await inactive('order');
  expect(definition).not.toContain('<boot dev');
  expect(definition).toMatch(/<target dev='vdb' bus='virtio'\/>\s*<boot order='1'\/>/);
  expect(await bootsFrom('order', log)).toBe('B');
}, 400_000);

test.each([
  ['default', {}],
  ['host-model', { rest: `<cpu mode='host-model'/><vcpu current='1'>2</vcpu>` }],
  ['model', { rest: `<cpu mode='custom' match='exact'><model>Nehalem</model><feature policy='disable' name='vmx'/></cpu>`, machine: 'pc' }],
  ['pinned', { rest: `<vcpu cpuset='0'>2</vcpu><iothreads>2</iothreads><cputune><emulatorpin cpuset='0'/></cputune>` }],
])('nothing waits on a guest that was only started: %s', async (name, machine: Machine) => {
  const id = await define(`fresh-${name}`, machine);
  await daemon.virsh('start', '--paused', `fresh-${name}`);
  expect((await read(id)).pending).toEqual([]);
  await daemon.virsh('destroy', `fresh-${name}`);
});

test('a running Linux is told at once: balloon, processors, threads, limits, words', async () => {
  const guest = await tinyGuest();
  const log = join(daemon.dir, 'log/live.log');
  await rm(log, { force: true });
  const id = await define('live', {
    memory: 256,
    rest: `<vcpu current='1'>2</vcpu><cpu mode='maximum'/>`,
    os: `<kernel>${guest.vmlinux}</kernel><initrd>${guest.initrd}</initrd><cmdline>console=ttyS0,115200 quiet</cmdline>`,
    devices: `<serial type='pty'><log file='${log}'/></serial><memballoon model='virtio'/>`,
  });
  await daemon.virsh('start', 'live');
  const line = await serialLine(daemon, 'live', log);
  await line.until(/login:/, 300_000);
  line.type('root');
  await line.until(/\/root #/, 100_000);

  const whole = await memoryIn(line);
  expect(await set(id, 'memory', { current: 160 * MiB })).toEqual({ effect: 'now', why: null });
  await expect.poll(() => memoryIn(line), { timeout: 200_000 }).toBeLessThan(whole - 80 * 1024);
  expect(await inactive('live')).toMatch(/<currentMemory unit='KiB'>163840</);
  await set(id, 'memory', { current: null });
  await expect.poll(() => memoryIn(line), { timeout: 200_000 }).toBe(whole);

  expect(await set(id, 'processors', { current: null })).toEqual({ effect: 'now', why: null });
  expect(await running('live')).toMatch(/<vcpu[^>]*>2</);
  line.type('until [ -d /sys/devices/system/cpu/cpu1 ]; do sleep 1; done; echo second $((40 + 2))');
  await line.until(/second 42/, 120_000);
  // What came while it ran can go while it runs.
  const fewer = await plan(id, { kind: 'set', device: 'processors', values: { current: 1 } });
  expect(fewer.differences).toMatchObject([{ what: 'Processors at present', effect: 'now' }]);
  // What it started with stays, and more than it has at most waits.
  expect(
    (await plan(id, { kind: 'set', device: 'processors', values: { vcpus: 4, current: 4 } })).differences.map(({ effect }) => effect),
  ).toEqual(['next-start', 'next-start']);

  expect(await set(id, 'placement', { iothreads: [{ id: 3, cpuset: '0' }], pins: [{ vcpu: 0, cpuset: '0' }] })).toEqual({
    effect: 'now',
    why: null,
  });
  expect(await running('live')).toMatch(/<vcpupin vcpu='0' cpuset='0'\/>[^]*<iothreadpin iothread='3' cpuset='0'\/>/);
  expect(await set(id, 'placement', { iothreads: [], pins: [] })).toEqual({ effect: 'now', why: null });
  expect(await running('live')).not.toMatch(/iothread id|iothreadpin|vcpupin vcpu='0' cpuset='0'/);

  expect(await set(id, 'overview', { title: 'Alive', description: 'Seen', os: 'http://alpinelinux.org/alpinelinux/3.18' })).toEqual({
    effect: 'now',
    why: null,
  });
  expect(await running('live')).toMatch(/<title>Alive<[^]*<description>Seen<[^]*alpinelinux.org/);
  expect(await set(id, 'power', { on_reboot: 'destroy' })).toEqual({ effect: 'now', why: null });
  expect(await running('live')).toMatch(/<on_reboot>destroy</);
  // What it does not take waits, and is listed.
  expect(await set(id, 'clock', { offset: 'localtime' })).toMatchObject({ effect: 'next-start' });
  expect((await read(id)).pending).toContainEqual({ device: 'clock', words: expect.stringContaining('local time') });
  line.close();
  await daemon.virsh('destroy', 'live');
}, 900_000);

/** In KiB, as the guest's kernel has it now. */
async function memoryIn(line: SerialLine): Promise<number> {
  const mark = `m${Math.random().toString(36).slice(2)}`;
  line.type(`awk '/^MemTotal/ { print "${mark}=" $2 "=" }' /proc/meminfo`);
  const text = await line.until(new RegExp(`${mark}=\\d+=`), 60_000);
  return Number(new RegExp(`${mark}=(\\d+)=`).exec(text)?.[1]);
}

test('firmware is changed; its variables are kept over another name, and made anew by the start that is asked for', async () => {
  await forget('renamed');
  const id = await define('firm', {});
  await set(id, 'boot', { firmware: 'uefi' });
  expect(await inactive('firm')).toMatch(/<os firmware='efi'>/);
  await daemon.virsh('start', '--paused', 'firm');
  expect((await read(id)).pending).toEqual([]);
  const variables = /<nvram[^>]*>([^<]+)</.exec(await running('firm'))?.[1] ?? '';
  await daemon.virsh('destroy', 'firm');
  const inside = join(daemon.dir, variables.replace('/var/lib/libvirt', 'lib'));
  const fresh = await readFile(inside);
  await writeFile(inside, Buffer.concat([fresh.subarray(0, fresh.length - 4), Buffer.from('mark')]));

  await expect(apply(id, { kind: 'act', device: 'overview', action: 'rename', values: { name: 'firm' } })).rejects.toMatchObject({
    code: 'bad-input',
  });
  await apply(id, { kind: 'act', device: 'overview', action: 'rename', values: { name: 'renamed' } });
  expect((await daemon.virsh('domuuid', 'renamed')).trim()).toBe(id);
  await daemon.virsh('start', '--paused', 'renamed');
  expect(await running('renamed')).toContain(`>${variables}<`);
  await expect(apply(id, { kind: 'act', device: 'overview', action: 'rename', values: { name: 'again' } })).rejects.toMatchObject({
    code: 'bad-input',
  });
  await daemon.virsh('destroy', 'renamed');
  expect((await readFile(inside)).subarray(-4).toString()).toBe('mark');

  const asked = await plan(id, { kind: 'act', device: 'boot', action: 'fresh-variables', values: {} });
  expect(asked.losses).not.toEqual([]);
  await apply(id, { kind: 'act', device: 'boot', action: 'fresh-variables', values: {} });
  await daemon.virsh('destroy', 'renamed');
  expect((await readFile(inside)).subarray(-4).toString()).not.toBe('mark');

  await set(id, 'boot', { firmware: 'uefi-secure-boot' });
  expect(await inactive('renamed')).toMatch(/<feature enabled='yes' name='secure-boot'\/>[^]*<smm state='on'/);
  await set(id, 'boot', { firmware: 'bios' });
  expect(await inactive('renamed')).not.toMatch(/efi|<nvram|<loader/);
  expect((await stat(inside)).isFile()).toBe(true);
}, 300_000);

test('3D by the host’s card is as libvirt takes it, on and off again; a host without a card says so', async () => {
  const displays = `<graphics type='spice' autoport='yes'/>`;
  const id = await define('fast', { devices: displays });
  const switchIn = (await read(id)).pages.find((page) => page.id === 'three-d')?.fields.find(({ key }) => key === 'accelerated');
  const cards = await daemon.virsh('nodedev-list', '--cap', 'drm');
  if (cards.includes('renderD')) expect(switchIn?.fixed).toBeNull();
  else expect(switchIn?.fixed).toMatch(/no graphics card/);

  const turned = async (values: FieldValues) => {
    const context = hardwareContext(await inactive('fast'), { renderNodes: [{ path: '/dev/dri/renderD128', parent: null }] });
    const fields = keyedFields(threeD, context).filter(({ field }) => field.key in values);
    const file = join(daemon.dir, 'fast.xml');
    await writeFile(file, serialize(written(fields, context.domain, values, context)));
    await daemon.virsh('define', file);
    return inactive('fast');
  };
  const on = await turned({ accelerated: true, card: '/dev/dri/renderD128' });
  expect(on).toMatch(/<graphics type='egl-headless'>\s*<gl rendernode='\/dev\/dri\/renderD128'\/>/);
  expect(on).toMatch(/<model type='virtio'[^>]*>\s*<acceleration accel3d='yes'\/>/);
  expect(await valuesOf(id, 'three-d')).toEqual({ accelerated: true, 'drawn-by': 'off-screen', card: '/dev/dri/renderD128' });
  const local = await turned({ 'drawn-by': 'spice' });
  expect(local).toMatch(/<graphics type='spice'>\s*<listen type='none'\/>[^]*<gl enable='yes'/);
  expect(local).not.toContain('egl-headless');
  expect(await set(id, 'three-d', { accelerated: false })).toMatchObject({ effect: 'now' });
  expect(await inactive('fast')).not.toMatch(/accel3d='yes'|egl-headless|<gl /);
});

test('a network card’s finer points are as libvirt takes them', async () => {
  const mac = '52:54:00:00:00:77';
  const nic = `<interface type='network'><mac address='${mac}'/><source network='somewhere'/><model type='virtio'/></interface>`;
  const id = await define('carded', { devices: nic });
  const page = (await read(id)).pages.find(({ kind }) => kind === 'network-card')?.id ?? '';
  const values = {
    isolated: true,
    coalesce: 32,
    sndbuf: 1_048_576,
    teaming: 'persistent',
    'host-tso4': 'off',
    'guest-csum': 'off',
    txmode: 'iothread',
    ioeventfd: 'on',
    iommu: 'on',
  };
  await set(id, page, values);
  const definition = await inactive('carded');
  for (const one of [
    /<port isolated='yes'\/>/,
    /<frames max='32'\/>/,
    /<sndbuf>1048576</,
    /<teaming type='persistent'\/>/,
    /<driver txmode='iothread' ioeventfd='on' iommu='on'>/,
    /<host tso4='off'\/>/,
    /<guest csum='off'\/>/,
  ]) {
    expect(definition).toMatch(one);
  }
  expect(await valuesOf(id, page)).toMatchObject(values);
  const port = { port: 'openvswitch', 'port-interface': '09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f' };
  expect((await plan(id, { kind: 'set', device: page, values: port })).objections).toMatchObject([{ field: 'isolated' }]);
  await set(id, page, { ...port, isolated: false });
  expect(await inactive('carded')).toMatch(/<virtualport type='openvswitch'>\s*<parameters interfaceid='09b11c53/);
});

test('a disk of a network says how the host gets to it, as libvirt takes it', async () => {
  const ceph = `<disk type='network' device='disk'><driver name='qemu' type='raw'/><source protocol='rbd' name='pool/image'><host name='ceph.example'/></source><target dev='vda' bus='virtio'/></disk>`;
  const web = `<disk type='network' device='cdrom'><driver name='qemu' type='raw'/><source protocol='https' name='/a.iso'><host name='web.example'/></source><target dev='sda' bus='sata'/><readonly/></disk>`;
  const id = await define('far', { devices: `${ceph}${web}` });
  const account = { account: 'attic', secret: 'ceph.attic', cephSnapshot: 'monday', cephConfig: '/etc/ceph/attic.conf' };
  expect((await plan(id, { kind: 'set', device: 'disk:vda', values: { account: 'attic' } })).objections).toMatchObject([
    { field: 'secret' },
  ]);
  await set(id, 'disk:vda', account);
  expect(await valuesOf(id, 'disk:vda')).toMatchObject(account);
  await set(id, 'cdrom:sda', { certificate: 'no', readahead: 65_536, answersWithin: 30 });
  const definition = await inactive('far');
  for (const one of [
    /<auth username='attic'>\s*<secret type='ceph' usage='ceph.attic'\/>/,
    /<snapshot name='monday'\/>/,
    /<config file='\/etc\/ceph\/attic.conf'\/>/,
    /<ssl verify='no'\/>/,
    /<readahead size='65536'\/>/,
    /<timeout seconds='30'\/>/,
  ]) {
    expect(definition).toMatch(one);
  }
  await set(id, 'disk:vda', { account: null, secret: null, cephSnapshot: null, cephConfig: null });
  expect(await inactive('far')).not.toMatch(/<auth|<snapshot|<config /);
});
