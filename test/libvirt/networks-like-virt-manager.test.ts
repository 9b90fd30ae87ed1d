import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newNetwork } from '../../backends/libvirt/networks/edit-network.ts';
import { serialize } from '../../backends/libvirt/xml/document.ts';
import type { NetworkForward, NetworkSpec } from '../../backends/model/network-spec.ts';
import { PYTHON } from '../bench/python.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';

// The same wishes as virt-manager's dialog for a new network has, and what the host keeps of both definitions.

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('virt-manager-network.py', import.meta.url));
let daemon: PrivateLibvirtd;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
});
afterAll(() => daemon.stop());

const plain: NetworkSpec = {
  name: 'wished',
  forward: { mode: 'isolated' },
  bridge: null,
  mtu: null,
  domain: null,
  domainLocalOnly: false,
  ipv4: null,
  ipv6: null,
  dnsHosts: [],
  forwarders: [],
  inbound: null,
  outbound: null,
  portGroups: [],
};
const ipv4 = { subnet: '192.168.140.0/24', dhcp: true, ranges: [{ start: '192.168.140.128', end: '192.168.140.254' }], leases: [] };
const ipv6 = { subnet: 'fd00:140::/64', dhcp: true, ranges: [{ start: 'fd00:140::100', end: 'fd00:140::1ff' }], leases: [] };
const both = [
  { subnet: ipv4.subnet, range: [ipv4.ranges[0]?.start, ipv4.ranges[0]?.end] },
  { subnet: ipv6.subnet, range: [ipv6.ranges[0]?.start, ipv6.ranges[0]?.end] },
];
const nat: NetworkForward = { mode: 'nat', device: null, ports: null, ipv6: false };

/** What the host keeps of it, without what it makes up itself, and with one spelling of a netmask: virt-manager writes it, we write the prefix. */
async function kept(xml: string): Promise<string> {
  const file = join(daemon.dir, 'network.xml');
  await writeFile(file, xml);
  await daemon.virsh('net-define', file);
  const document = await daemon.virsh('net-dumpxml', 'wished');
  await daemon.virsh('net-undefine', 'wished');
  return document
    .replaceAll(/\s*<(?:uuid>.*<\/uuid|mac address='[^']*'\/)>/g, '')
    .replaceAll(/bridge name='virbr\d+'/g, "bridge name='virbr'")
    .replaceAll("netmask='255.255.255.0'", "prefix='24'");
}

test.for<readonly [string, Partial<NetworkSpec>, object]>([
  ['NAT', { forward: nat, ipv4 }, { mode: 'nat', subnets: both.slice(0, 1) }],
  [
    'NAT over one device, both families',
    { forward: { ...nat, device: 'eth0' }, ipv4, ipv6 },
    { mode: 'nat', device: 'eth0', subnets: both },
  ],
  [
    'routed, with a domain',
    { forward: { mode: 'route', device: null }, ipv4, domain: 'lab.example' },
    { mode: 'route', domain: 'lab.example', subnets: both.slice(0, 1) },
  ],
  ['open', { forward: { mode: 'open' }, ipv4 }, { mode: 'open', subnets: both.slice(0, 1) }],
  ['isolated, without addresses', {}, {}],
  ['isolated, without DHCP', { ipv4: { ...ipv4, dhcp: false, ranges: [] } }, { subnets: [{ subnet: ipv4.subnet }] }],
  ['SR-IOV pool', { forward: { mode: 'sriov', device: 'eth0' } }, { mode: 'hostdev', card: 'eth0' }],
])('%s: the host keeps the same of ours and of virt-manager’s', async ([, ours, theirs]) => {
  const { stdout } = await run(PYTHON, [SCRIPT, JSON.stringify({ name: 'wished', ...theirs })]);
  expect(await kept(serialize(newNetwork({ ...plain, ...ours })))).toBe(await kept(stdout));
});
