import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FirewallBackend, forwardLines } from '../../backends/model/port-forward.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';

// The lines that the page tells, run as a person would: another computer reaches what hangs on a real NAT network, and then does not any more.

const run = promisify(execFile);
let daemon: PrivateLibvirtd;

// "outer" is a computer of the LAN, "guest" hangs on the network's bridge and answers on port 80.
const NEIGHBOURS = `mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns
echo 1 >/proc/sys/net/ipv4/ip_forward
ip netns add outer && ip netns add guest
ip link add lan0 type veth peer name eth0 netns outer
ip addr add 10.9.0.1/24 dev lan0 && ip link set lan0 up
ip -n outer addr add 10.9.0.2/24 dev eth0 && ip -n outer link set eth0 up
ip link add tap0 type veth peer name eth0 netns guest
ip link set tap0 master virbr9 up
ip -n guest addr add 192.168.129.10/24 dev eth0 && ip -n guest link set eth0 up && ip -n guest link set lo up
ip -n guest route add default via 192.168.129.1
cd / && ip netns exec guest setsid busybox nc -ll -p 80 -e echo reached >/dev/null 2>&1 </dev/null &
sleep 0`;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  const file = join(daemon.dir, 'nat.xml');
  await writeFile(
    file,
    "<network><name>nat</name><forward mode='nat'/><bridge name='virbr9' stp='off'/><ip address='192.168.129.1' netmask='255.255.255.0'/></network>",
  );
  await daemon.virsh('net-define', file);
  await daemon.virsh('net-start', 'nat');
  await inside(NEIGHBOURS);
});
afterAll(() => daemon.stop());

async function inside(script: string): Promise<string> {
  const [program, ...rest] = daemon.enter;
  // Root needs no sudo, and a bare system has none.
  const { stdout } = await run(program, [...rest, 'sh', '-ec', `sudo() { "$@"; }\n${script}`]);
  return stdout;
}
/** What the computer of the LAN hears on this port of the host. */
const heard = async (port: number) =>
  inside(`ip netns exec outer busybox nc -w 3 10.9.0.1 ${port} </dev/null 2>/dev/null || true`).then((text) => text.trim());

const forward = { protocol: 'tcp', address: '192.168.129.10', guestPort: 80, bridge: 'virbr9' } as const;

test.each<[FirewallBackend, number]>([
  ['iptables', 8080],
  ['nftables', 8081],
])('a port is forwarded to a guest behind NAT with %s, and taken back', async (backend, hostPort) => {
  const { make, undo } = forwardLines({ ...forward, hostPort }, backend);
  if (backend === 'nftables') {
    // As libvirt 10.4 and later have it; before, this table is not there, and its rules are iptables' own.
    await inside(`nft add table ip libvirt_network
      nft 'add chain ip libvirt_network forward { type filter hook forward priority filter; policy accept; }'
      nft add chain ip libvirt_network guest_input
      nft add rule ip libvirt_network forward jump guest_input
      nft add rule ip libvirt_network guest_input oif virbr9 ct state related,established accept
      nft add rule ip libvirt_network guest_input oif virbr9 counter reject
      iptables -I FORWARD -o virbr9 -j ACCEPT`);
  }
  expect(await heard(hostPort)).toBe('');
  await inside(make);
  await expect.poll(() => heard(hostPort), { timeout: 60_000 }).toBe('reached');
  await inside(undo);
  expect(await heard(hostPort)).toBe('');
  // Nor does the host let anything pass for it any more.
  if (backend === 'nftables') expect(await inside('nft list ruleset')).not.toMatch(/guest_port|192\.168\.129\.10/);
});
