import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hardwareVerbs } from './hardware-verbs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hardware, HostConnection } from '../../backends/backend.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { type DevicePage } from '../../backends/model/hardware.ts';
import type { FieldValues } from '../../backends/model/hardware-field.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { answering, seeVnc } from './display-viewers.ts';

// Network cards, displays, input and lines, on a real libvirt, and where it can be seen there, from inside a real guest.

const PATIENCE_MS = 90_000;

let daemon: PrivateLibvirtd;
let connection: HostConnection;
let hardware: Hardware;
/** Where what the guests' own user makes may be. */
let sockets: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true, libvirtdConf: 'auth_unix_ro = "none"' });
  sockets = join(daemon.dir, 'sockets');
  await mkdir(sockets);
  await chmod(sockets, 0o777);
  for (const [index, name] of ['one', 'two'].entries()) {
    const file = join(daemon.dir, `${name}.xml`);
    await writeFile(file, `<network><name>${name}</name><ip address='192.168.15${index}.1' prefix='24'/></network>`);
    await daemon.virsh('net-define', file);
    await daemon.virsh('net-start', name);
  }
  connection = await connectTo(daemon.uri);
  if (connection.hardware === null) throw new Error('A QEMU host has hardware to change.');
  hardware = connection.hardware;
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
});

const { read, plan, apply } = hardwareVerbs(() => hardware);
const inactive = (name: string) => daemon.virsh('dumpxml', '--inactive', '--security-info', name);
const live = (name: string) => daemon.virsh('dumpxml', '--security-info', name);
const now = { effect: 'now', why: null };

/** A test that is tried again begins anew. */
let boxes = 0;

/** Room for devices that are plugged in, and a display at a socket, which is reached from outside the daemon's network. */
async function box(called: string) {
  boxes += 1;
  const name = `${called}-${boxes}`;
  const ports = "<controller type='pci' model='pcie-root-port'/>".repeat(8);
  const controllers = `<controller type='pci' model='pcie-root'/>${ports}<controller type='virtio-serial'/><controller type='usb' model='qemu-xhci'/>`;
  const more =
    "<interface type='network'><source network='one'/></interface><sound model='ich9'/><channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>";
  const log = join(daemon.dir, 'lib/boot', `${name}.log`);
  const xml = tinyDomainXml(await tinyGuest(), { name, serialLog: log })
    .replace('<devices>', `<devices>${controllers}${more}`)
    .replace(
      /<graphics [^>]*>/,
      `<graphics type='vnc' passwd='opensesa'><listen type='socket' socket='${sockets}/${name}.sock'/></graphics>`,
    );
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(file, xml);
  await daemon.virsh('define', file);
  return { id: (await daemon.virsh('domuuid', name)).trim(), name, log };
}

/** Adds the device and says what page it got. */
async function added(id: string, device: string, values: FieldValues): Promise<DevicePage> {
  const before = new Set((await read(id)).pages.map((page) => page.id));
  await apply(id, { kind: 'add', device, values });
  const page = (await read(id)).pages.find((one) => one.kind === device && !before.has(one.id));
  if (page === undefined) throw new Error(`there is no new ${device}`);
  return page;
}

/** A slow guest lets go later than somebody waits for it. */
async function removed(id: string, device: string): Promise<void> {
  await apply(id, { kind: 'remove', device });
  await expect.poll(async () => (await read(id)).pages.map((page) => page.id), { timeout: PATIENCE_MS }).not.toContain(device);
}

/** Types a command into the guest's shell until what it writes is as wanted; only what it writes is, for the log has what is typed as well. */
function asker(line: SerialLine) {
  let turn = 0;
  return async (condition: string, timeoutMs = PATIENCE_MS) => {
    turn += 1;
    line.type(`until ${condition}; do sleep 1; done; echo seen-$((${turn} + 1000))`);
    await line.until(new RegExp(`seen-${turn + 1000}`), timeoutMs);
  };
}

