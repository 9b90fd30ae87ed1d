import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Hardware, HostConnection } from '../../backends/backend.ts';
import { GiB, MiB } from '../../backends/model/quantity.ts';
import type { FieldValues } from '../../backends/model/hardware-field.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { hardwareVerbs } from './hardware-verbs.ts';

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

const { read, apply } = hardwareVerbs(() => hardware);

/** What a failed try left goes first. */
async function define(name: string): Promise<string> {
  await daemon.virsh('destroy', name).catch(() => '');
  await daemon.virsh('undefine', name).catch(() => '');
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type="qemu"><name>${name}</name><memory unit="MiB">64</memory><vcpu>2</vcpu>
    <os><type arch="x86_64" machine="q35">hvm</type></os><features><acpi/><apic/></features>
    <devices><interface type="user"><model type="virtio"/></interface></devices></domain>`,
  );
  await daemon.virsh('define', file);
  return (await daemon.virsh('domuuid', name)).trim();
}

test('QEMU starts with the finer settings, and nothing of them waits then', async () => {
  const id = await define('fine');
  const card = (await read(id)).pages.find(({ kind }) => kind === 'network-card')?.id ?? '';
  const changes: readonly (readonly [device: string, values: FieldValues])[] = [
    [
      'placement',
      {
        schedulers: [{ of: 'vcpu', set: '1', scheduler: 'batch', priority: null }],
        iothreads: [{ id: 1, cpuset: null, least: 1, most: 8 }],
        cells: [
          { cpus: '0', memory: 32 * MiB, access: null },
          { cpus: '1', memory: 32 * MiB, access: null },
        ],
        distances: [
          { from: 0, to: 1, value: 21 },
          { from: 1, to: 0, value: 21 },
        ],
      },
    ],
    ['memory', { 'dump-core': 'off' }],
    ['features', { smm: 'on', 'smm-tseg': 8 * MiB, 'tcg-tb-cache': 64 * MiB }],
    ['system-information', { generation: true, 'firmware-files': [{ name: 'opt/org.example/words', value: 'hello', file: null }] }],
    ['emulator-arguments', { overrides: [{ alias: 'ua-none', name: 'romfile', type: 'remove', value: null }], deprecation: 'omit' }],
    [
      'clock',
      {
        timers: [{ name: 'rtc', present: null, tickpolicy: 'catchup', track: 'guest', mode: null, frequency: null }],
      },
    ],
    [card, { 'host-tso4': 'off', ioeventfd: 'on', packed: 'on' }],
  ];
  for (const [device, values] of changes) await apply(id, { kind: 'set', device, values });
  await daemon.virsh('start', '--paused', 'fine');
  const running = await daemon.virsh('dumpxml', 'fine');
  for (const one of [
    /<vcpusched vcpus='1' scheduler='batch'\/>/,
    /<iothread id='1' thread_pool_min='1' thread_pool_max='8'\/>/,
    /<sibling id='1' value='21'\/>/,
    /<tseg unit='MiB'>8</,
    /<tb-cache unit='KiB'>65536</,
    /<genid>[0-9a-f-]{36}</,
    /<entry name='opt\/org.example\/words'>hello</,
    /<host tso4='off'\/>/,
  ]) {
    expect(running).toMatch(one);
  }
  expect((await read(id)).pending).toEqual([]);

  // A running guest's I/O thread gets more workers at once.
  const more = { iothreads: [{ id: 1, cpuset: null, least: 1, most: 16 }] };
  expect(await apply(id, { kind: 'set', device: 'placement', values: more })).toEqual({ effect: 'now', why: null });
  expect(await daemon.virsh('dumpxml', 'fine')).toContain("thread_pool_max='16'");
  await daemon.virsh('destroy', 'fine');
});

test('a device stands where the guest is told to find it, and where libvirt puts it again', async () => {
  const id = await define('placed');
  const card = async () => (await read(id)).pages.find(({ kind }) => kind === 'network-card') ?? null;
  const rng = { backend: 'random', file: '/dev/urandom' };
  const before = z.string().parse((await card())?.values['pciPlace']);
  expect(before).toMatch(/^[0-9a-f]{2}:00\.0$/);
  const device = (await card())?.id ?? '';
  await apply(id, { kind: 'set', device, values: { pciPlace: '00:1a.0' } });
  await apply(id, { kind: 'add', device: 'rng', values: { ...rng, pciPlace: '00:1a.1' } });
  const placed = await daemon.virsh('dumpxml', '--inactive', 'placed');
  expect(placed).toMatch(/bus='0x00' slot='0x1a' function='0x0' multifunction='on'\/>\s*<\/interface>/);
  expect(placed).toMatch(/bus='0x00' slot='0x1a' function='0x1'\/>\s*<\/rng>/);
  await expect(apply(id, { kind: 'add', device: 'rng', values: { ...rng, pciPlace: '00:1a.1' } })).rejects.toThrow('there is already');

  await daemon.virsh('start', '--paused', 'placed');
  const seen = await daemon.virsh('qemu-monitor-command', '--hmp', 'placed', 'info pci');
  expect(seen).toMatch(/Bus +0, device +26, function 0:\s+Ethernet/);
  expect((await read(id)).pending).toEqual([]);
  // The port in which the card was is free: what comes while the guest runs is plugged in there.
  const plugged = await apply(id, { kind: 'add', device: 'rng', values: { ...rng, pciPlace: before } });
  expect(plugged).toEqual({ effect: 'now', why: null });
  const bus = before.slice(0, 2);
  expect(await daemon.virsh('dumpxml', 'placed')).toMatch(new RegExp(`bus='0x${bus}' slot='0x00' function='0x0'/>\\s*</rng>`));
  expect((await read(id)).pending).toEqual([]);
  const left = await apply(id, { kind: 'set', device: (await card())?.id ?? '', values: { pciPlace: null } });
  expect(left.effect).toBe('next-start');
  expect((await card())?.values['pciPlace']).toMatch(/^[0-9a-f]{2}:00\.0$/);
  expect((await read(id)).pending).toMatchObject([{ words: expect.stringContaining('PCI address: 00:1a.0 →') }]);
  await daemon.virsh('destroy', 'placed');
});

test('QEMU starts with what controllers, sound, shared folders and processors are told in detail', async () => {
  const id = await define('detailed');
  const idOf = async (kind: string, title = ''): Promise<string> =>
    (await read(id)).pages.find((one) => one.kind === kind && one.title.includes(title))?.id ?? '';
  await apply(id, {
    kind: 'add',
    device: 'sound-output',
    values: { type: 'none', timer: 5000, outMixing: 'no', outBuffer: 20_000, inVoices: 1 },
  });
  const folder = { driver: 'path', access: 'mapped', fileMode: '0640', folderMode: '0750', multidevs: 'remap', writing: 'immediate' };
  await apply(id, { kind: 'add', device: 'filesystem', values: { ...folder, path: daemon.dir, target: 'shared' } });
  await apply(id, { kind: 'set', device: await idOf('controller', 'PCI controller 0'), values: { hole: 64 * GiB } });
  await apply(id, { kind: 'set', device: await idOf('controller', 'PCI controller 1'), values: { plugging: 'off', chassis: 77 } });
  await apply(id, { kind: 'set', device: 'placement', values: { 'main-min': 1, 'main-max': 8 } });
  await apply(id, {
    kind: 'set',
    device: 'processors',
    values: { mode: 'custom', model: 'qemu64', fallback: 'forbid', 'vendor-id': 'GuesthouseAB' },
  });
  await daemon.virsh('start', '--paused', 'detailed');
  const running = await daemon.virsh('dumpxml', 'detailed');
  for (const one of [
    /<audio id='\d+' type='none' timerPeriod='5000'>/,
    /<output mixingEngine='no' bufferLength='20000'\/>/,
    /accessmode='mapped' multidevs='remap' fmode='0640' dmode='0750'>/,
    /<pcihole64 unit='KiB'>67108864</,
    /<target chassis='77' port='0x[0-9a-f]+' hotplug='off'\/>/,
    /<defaultiothread thread_pool_min='1' thread_pool_max='8'\/>/,
    /vendor_id='GuesthouseAB'>qemu64</,
  ]) {
    expect(running).toMatch(one);
  }
  expect((await read(id)).pending).toEqual([]);
  await daemon.virsh('destroy', 'detailed');
});
