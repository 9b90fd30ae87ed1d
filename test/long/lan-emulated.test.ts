import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Networks } from '../../backends/backend.ts';
import type { LanBridges } from '../../backends/lan-bridges.ts';
import { LanOutlook } from '../../backends/model/lan-bridge.ts';
import { type EmulatedBench, startEmulatedBench } from '../bed/emulated-bench.ts';
import { connectTo } from '../bed/unattended-connect.ts';

// A host's own network under systemd, with the real NetworkManager, its polkit and a DHCP server on the LAN (QEMU's), over ssh.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

const patience = { timeout: 120_000, interval: 500 };
const LAN = 'enp0s8';
let bench: EmulatedBench;
let networks: Networks;
let lan: LanBridges;

beforeAll(async () => {
  bench = await startEmulatedBench({
    devices: ['-netdev', 'user,id=lan,net=10.0.8.0/24,ipv6=off', '-device', 'e1000e,netdev=lan,bus=pcie.0,addr=8,mac=52:54:00:00:00:08'],
  });
  if (bench.connection.networks?.lan == null) throw new Error('a host over ssh can be given bridges');
  ({ networks } = bench.connection);
  lan = bench.connection.networks.lan;
  await bench.host.shell(
    `nmcli --wait 100 device connect ${LAN}; modprobe mac80211_hwsim radios=1; modprobe bonding max_bonds=0
    ip link add link ${LAN} name ${LAN}.5 type vlan id 5; ip link add bond0 type bond mode active-backup; ip link set bond0 up
    virsh net-start default || true; udevadm settle`,
  );
});
afterAll(() => bench?.stop());

const shell = (command: string) => bench.host.shell(command);
const addressOf = async (link: string) => /inet (\S+)/.exec(await shell(`ip -4 address show dev ${link} || true`))?.[1] ?? null;
const steps = { report: () => {}, signal: new AbortController().signal };
const wish = { kind: 'make' as const, link: LAN, bridge: 'br0', stp: false };
const look = async () => {
  const outlook = LanOutlook.parse(await lan.look());
  if (outlook.kind !== 'ready') throw new Error(outlook.obstacle.why);
  return outlook;
};

