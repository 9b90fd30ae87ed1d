import { expect, test } from 'vitest';
import { FakeLibvirtd } from '../../../test/fakes/fake-libvirtd.ts';
import { remote } from '../protocol/remote.ts';
import { openOver } from '../rpc/open-session.ts';
import type { Route } from '../transport/route.ts';
import { readKernelLinks } from './kernel-links.ts';

// As iproute2 6.1 tells it, without what nobody asks for.
const links = [
  { ifname: 'lo', link_type: 'loopback', address: '00:00:00:00:00:00' },
  { ifname: 'enp1s0', link_type: 'ether', address: '52:54:00:00:00:01', master: 'br0', altnames: ['enx525400000001'] },
  { ifname: 'wlp2s0', link_type: 'ether', address: '0e:00:00:00:00:02' },
  { ifname: 'br0', link_type: 'ether', address: '52:54:00:00:00:01', linkinfo: { info_kind: 'bridge' } },
  { ifname: 'enp1s0.5', link_type: 'ether', address: '52:54:00:00:00:01', linkinfo: { info_kind: 'vlan' } },
];
const loopback = 'net_lo_00_00_00_00_00_00';
const card = 'net_enp1s0_52_54_00_00_00_01';

async function read(nodeDevices: readonly string[], answer: { code: number; stdout: string } | null) {
  const daemon = new FakeLibvirtd();
  const devices = nodeDevices.map((name) => ({ name }));
  daemon.answer(remote.connectListAllNodeDevices, () => ({ devices, ret: devices.length }));
  const session = await openOver(daemon.connect(), 'qemu:///system');
  const run: Route['run'] = answer === null ? null : async () => ({ ...answer, stderr: '' });
  const route: Pick<Route, 'run'> = { run };
  return readKernelLinks({ route, call: (procedure, args) => session.call(procedure, args) });
}
const told = { code: 0, stdout: JSON.stringify(links) };

test('bridges, cards and what else has frames are told apart', async () => {
  const found = await read([loopback, card], told);
  expect(found?.map(({ name, kind, master }) => [name, kind, master])).toEqual([
    ['lo', 'other', null],
    ['enp1s0', 'card', 'br0'],
    ['wlp2s0', 'card', null],
    ['br0', 'bridge', null],
    ['enp1s0.5', 'other', null],
  ]);
  expect(found?.[1]?.otherNames).toEqual(['enx525400000001']);
});

test('a card in a VRF has its own frames', async () => {
  const vrf = { ifname: 'blue', link_type: 'ether', linkinfo: { info_kind: 'vrf' } };
  const found = await read([loopback, card], {
    code: 0,
    stdout: JSON.stringify([...links, vrf, { ...links[2], ifname: 'eth2', master: 'blue' }]),
  });
  expect(found?.find(({ name }) => name === 'eth2')).toMatchObject({ kind: 'card', master: null });
});

test('a Wi-Fi card that has changed its address is still the same card', async () => {
  expect(await read([loopback, card, 'net_wlp2s0_aa_bb_cc_dd_ee_ff'], told)).toHaveLength(links.length);
});

test('nothing is known where the daemon sees other devices than the programs at its end, or nobody tells', async () => {
  expect(await read([loopback, card, 'net_eth7_52_54_00_00_00_07'], told)).toBeNull();
  expect(await read([loopback, 'net_enp1s0_52_54_00_00_00_99'], told)).toBeNull();
  expect(await read([loopback], told)).toBeNull();
  expect(await read([loopback, card], null)).toBeNull();
  expect(await read([loopback, card], { code: 127, stdout: '' })).toBeNull();
  expect(await read([loopback, card], { code: 0, stdout: 'Usage: ip' })).toBeNull();
});
