import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection, Networks } from '../../backends/backend.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { NetworkDetails, NetworkSurroundings, NicAttachments } from '../../backends/model/network.ts';
import type { NetworkForward, NetworkSpec } from '../../backends/model/network-spec.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { tinyDomain } from './tiny-domain.ts';

/** In the daemon's own network. */
const run = async (program: string, args: readonly string[]) => {
  const [enter, ...words] = daemon.enter;
  return promisify(execFile)(enter, [...words, program, ...args]);
};
const PATIENCE_MS = 90_000;
const ended = { start: false, autostart: false };
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let networks: Networks;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await connectTo(daemon.uri);
  if (connection.networks === null) throw new Error('the host has no networks');
  ({ networks } = connection);
});
afterEach(async () => {
  await run('ip', ['link', 'delete', 'br-other']).catch(() => undefined);
  for (const { id, active, persistent } of await networks.listNetworks()) await networks.act(id, active && !persistent ? 'stop' : 'delete');
  await connection.close();
});

const plain: NetworkSpec = {
  name: 'tried',
  forward: { mode: 'nat', device: null, ports: null, ipv6: false },
  bridge: null,
  mtu: null,
  domain: null,
  domainLocalOnly: false,
  ipv4: { subnet: '192.168.140.0/24', dhcp: true, ranges: [{ start: '192.168.140.10', end: '192.168.140.99' }], leases: [] },
  ipv6: null,
  dnsHosts: [],
  forwarders: [],
  inbound: null,
  outbound: null,
  portGroups: [],
};
const create = (spec: NetworkSpec, wish: { start?: boolean; autostart?: boolean } = {}) =>
  networks.create(spec, { ...ended, ...wish }, quietOperation());
const document = (name: string, ...more: string[]) => daemon.virsh('net-dumpxml', name, ...more);
const specOf = async (id: string) => NetworkDetails.parse(await networks.describe(id)).spec;