test('each interface is told for what it is, and what cannot be bridged is not, with other ways', async () => {
  await expect.poll(async () => (await look()).links.find(({ name }) => name === LAN)?.addresses, patience).toEqual(['10.0.8.15/24']);
  const { links, bridges } = await look();
  const told = Object.fromEntries(links.map(({ name, kind, obstacle }) => [name, [kind, obstacle?.why ?? null, obstacle?.ways]]));
  expect(told).toEqual({
    [LAN]: ['ethernet', null, undefined],
    [`${LAN}.5`]: ['vlan', expect.stringContaining('It is a VLAN'), ['macvtap', 'by-hand']],
    bond0: ['bond', expect.stringContaining('It is a bond'), ['macvtap', 'by-hand']],
    road0: ['ethernet', expect.stringContaining('Another program'), ['macvtap', 'by-hand']],
    wlan0: ['wifi', expect.stringContaining('Wi-Fi cannot be bridged'), ['nat', 'routed']],
  });
  expect(bridges).toMatchObject([{ name: 'virbr0', madeFor: null }]);
  await expect(lan.begin({ ...wish, link: 'wlan0' }, 60, steps)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(lan.begin({ ...wish, link: 'road0' }, 60, steps)).rejects.toMatchObject({ code: 'unsupported' });
  const { links: known } = await networks.surroundings();
  expect(Object.fromEntries(known.map(({ name, kind }) => [name, kind]))).toMatchObject({
    [LAN]: 'ethernet',
    [`${LAN}.5`]: 'virtual',
    bond0: 'virtual',
    road0: 'ethernet',
    wlan0: 'wifi',
  });
});

test('a bridge takes the card’s address by DHCP, is gone when it is not kept, stays when it is, and is taken away', async () => {
  const profiles = async () =>
    (await shell('nmcli -t -f NAME,UUID connection'))
      .split('\n')
      .filter((line) => !/^(lo|virbr|bond0)/.test(line))
      .sort();
  const before = await profiles();
  const first = await lan.begin(wish, 90, steps);
  expect(first.addresses).toEqual(['10.0.8.15/24']);
  expect([await addressOf('br0'), await addressOf(LAN)]).toEqual(['10.0.8.15/24', null]);
  expect(await shell('ip -o link show br0')).toContain('52:54:00:00:00:08');
  await lan.goBack(first);
  await expect.poll(() => addressOf(LAN), patience).toBe('10.0.8.15/24');
  expect(await profiles()).toEqual(before);

  const second = await lan.begin(wish, 5, steps);
  // Nobody says that it works.
  await expect.poll(() => addressOf(LAN), patience).toBe('10.0.8.15/24');
  await expect(lan.keep(second)).rejects.toMatchObject({ code: 'invalid-state' });

  await lan.keep(await lan.begin(wish, 90, steps));
  expect((await look()).bridges).toMatchObject([{ name: 'br0', ports: [LAN], madeFor: LAN }, { name: 'virbr0' }]);
  const guest = await bench.define('bridged', "<interface type='bridge'><source bridge='br0'/></interface>");
  await bench.connection.act(guest, 'start');
  expect(await shell('ls /sys/class/net/br0/brif')).toMatch(/vnet\d+/);
  await bench.connection.act(guest, 'force-off');
  await lan.keep(await lan.begin({ kind: 'remove', bridge: 'br0' }, 90, steps));
  await expect.poll(() => addressOf(LAN), patience).toBe('10.0.8.15/24');
  expect(await profiles()).toEqual(before);
});

test('an account that polkit does not let change the network is told so, and nothing is tried', async () => {
  await shell(`cat >/etc/polkit-1/rules.d/10-no.rules <<'END'
polkit.addRule(function(action, subject) { if (action.id.indexOf('org.freedesktop.NetworkManager.') === 0) return polkit.Result.NO; });
END
useradd -m ada; install -d -o ada -m 700 /home/ada/.ssh; install -o ada /root/.ssh/authorized_keys /home/ada/.ssh/; usermod -aG libvirt ada`);
  const ada = await connectTo(bench.host.uri('qemu').replace('root@', 'ada@'));
  try {
    await expect.poll(async () => (await ada.networks?.lan?.look())?.kind, patience).toBe('unable');
    expect(await ada.networks?.lan?.look()).toMatchObject({
      obstacle: { why: expect.stringContaining('may not change the network of its host') },
    });
  } finally {
    await ada.close();
    await shell('rm /etc/polkit-1/rules.d/10-no.rules');
  }
});

test('a guest network with NAT really starts, with its rules, its server and its bandwidth', async () => {
  const [usual] = await networks.listNetworks();
  expect(usual).toMatchObject({ name: 'default', active: true, bridge: 'virbr0' });
  expect(await shell('iptables -t nat -S')).toContain('MASQUERADE');
  expect(await shell('pgrep -af dnsmasq')).toContain('default.conf');
  const guest = await bench.define(
    'limited',
    "<interface type='network'><source network='default'/><bandwidth><inbound average='1000'/><outbound average='500'/></bandwidth></interface>",
  );
  await bench.connection.act(guest, 'start');
  const card = (await shell('ls /sys/class/net/virbr0/brif')).trim();
  expect(await shell(`tc class show dev ${card}`)).toMatch(/htb[^]*rate 8Mbit/);
  await bench.connection.act(guest, 'force-off');

  await shell(`cat >/root/slow.xml <<'END'
<network><name>slow</name><forward mode='nat'/><bridge name='virbr9'/><bandwidth><inbound average='2000'/></bandwidth>
<ip address='10.0.99.1' netmask='255.255.255.0'><dhcp><range start='10.0.99.2' end='10.0.99.9'/></dhcp></ip></network>
END
virsh net-define /root/slow.xml`);
  const slow = (await networks.listNetworks()).find(({ name }) => name === 'slow');
  if (slow === undefined) throw new Error('the network is there');
  await networks.act(slow.id, 'start');
  expect(await shell('tc class show dev virbr9')).toMatch(/htb[^]*rate 16Mbit/);
  await networks.act(slow.id, 'stop');
  expect((await networks.listNetworks()).find(({ name }) => name === 'slow')?.active).toBe(false);
});

test('a guest is put directly on the card by macvtap', async () => {
  const guest = await bench.define('direct', `<interface type='direct'><source dev='${LAN}' mode='bridge'/></interface>`);
  await bench.connection.act(guest, 'start');
  expect(await shell('ip -d -o link show type macvtap')).toContain(`@${LAN}`);
  const users = (await bench.connection.inventory?.hardware())?.find((one) => one.kind === 'network' && one.interface === LAN)?.users;
  expect(users).toEqual([{ id: guest, name: 'direct', running: true }]);
  await bench.connection.act(guest, 'force-off');
});
