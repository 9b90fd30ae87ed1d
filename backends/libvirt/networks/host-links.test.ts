import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { linkOf, madeOf } from './host-links.ts';
import { attachmentsOf } from './nic-attachments.ts';

// As libvirt's documents are described in https://libvirt.org/formatnode.html and https://libvirt.org/formatdomain.html.
const device = (path: string, name: string, more: string) =>
  parseXml(`<device><name>net_${name}</name><path>${path}/${name}</path><parent>computer</parent>
    <capability type='net'><interface>${name}</interface><address>52:54:00:00:00:01</address>${more}</capability></device>`);

test('a card, a Wi-Fi card and what no card is are told apart', () => {
  const pci = '/sys/devices/pci0000:00/0000:00:1f.6/net';
  const wired = parseXml(
    `<device><path>${pci}/eth0</path><parent>pci_0000_00_1f_6</parent><capability type='net'><interface>eth0</interface>
    <link speed='1000' state='up'/><capability type='80203'/></capability></device>`,
  );
  expect(linkOf(wired, 7)).toEqual({ name: 'eth0', kind: 'ethernet', up: true, master: null, functionsMax: 7 });
  expect(linkOf(device(pci, 'wlan0', "<link state='down'/><capability type='80211'/>"), 0)).toMatchObject({ kind: 'wifi', up: false });
  expect(linkOf(device('/sys/devices/virtual/net', 'tun0', "<capability type='80203'/>"), 0)).toMatchObject({ kind: 'virtual', up: null });
  expect(linkOf(parseXml('<device><capability type="net"/></device>'), 0)).toBeNull();
});

test('what is made of other interfaces is told by libvirt’s other driver, as 9.0 of Debian does', () => {
  const bond = `<interface type='bond' name='bond0'><mtu size='1500'/><link speed='1000' state='up'/><bond mode='active-backup'>
    <interface type='ethernet' name='eth1'/></bond></interface>`;
  expect(madeOf('bond0', parseXml(bond))).toEqual({ name: 'bond0', kind: 'virtual', up: true, members: ['eth1'] });
  const vlan = `<interface type='vlan' name='eth0.5'><link state='down'/><vlan tag='5'><interface name='eth0'/></vlan></interface>`;
  expect(madeOf('eth0.5', parseXml(vlan))).toEqual({ name: 'eth0.5', kind: 'virtual', up: false, members: [] });
  const bridge = `<interface type='bridge' name='br0'><bridge stp='off'><interface type='ethernet' name='eth0'/></bridge></interface>`;
  expect(madeOf('br0', parseXml(bridge))).toEqual({ name: 'br0', kind: 'bridge', up: null, members: ['eth0'] });
  expect(madeOf('eth0', parseXml(`<interface type='ethernet' name='eth0'/>`))).toBeNull();
});

const domain = (interfaces: string) => parseXml(`<domain><devices>${interfaces}</devices></domain>`);
const dom = { uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', name: 'web' };
const card = (mac: string, type: string, inner: string) =>
  `<interface type='${type}'><mac address='52:54:00:00:00:${mac}'/>${inner}</interface>`;

test('cards are told with where they hang, now and with the next start', () => {
  const same = card('01', 'network', "<source network='default' portgroup='staff'/><model type='virtio'/>");
  const running = domain(
    same.replace('</interface>', "<target dev='vnet3'/></interface>") + card('02', 'bridge', "<source bridge='br0'/>"),
  );
  const next = domain(same + card('02', 'direct', "<source dev='eth0' mode='vepa'/>") + card('03', 'hostdev', ''));
  expect(attachmentsOf(dom, running, next).map(({ mac, source, active, target }) => [mac.slice(-2), source, active, target])).toEqual([
    ['01', { kind: 'network', name: 'default', portGroup: 'staff' }, true, 'vnet3'],
    ['02', { kind: 'bridge', name: 'br0' }, true, null],
    ['02', { kind: 'direct', device: 'eth0', mode: 'vepa' }, false, null],
    ['03', { kind: 'other', type: 'hostdev' }, false, null],
  ]);
});

test('ports that lead into a guest are said as sentences', () => {
  const forwards = `<backend type='passt'/><portForward proto='tcp'><range start='2222' to='22'/><range start='8000' end='8010'/></portForward>
    <portForward proto='udp' address='192.0.2.1'><range start='5000'/><range start='5005' exclude='yes'/></portForward>`;
  const [passt, slirp] = attachmentsOf(dom, null, domain(card('01', 'user', forwards) + card('02', 'user', '')));
  expect(passt?.source).toEqual({
    kind: 'user',
    backend: 'passt',
    forwards: ['TCP port 2222 leads to 22', 'TCP ports 8000 to 8010 lead to 8000', 'UDP port 5000 of 192.0.2.1 leads to 5000'],
  });
  expect(slirp?.source).toEqual({ kind: 'user', backend: 'slirp', forwards: [] });
});