const own: readonly (readonly [NetworkForward, RegExp])[] = [
  [
    { mode: 'nat', device: null, ports: { start: 2000, end: 3000 }, ipv6: false },
    /<forward mode='nat'>\s*<nat>\s*<port start='2000' end='3000'\/>/,
  ],
  [{ mode: 'nat', device: null, ports: null, ipv6: true }, /<nat ipv6='yes'>/],
  [{ mode: 'route', device: null }, /<forward mode='route'\/>/],
  [{ mode: 'route', device: 'dummy0' }, /<forward dev='dummy0' mode='route'>/],
  [{ mode: 'open' }, /<forward mode='open'\/>/],
  [{ mode: 'isolated' }, /<bridge name='virbr/],
];

test.for(own)('a network of the kind %j is made and started, and reads as it was wished', async ([forward, written]) => {
  const wished: NetworkSpec = {
    ...plain,
    forward,
    bridge: 'virbr140',
    mtu: 1400,
    domain: 'lab.example',
    domainLocalOnly: true,
    ipv4: {
      subnet: '192.168.140.1/24',
      dhcp: true,
      ranges: [
        { start: '192.168.140.10', end: '192.168.140.99' },
        { start: '192.168.140.120', end: '192.168.140.129' },
      ],
      leases: [{ client: '52:54:00:aa:bb:cc', name: 'web', ip: '192.168.140.5' }],
    },
    ipv6: { subnet: 'fd00:140::1/64', dhcp: true, ranges: [{ start: 'fd00:140::100', end: 'fd00:140::1ff' }], leases: [] },
    dnsHosts: [{ ip: '192.168.140.200', names: ['printer', 'printer.lab.example'] }],
    forwarders: forward.mode === 'open' ? [] : [{ address: '192.0.2.53', domain: 'corp.example' }],
    inbound: null,
    outbound: null,
    portGroups: [],
  };
  const id = await create(wished, { start: true, autostart: true });
  const xml = await document('tried');
  expect(xml).toMatch(written);
  expect(await specOf(id)).toEqual(wished);
  expect(await networks.listNetworks()).toEqual([
    {
      id,
      name: 'tried',
      active: true,
      autostart: true,
      persistent: true,
      bridge: 'virbr140',
      forward: forward.mode,
      subnets: ['192.168.140.1/24', 'fd00:140::1/64'],
    },
  ]);
});

const unstartable: readonly (readonly [NetworkForward, RegExp])[] = [
  [{ mode: 'bridge', bridge: 'br-none' }, /<forward mode='bridge'\/>\s*<bridge name='br-none'\/>/],
  [
    { mode: 'macvtap', submode: 'bridge', devices: ['eth8', 'eth9'] },
    /<forward dev='eth8' mode='bridge'>\s*<interface dev='eth8'\/>\s*<interface dev='eth9'\/>/,
  ],
  [{ mode: 'macvtap', submode: 'vepa', devices: ['eth8'] }, /<forward dev='eth8' mode='vepa'>\s*<interface dev='eth8'\/>/],
  [{ mode: 'macvtap', submode: 'private', devices: ['eth8'] }, /<forward dev='eth8' mode='private'>/],
  [{ mode: 'macvtap', submode: 'passthrough', devices: ['eth8'] }, /<forward dev='eth8' mode='passthrough'>/],
  [{ mode: 'sriov', device: 'eth8' }, /<forward mode='hostdev' managed='yes'>\s*<pf dev='eth8'\/>/],
];

test.for(unstartable)('a network of the kind %j is defined, and reads as it was wished', async ([forward, written]) => {
  const wished: NetworkSpec = { ...plain, forward, ipv4: null };
  const id = await create(wished);
  expect(await document('tried')).toMatch(written);
  expect(await specOf(id)).toEqual(wished);
});

test('bandwidth is defined; the kernels of small machines have no queue for it, so it is not started here', async () => {
  const wished: NetworkSpec = {
    ...plain,
    inbound: { average: 1000, peak: 5000, burst: 1024 },
    outbound: { average: 128, peak: null, burst: null },
  };
  const id = await create(wished);
  expect(await document('tried')).toMatch(/<inbound average='1000' peak='5000' burst='1024'\/>\s*<outbound average='128'\/>/);
  expect(await specOf(id)).toMatchObject({ inbound: wished.inbound, outbound: wished.outbound });
});

test('what cannot be started leaves nothing, and the note of it is taken back', async () => {
  // The daemon's network has an interface in this subnet, of which this process, in another one, knows nothing.
  await run('ip', ['link', 'add', 'br-other', 'type', 'bridge']);
  await run('ip', ['address', 'add', '192.168.140.7/24', 'dev', 'br-other']);
  await run('ip', ['link', 'set', 'br-other', 'up']);
  const { operation, notes } = notedOperation();
  await expect(networks.create(plain, { start: true, autostart: true }, operation)).rejects.toMatchObject({ name: 'BackendError' });
  expect(notes.map(({ product, state }) => [product.kind, state])).toEqual([['network', 'gone']]);
  expect(await networks.listNetworks()).toEqual([]);
  expect(await daemon.virsh('net-list', '--all', '--name')).not.toContain('tried');
});

test('what would collide is refused before anything is made', async () => {
  await create(plain, { start: true });
  await expect(create(plain)).rejects.toMatchObject({ code: 'exists' });
  await expect(create({ ...plain, name: 'other' })).rejects.toMatchObject({ code: 'bad-input' });
  expect(await networks.listNetworks()).toHaveLength(1);
  const { taken, names } = NetworkSurroundings.parse(await networks.surroundings());
  expect(names).toEqual(['tried']);
  expect(taken).toContainEqual({ subnet: '192.168.140.1/24', by: 'network', name: 'tried', active: true });
});

test('a running network takes leases, ranges and names at once; its domain with the next start', async () => {
  const id = await create(plain, { start: true });
  const before = await specOf(id);
  const lease = { client: '52:54:00:12:34:56', name: 'printer', ip: '192.168.140.7' };
  const live: NetworkSpec = {
    ...before,
    ipv4: {
      subnet: '192.168.140.1/24',
      dhcp: true,
      ranges: [{ start: '192.168.140.50', end: '192.168.140.59' }],
      leases: [lease],
    },
    dnsHosts: [{ ip: '192.168.140.8', names: ['scanner'] }],
  };
  await networks.change(id, before, live);
  for (const more of [[], ['--inactive']]) {
    const xml = await document('tried', ...more);
    expect(xml).toContain("<host mac='52:54:00:12:34:56' name='printer' ip='192.168.140.7'/>");
    expect(xml).toContain("<range start='192.168.140.50' end='192.168.140.59'/>");
    expect(xml).not.toContain('192.168.140.99');
    expect(xml).toMatch(/<host ip='192.168.140.8'>\s*<hostname>scanner<\/hostname>/);
  }
  const later: NetworkSpec = {
    ...live,
    domain: 'later.example',
    ipv4: { ...before.ipv4, subnet: '192.168.141.1/24', dhcp: false, ranges: [], leases: [] },
  };
  await networks.change(id, await specOf(id), later);
  expect(await document('tried')).not.toContain('later.example');
  expect(await document('tried', '--inactive')).toContain("<domain name='later.example'/>");
  await networks.act(id, 'stop');
  await networks.act(id, 'start');
  expect(await document('tried')).toContain("<ip address='192.168.141.1'");
});

test('the interfaces of a macvtap network are exchanged while it is active', async () => {
  const forward = { mode: 'macvtap' as const, submode: 'bridge' as const, devices: ['eth8'] };
  const id = await create({ ...plain, forward, ipv4: null }, { start: true });
  const before = await specOf(id);
  await networks.change(id, before, { ...before, forward: { ...forward, devices: ['eth9'] } });
  expect(await document('tried')).toMatch(/<interface dev='eth9'/);
  expect(await document('tried', '--inactive')).not.toContain('eth8');
});

test('a step that the host refuses takes back those before it, and what somebody else changed is not overwritten', async () => {
  const id = await create({ ...plain, dnsHosts: [{ ip: '192.168.140.8', names: ['scanner'] }] }, { start: true });
  const before = await specOf(id);
  await daemon.virsh('net-update', 'tried', 'delete', 'dns-host', "<host ip='192.168.140.8'/>", '--live', '--config');
  await expect(networks.change(id, before, { ...before, dnsHosts: [] })).rejects.toMatchObject({ code: 'invalid-state' });
  // Only the running network has this entry, so the definition would take another for the same card, and the network does not.
  const theirs = "<host mac='52:54:00:12:34:56' ip='192.168.140.6'/>";
  await daemon.virsh('net-update', 'tried', 'add-last', 'ip-dhcp-host', theirs, '--live');
  const now = await specOf(id);
  if (now.ipv4 === null) throw new Error('the network has no addresses');
  const ipv4 = {
    ...now.ipv4,
    ranges: [...now.ipv4.ranges, { start: '192.168.140.200', end: '192.168.140.209' }],
    leases: [{ client: '52:54:00:12:34:56', name: '', ip: '192.168.140.7' }],
  };
  await expect(networks.change(id, now, { ...now, ipv4 })).rejects.toMatchObject({ name: 'BackendError' });
  for (const more of [[], ['--inactive']]) expect(await document('tried', ...more)).not.toMatch(/192\.168\.140\.(200|7)'/);
});

test('what no form has stays through a change', async () => {
  const file = join(daemon.dir, 'more.xml');
  await writeFile(
    file,
    `<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'><name>tried</name>
    <metadata><a:note xmlns:a='urn:a'>theirs</a:note></metadata>
    <forward mode='nat'/><bridge name='virbr140' stp='off' delay='3'/><mac address='52:54:00:99:99:99'/>
    <dns><txt name='example' value='word'/></dns>
    <ip address='192.168.140.1' netmask='255.255.255.0'><dhcp><range start='192.168.140.2' end='192.168.140.20'>
      <lease expiry='1' unit='hours'/></range><bootp file='pxelinux.0'/></dhcp></ip>
    <ip address='10.99.0.1' prefix='24'/><route address='10.98.0.0' prefix='24' gateway='192.168.140.9'/>
    <portgroup name='engineering' default='yes'/>
    <dnsmasq:options><dnsmasq:option value='log-queries'/></dnsmasq:options></network>`,
  );
  await daemon.virsh('net-define', file);
  const { id } = (await networks.listNetworks()).find(({ name }) => name === 'tried') ?? { id: '' };
  const { spec, more } = NetworkDetails.parse(await networks.describe(id));
  expect(more).toEqual(expect.arrayContaining(['static routes', 'network boot', 'further addresses', 'own options of dnsmasq']));
  expect(spec.portGroups).toEqual([{ name: 'engineering', isDefault: true, vlans: [] }]);
  const before = await document('tried', '--inactive');
  const range = { start: '192.168.140.30', end: '192.168.140.40' };
  const to = { ...spec, domain: 'new.example', ipv4: spec.ipv4 === null ? null : { ...spec.ipv4, ranges: [...spec.ipv4.ranges, range] } };
  await networks.change(id, spec, to);
  const lines = (xml: string) => xml.split('\n').map((line) => line.trim());
  const [old, now] = [lines(before), lines(await document('tried', '--inactive'))];
  expect(now.filter((line) => !old.includes(line))).toEqual([
    "<domain name='new.example'/>",
    "<range start='192.168.140.30' end='192.168.140.40'/>",
  ]);
  expect(old.filter((line) => !now.includes(line))).toEqual([]);
});

test('port groups are added at once, changed with the next start, and keep what no form has', async () => {
  const id = await create(plain, { start: true });
  const group = (name: string, isDefault = false) => ({ name, isDefault, vlans: [] });
  const first = await specOf(id);
  await networks.change(id, first, { ...first, portGroups: [group('engineering', true), group('sales')] });
  for (const more of [[], ['--inactive']]) {
    expect(await document('tried', ...more)).toMatch(/<portgroup name='engineering' default='yes'>[\s\S]*<portgroup name='sales'>/);
  }
  const file = join(daemon.dir, 'groups.xml');
  const limited = "<bandwidth><inbound average='1000'/></bandwidth></portgroup>";
  await writeFile(file, (await document('tried', '--inactive')).replace('</portgroup>', limited));
  await daemon.virsh('net-define', file);
  const second = await specOf(id);
  expect((await networks.describe(id)).more).toEqual(['bandwidth or virtual ports of port groups']);
  await networks.change(id, second, { ...second, portGroups: [group('engineering'), group('guests', true)] });
  const next = await document('tried', '--inactive');
  expect(next).toMatch(
    /<portgroup name='engineering'>\s*<bandwidth>\s*<inbound average='1000'\/>[\s\S]*<portgroup name='guests' default='yes'>/,
  );
  expect(next).not.toContain('sales');
  // The running one goes on as it is.
  expect(await document('tried')).toContain('sales');
});

test('port groups of SR-IOV cards have tags; libvirt refuses them on a plain bridge, and nothing is changed', async () => {
  const tagged = [{ name: 'engineering', isDefault: false, vlans: ['7', '8'] }];
  const cards: NetworkSpec = { ...plain, forward: { mode: 'sriov', device: 'eth8' }, ipv4: null, portGroups: tagged };
  const id = await create(cards);
  expect(await document('tried')).toMatch(/<portgroup name='engineering'>\s*<vlan trunk='yes'>\s*<tag id='7'\/>\s*<tag id='8'\/>/);
  expect(await specOf(id)).toEqual(cards);
  const bridged: NetworkSpec = { ...cards, forward: { mode: 'bridge', bridge: 'br7' }, portGroups: [] };
  await networks.change(id, cards, bridged);
  await expect(networks.change(id, bridged, { ...bridged, portGroups: tagged })).rejects.toMatchObject({ name: 'BackendError' });
  expect(await specOf(id)).toEqual(bridged);
});

test('a network becomes one of another kind with its next start, and keeps its identity', async () => {
  const id = await create(
    { ...plain, domain: 'lab.example', portGroups: [{ name: 'staff', isDefault: true, vlans: [] }] },
    { start: true },
  );
  const before = await specOf(id);
  const none = { bridge: null, domain: null, domainLocalOnly: false, ipv4: null, ipv6: null, dnsHosts: [], forwarders: [] };
  const bridged: NetworkSpec = { ...before, ...none, forward: { mode: 'bridge', bridge: 'br7' } };
  await networks.change(id, before, bridged);
  expect(await document('tried')).toContain("<forward mode='nat'>");
  const details = await networks.describe(id);
  expect([details.spec, details.network.id, details.network.active]).toEqual([bridged, id, true]);
  expect(await document('tried', '--inactive')).not.toMatch(/<ip|<domain|<mac/);
  const direct: NetworkSpec = { ...bridged, forward: { mode: 'macvtap', submode: 'bridge', devices: ['eth7'] } };
  await networks.change(id, bridged, direct);
  expect(await specOf(id)).toEqual(direct);
  const isolated: NetworkSpec = { ...direct, forward: { mode: 'isolated' }, ipv4: plain.ipv4 };
  await networks.change(id, direct, isolated);
  expect(await specOf(id)).toMatchObject({
    forward: { mode: 'isolated' },
    ipv4: { subnet: '192.168.140.1/24' },
    portGroups: before.portGroups,
  });
  await expect(networks.change(id, await specOf(id), { ...(await specOf(id)), name: 'other' })).rejects.toMatchObject({
    code: 'unsupported',
  });
});

test('a guest on a network is seen there, with the address that it was lent', async () => {
  const id = await create(plain, { start: true });
  const { id: guest } = await tinyDomain(daemon, 'lender', { network: 'tried' });
  const card = async (active: boolean) => {
    const { nics } = NicAttachments.parse(await networks.attachments());
    return nics.find((nic) => nic.guest === guest && nic.active === active);
  };
  expect(await card(false)).toMatchObject({
    guestName: 'lender',
    source: { kind: 'network', name: 'tried', portGroup: null },
    target: null,
  });
  await daemon.virsh('start', 'lender');
  expect(await card(true)).toMatchObject({ source: { kind: 'network', name: 'tried' }, target: expect.stringMatching(/^vnet/) });
  const { mac } = (await card(true)) ?? { mac: '' };
  await expect
    .poll(() => networks.leases(id), { timeout: PATIENCE_MS, interval: 1000 })
    .toContainEqual(expect.objectContaining({ mac, ip: expect.stringMatching(/^192\.168\.140\.[1-9]\d$/), prefix: 24 }));
  await daemon.virsh('destroy', 'lender');
  await daemon.virsh('undefine', 'lender');
});

test('one who may only look changes nothing', async () => {
  const id = await create(plain);
  const looker = await libvirtBackend.connect(daemon.uri, { ...unattended(), readOnly: true });
  await expect(looker.networks?.act(id, 'start')).rejects.toMatchObject({ code: 'permission' });
  await expect(looker.networks?.describe(id)).resolves.toMatchObject({ spec: { name: 'tried' } });
  await looker.close();
});