test('from inside a running guest: a card comes, loses its link, gets it again, changes its network and goes; a channel and a keyboard too', async () => {
  const { id, name, log } = await box('box');
  await daemon.virsh('start', name);
  const line = await serialLine(daemon, name, log);
  await line.until(/login:/, PATIENCE_MS);
  // What the host gives it at each start is nothing that waits for the next.
  const mine = /^(network-card|display|video|sound|sound-output|input|serial|serial-console|channel):/;
  expect((await read(id)).pending.filter(({ device }) => mine.test(device ?? ''))).toEqual([]);
  line.type('root');
  await line.until(/\/root #/, PATIENCE_MS);
  const seen = asker(line);

  const card = { type: 'network', network: 'one', model: 'virtio', mac: '52:54:00:77:00:01' };
  const { differences } = await plan(id, { kind: 'add', device: 'network-card', values: card });
  expect(new Set(differences.map(({ effect }) => effect))).toEqual(new Set(['now']));
  expect(await apply(id, { kind: 'add', device: 'network-card', values: card })).toEqual(now);
  const page = `network-card:${card.mac}`;
  await seen(`grep -q ${card.mac} /sys/class/net/*/address`);
  line.type(`n=$(grep -l ${card.mac} /sys/class/net/*/address); n=\${n%/address}; ip link set \${n##*/} up`);
  await seen('[ "$(cat $n/carrier)" = 1 ]');

  expect(await apply(id, { kind: 'set', device: page, values: { plugged: false } })).toEqual(now);
  await seen('[ "$(cat $n/carrier)" = 0 ]');
  expect(await inactive(name)).toContain("<link state='down'/>");
  expect(await apply(id, { kind: 'set', device: page, values: { plugged: true } })).toEqual(now);
  await seen('[ "$(cat $n/carrier)" = 1 ]');

  expect(await apply(id, { kind: 'set', device: page, values: { network: 'two' } })).toEqual(now);
  for (const document of [await live(name), await inactive(name)]) {
    expect(document).toMatch(/<source network='two'/);
  }
  line.type('ip addr add 192.168.151.9/24 dev ${n##*/}');
  await seen('ping -c 1 -W 5 192.168.151.1 >/dev/null');

  // What a running card cannot take waits, and says so.
  expect(await apply(id, { kind: 'set', device: page, values: { model: 'e1000e' } })).toMatchObject({ effect: 'next-start' });
  expect((await read(id)).pending.filter(({ device }) => device === page)).toEqual([
    { device: page, words: expect.stringMatching(/Model: virtio → Intel e1000e/) },
  ]);
  await apply(id, { kind: 'set', device: page, values: { model: 'virtio' } });

  await removed(id, page);
  await seen(`! grep -q ${card.mac} /sys/class/net/*/address`);
  expect(await inactive(name)).not.toContain(card.mac);

  expect(await apply(id, { kind: 'add', device: 'channel', values: { name: 'org.example.tried' } })).toEqual(now);
  await seen('grep -q org.example.tried /sys/class/virtio-ports/*/name');
  line.type('p=$(grep -l org.example.tried /sys/class/virtio-ports/*/name); p=${p%/name}; exec 5<>/dev/${p##*/}');
  const notes = async () => (await read(id)).pages.find((one) => one.id === 'channel:org.example.tried')?.notes;
  await expect.poll(notes, { timeout: PATIENCE_MS }).toEqual([expect.stringContaining('has it open')]);
  line.type('exec 5>&-');
  await expect.poll(notes, { timeout: PATIENCE_MS }).toEqual([expect.stringContaining('No program')]);
  await removed(id, 'channel:org.example.tried');
  await seen('! grep -q org.example.tried /sys/class/virtio-ports/*/name');

  // 18 is what virtio numbers input devices with (5.8 of its specification).
  await apply(id, { kind: 'add', device: 'input', values: { type: 'keyboard', bus: 'virtio' } });
  await seen('grep -q 0x0012 /sys/bus/virtio/devices/*/device');
  const keyboard = (await read(id)).pages.find(({ kind, values }) => kind === 'input' && values['bus'] === 'virtio');
  await removed(id, keyboard?.id ?? '');
  await seen('! grep -q 0x0012 /sys/bus/virtio/devices/*/device');

  await otherPassword(id, name);
  line.close();
  await daemon.virsh('destroy', name);
}, 600_000);

/** Of a display that is running; seen by who is not told it by the host, and has to type it. */
async function otherPassword(id: string, name: string): Promise<void> {
  expect(await apply(id, { kind: 'set', device: 'display:vnc', values: { password: 'sesam123' } })).toEqual(now);
  expect(await inactive(name)).toContain("passwd='sesam123'");
  const page = (await read(id)).pages.find((one) => one.id === 'display:vnc');
  expect(page?.values['password']).toBe('');
  expect(JSON.stringify(page)).not.toContain('sesam123');
  const looking = await libvirtBackend.connect(daemon.uri, { ...unattended(), readOnly: true });
  const typed = answering('opensesa', 'sesam123');
  await (await seeVnc(await looking.openConsole(id, 'vnc0', { force: false, ask: typed.ask }))).stream.close();
  expect(typed.asked).toMatchObject([{ again: false }, { again: true }]);
  await looking.close();
  expect(await apply(id, { kind: 'set', device: 'display:vnc', values: { password: null } })).toMatchObject({ effect: 'next-start' });
}

const kinds: readonly (readonly [device: string, values: FieldValues, added: RegExp, change: FieldValues, changed: RegExp])[] = [
  [
    'network-card',
    { type: 'user', network: null, model: 'e1000e' },
    /<interface type='user'>\s*<mac[^>]*>\s*<model type='e1000e'/,
    { type: 'network', network: 'two', mtu: 9000, inboundAverage: 4000, inboundPeak: 8000, outboundAverage: 2000 },
    /<source network='two'\/>\s*<bandwidth>\s*<inbound average='4000' peak='8000'\/>\s*<outbound average='2000'\/>[^]*<mtu size='9000'/,
  ],
  [
    'display',
    { type: 'spice', password: 'secret', image: 'off', clipboard: 'no' },
    /<graphics type='spice'[^>]* passwd='secret'>[^]*<image compression='off'\/>\s*<clipboard copypaste='no'/,
    { listen: 'none' },
    /<listen type='none'\/>/,
  ],
  [
    'display',
    { type: 'egl-headless' },
    /<graphics type='egl-headless'/,
    { drawnBy: '/dev/dri/renderD128' },
    /<gl rendernode='\/dev\/dri\/renderD128'/,
  ],
  [
    'video',
    { model: 'qxl', heads: 2, vgamem: 32 * 1024 * 1024 },
    /<model type='qxl' [^>]*vgamem='32768' heads='2'/,
    { model: 'virtio' },
    /<model type='virtio'[^>]*>/,
  ],
  [
    'sound',
    { model: 'ich9', codecs: [{ type: 'duplex' }, { type: 'micro' }] },
    /<sound model='ich9'>\s*<codec type='duplex'\/>\s*<codec type='micro'\/>/,
    { model: 'usb', codecs: [] },
    /<sound model='usb'>/,
  ],
  [
    'sound-output',
    { type: 'file', path: '/tmp/heard.wav' },
    /<audio id='2' type='file' path='\/tmp\/heard.wav'\/>/,
    { type: 'none', path: null },
    /<audio id='2' type='none'\/>/,
  ],
  [
    'input',
    { type: 'evdev', device: '/dev/input/event0', grab: 'all' },
    /<input type='evdev'>\s*<source dev='\/dev\/input\/event0' grab='all'/,
    { type: 'tablet', bus: 'usb' },
    /<input type='tablet' bus='usb'>/,
  ],
  [
    'serial',
    { type: 'tcp', host: '127.0.0.1', service: '4555', begins: 'bind', protocol: 'telnet', target: 'pci-serial' },
    /<serial type='tcp'>\s*<source mode='bind' host='127.0.0.1' service='4555'\/>\s*<protocol type='telnet'\/>\s*<target type='pci-serial'/,
    { type: 'udp', begins: null, service: '514', bindService: '1514' },
    /<serial type='udp'>\s*<source mode='bind' [^>]*service='1514'\/>\s*<source mode='connect' host='127.0.0.1' service='514'\/>/,
  ],
  [
    'parallel',
    { type: 'file', path: '/tmp/printed' },
    /<parallel type='file'>\s*<source path='\/tmp\/printed'\/>/,
    { type: 'unix', socket: '/tmp/printed.sock', begins: 'bind' },
    /<parallel type='unix'>\s*<source mode='bind' path='\/tmp\/printed.sock'/,
  ],
  [
    'console',
    { type: 'pty' },
    /<console type='pty'>\s*<target type='virtio' port='1'/,
    { type: 'file', path: '/tmp/written', append: 'on' },
    /<console type='file'>\s*<source path='\/tmp\/written' append='on'\/>/,
  ],
  [
    'channel',
    { type: 'qemu-vdagent', name: 'com.redhat.spice.0', clipboard: 'yes' },
    /<channel type='qemu-vdagent'>\s*<source>\s*<clipboard copypaste='yes'\/>\s*<\/source>\s*<target type='virtio' name='com.redhat.spice.0'\/>/,
    { type: 'unix', name: 'org.example.other', clipboard: null },
    /<channel type='unix'>\s*<target type='virtio' name='org.example.other'\/>/,
  ],
  [
    'redirected-usb',
    { type: 'tcp', host: 'localhost', service: '4000', begins: 'connect', reconnect: 5 },
    /<redirdev bus='usb' type='tcp'>\s*<source mode='connect' host='localhost' service='4000'[^>]*>\s*<reconnect enabled='yes' timeout='5'\/>/,
    { reconnect: null },
    /<source mode='connect' host='localhost' service='4000'[^>]*\/>/,
  ],
  [
    'smartcard',
    { mode: 'host' },
    /<smartcard mode='host'>/,
    { mode: 'host-certificates', certificates: ['a', 'b', 'c'].map((name) => ({ name })), database: '/etc/pki/nssdb' },
    /<smartcard mode='host-certificates'>\s*<certificate>a<\/certificate>\s*<certificate>b<\/certificate>\s*<certificate>c<\/certificate>/,
  ],
];

test('each is added to a guest that is off, changed to something quite different, and removed', async () => {
  const { id, name } = await box('shelf');
  for (const [device, values, first, change, second] of kinds) {
    const page = await added(id, device, values);
    expect(await inactive(name), device).toMatch(first);
    expect((await plan(id, { kind: 'set', device: page.id, values: change })).objections, device).toEqual([]);
    const before = new Set((await read(id)).pages.map((one) => one.id));
    await apply(id, { kind: 'set', device: page.id, values: change });
    expect(await inactive(name), device).toMatch(second);
    // What it was called may have changed with it.
    const pages = (await read(id)).pages.filter((one) => one.kind === device);
    const changed = pages.find((one) => one.id === page.id) ?? pages.find((one) => !before.has(one.id));
    expect(changed?.values, device).toMatchObject(change);
    await apply(id, { kind: 'remove', device: changed?.id ?? '' });
    expect(
      (await read(id)).pages.filter((one) => one.kind === device),
      device,
    ).toHaveLength(pages.length - 1);
  }
}, 600_000);

test('the serial port and the console on it are one: changed together, removed together', async () => {
  const { id, name } = await box('lines');
  await apply(id, { kind: 'set', device: 'serial:0', values: { type: 'unix', socket: '/tmp/line.sock', begins: 'bind' } });
  expect(await inactive(name)).toMatch(/<console type='unix'>\s*<source mode='bind' path='\/tmp\/line.sock'\/>/);
  await apply(id, { kind: 'remove', device: 'serial-console:1' });
  const after = await inactive(name);
  expect(after).not.toContain('<serial ');
  expect(after).not.toContain('<console ');
});

test('what libvirt would refuse is said at its field', async () => {
  const { id } = await box('refusing');
  const said = async (device: string, values: FieldValues) =>
    (await plan(id, { kind: 'add', device, values })).objections.map(({ field }) => field);
  expect(await said('video', { model: 'vga' })).toEqual(['model']);
  expect(await said('redirected-usb', { type: 'spicevmc' })).toEqual(['type']);
  expect(await said('serial', { type: 'tcp', service: '4555' })).toEqual(['begins', 'host']);
  expect(await said('network-card', { type: 'user', mac: '01:00:5e:00:00:01' })).toEqual(['mac']);
  expect(await said('display', { type: 'vnc', password: 'far too long' })).toEqual(['password']);
});

test('ports are forwarded by passt where the host’s libvirt has it, and where not, that is said', async () => {
  const { id, name } = await box('forwarding');
  const offered = (await read(id)).addable.find(({ kind }) => kind === 'network-card');
  const backend = offered?.fields.find(({ key }) => key === 'backend');
  const passt = backend?.kind === 'choice' ? backend.choices.find(({ value }) => value === 'passt') : undefined;
  const forwards = [{ proto: 'tcp', address: '127.0.0.1', start: 2222, end: null, to: 22, exclude: false }];
  const change = { kind: 'add', device: 'network-card', values: { type: 'user', network: null, backend: 'passt', forwards } } as const;
  if (passt?.unavailable !== null) {
    expect((await plan(id, change)).objections).toEqual([{ field: 'backend', message: passt?.unavailable }]);
    return;
  }
  await apply(id, change);
  expect(await inactive(name)).toMatch(/<portForward proto='tcp' address='127.0.0.1'>\s*<range start='2222' to='22'\/>/);
});
