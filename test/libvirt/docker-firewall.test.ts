import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostFirewall } from '../../backends/host-firewall.ts';
import { createFirewall } from '../../backends/libvirt/networks/firewall.ts';
import type { RunProgram } from '../../backends/libvirt/transport/run-program.ts';
import { firewallLines, type FirewallReport } from '../../backends/model/firewall.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';

// What is said of Docker's rules, held against the packets of a real kernel: a neighbour on a real network's bridge, and a computer beyond the host.

const run = promisify(execFile);
const PATIENCE = { timeout: 60_000 };
let daemon: PrivateLibvirtd;

const NEIGHBOURS = `mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
ip netns add outer && ip netns add guest
ip link add lan0 type veth peer name eth0 netns outer
ip addr add 10.9.0.1/24 dev lan0 && ip addr add fd00:9::1/64 dev lan0 nodad && ip link set lan0 up
ip -n outer addr add 10.9.0.2/24 dev eth0 && ip -n outer addr add fd00:9::2/64 dev eth0 nodad
ip -n outer link set eth0 up && ip -n outer link set lo up
ip -n outer route add fd00:129::/64 via fd00:9::1
ip link add tap0 type veth peer name eth0 netns guest
ip link set tap0 master virbr9 up
ip -n guest addr add 192.168.129.10/24 dev eth0 && ip -n guest addr add fd00:129::10/64 dev eth0 nodad
ip -n guest link set eth0 up && ip -n guest link set lo up
ip -n guest route add default via 192.168.129.1 && ip -n guest route add default via fd00:129::1
cd / && ip netns exec outer setsid busybox nc -ll -p 81 -e echo reached >/dev/null 2>&1 </dev/null &
sleep 0`;

/**
 * As Docker has it, beside a libvirt whose own rules are in a table of their own (10.4 and later): ours here has its rules in the same one, and
 * they are taken out of Docker's way.
 */
const docker = (program: string) => `${program} -F FORWARD
${program} -N DOCKER-USER && ${program} -A DOCKER-USER -j RETURN && ${program} -A FORWARD -j DOCKER-USER
${program} -P FORWARD DROP`;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  const file = join(daemon.dir, 'both.xml');
  await writeFile(
    file,
    `<network><name>both</name><forward mode='nat'/><bridge name='virbr9' stp='off'/><ip address='192.168.129.1' netmask='255.255.255.0'/>
     <ip family='ipv6' address='fd00:129::1' prefix='64'/></network>`,
  );
  await daemon.virsh('net-define', file);
  await daemon.virsh('net-start', 'both');
  await inside(NEIGHBOURS);
});
afterAll(() => daemon.stop());

async function inside(script: string): Promise<string> {
  const [program, ...rest] = daemon.enter;
  // Root needs no sudo, and a bare system has none.
  const { stdout } = await run(program, [...rest, 'sh', '-ec', `sudo() { "$@"; }\n${script}`]);
  return stdout;
}

/** Chains count what comes by. */
const uncounted = (rules: string) => rules.replaceAll(/\[\d+:\d+\]/g, '');

/** What the guest hears of the computer beyond. */
const heard = (at: string) =>
  inside(`ip netns exec guest busybox nc -w 3 ${at} </dev/null 2>/dev/null || true`).then((text) => text.trim());
const four = () => heard('10.9.0.2 81');
const six = () => heard('fd00:9::2 81');

/** Runs a host's program in there, as its root, but for one that is not installed. */
const programsBut =
  (lacking: string): RunProgram =>
  async (words) => {
    if (words[0] === lacking) return { code: 127, stdout: '', stderr: 'absent' };
    const [program, ...rest] = daemon.enter;
    const child = run(program, [...rest, ...words]);
    return child.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    );
  };

async function withFirewalls<T>(work: (nft: HostFirewall, saved: HostFirewall) => Promise<T>): Promise<T> {
  const connection = await connectTo(daemon.uri);
  const networks = async () => (await connection.networks?.listNetworks()) ?? [];
  try {
    return await work(createFirewall(programsBut('iptables-save'), true, networks), createFirewall(programsBut('nft'), true, networks));
  } finally {
    await connection.close();
  }
}

/** By each of the programs that tell of rules: they have to agree. */
const report = (): Promise<FirewallReport> =>
  withFirewalls(async (nft, saved) => {
    const told = await nft.read();
    expect(told).toEqual(await saved.read());
    return told;
  });

test(
  'what Docker cuts off of IPv6, of IPv4 or of both is told, and the mend that is told lets it through',
  { timeout: 300_000 },
  async () => {
    await expect.poll(four, PATIENCE).toBe('reached');
    await expect.poll(six, PATIENCE).toBe('reached');
    expect(await report()).toEqual({ kind: 'clear' });

    await inside(docker('ip6tables'));
    await expect.poll(four, PATIENCE).toBe('reached');
    expect(await six()).toBe('');
    const cut = await report();
    if (cut.kind !== 'cut') throw new Error(`it is ${cut.kind}`);
    expect(cut.networks).toEqual([{ name: 'both', bridge: 'virbr9', only: 'IPv6' }]);
    await inside(firewallLines('let-through', cut.rules));
    await expect.poll(six, PATIENCE).toBe('reached');
    const through = { kind: 'let-through', networks: ['both'], rules: [{ family: 'IPv6', bridge: 'virbr9' }] };
    expect(await report()).toEqual(through);
    await inside(firewallLines('take-back', cut.rules));
    expect(await six()).toBe('');

    await inside(docker('iptables'));
    expect([await four(), await six()]).toEqual(['', '']);
    const all = await report();
    if (all.kind !== 'cut') throw new Error(`it is ${all.kind}`);
    expect(all.networks).toEqual([{ name: 'both', bridge: 'virbr9', only: null }]);
    // By the button: root's programs, all or none.
    await withFirewalls(async (_nft, firewall) => {
      expect(await firewall.change('let-through', all.rules)).toMatchObject({ kind: 'let-through', networks: ['both'] });
      await expect.poll(four, PATIENCE).toBe('reached');
      await expect.poll(six, PATIENCE).toBe('reached');
      expect(await report()).toMatchObject({ kind: 'let-through', networks: ['both'] });
      expect(await firewall.change('take-back', all.rules)).toEqual(all);
      expect([await four(), await six()]).toEqual(['', '']);

      // Of a chain that is not there in one family, nothing is changed in the other.
      await inside('ip6tables -D FORWARD -j DOCKER-USER && ip6tables -F DOCKER-USER && ip6tables -X DOCKER-USER');
      const before = await inside('iptables-save -t filter | grep -v "^#"');
      await expect(firewall.change('let-through', all.rules)).rejects.toMatchObject({ code: 'invalid-state' });
      expect(uncounted(await inside('iptables-save -t filter | grep -v "^#"'))).toBe(uncounted(before));
    });
  },
);
