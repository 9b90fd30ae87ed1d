import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGuestCreation } from '../../backends/libvirt/creation/creation.ts';
import { openHost, type OpenHost } from '../../backends/libvirt/host/open-host.ts';
import type { LibvirtHost } from '../../backends/libvirt/host/libvirt-host.ts';
import { createNetworks } from '../../backends/libvirt/networks/networks.ts';
import { createStorage } from '../../backends/libvirt/storage/storage.ts';
import { runHere } from '../../backends/libvirt/transport/run-program.ts';
import type { NewNic } from '../../backends/model/guest-spec.ts';
import { guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { unattended } from '../bed/unattended-connect.ts';

// A real daemon in a network of its own, with the programs of its end, as ssh reaches them.
const run = promisify(execFile);
let daemon: PrivateLibvirtd;
let host: OpenHost;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  const [program, ...rest] = daemon.enter;
  // libvirtd looks for devices in /sys, which tells of the network that it was mounted in.
  const script = 'ip link add lan0 type veth peer name lan1; mount -t sysfs sysfs /sys; ls /sys/class/net';
  expect((await run(program, [...rest, 'sh', '-ec', script])).stdout).toContain('lan0');
  await daemon.crash();
  await daemon.revive();
  host = await openHost(daemon.uri, unattended(), async () => undefined);
}, 60_000);
afterAll(async () => {
  host?.close();
  await daemon?.stop();
});

/** As far as the road to its programs goes. */
function by(run: LibvirtHost['route']['run']): LibvirtHost {
  const route = new Proxy(host.route, { get: (target, name) => (name === 'run' ? run : Reflect.get(target, name, target)) });
  return new Proxy<LibvirtHost>(host, {
    get(target, name) {
      const value: unknown = name === 'route' ? route : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
const inside = () => by((words) => runHere(process.env)([...daemon.enter, ...words]));
async function objections(seen: LibvirtHost, nics: NewNic[], start = true) {
  const creation = createGuestCreation(seen, createStorage(seen), createNetworks(seen));
  const found = await creation.check(guestRequest(plainSpec('cards', { source: { kind: 'pxe' }, nics, start }), ''));
  return found.filter(({ field }) => field === 'network').map(({ severity, message }) => `${severity}: ${message}`);
}

test('a bridge or a card that is not there is objected to before anything is made', async () => {
  expect(await objections(inside(), [{ kind: 'bridge', device: 'br9' }])).toEqual(['error: The host has no bridge “br9”.']);
  expect(await objections(inside(), [{ kind: 'bridge', device: 'br9' }], false)).toEqual(['warning: The host has no bridge “br9”.']);
  expect(await objections(inside(), [{ kind: 'direct', device: 'lan9' }])).toEqual(['error: The host has no network device “lan9”.']);
  expect(await objections(inside(), [{ kind: 'direct', device: 'lan0' }])).toEqual([]);
  // Made by a driver of its own, so no card, as libvirt sees it; that it is no bridge is not ours to say.
  expect(await objections(inside(), [{ kind: 'bridge', device: 'lan0' }])).toEqual([]);
});

test('a network that leads to what is not there is objected to, and one that makes its own bridge is not', async () => {
  await daemon.virsh('net-define', await definition('lan', "<forward mode='bridge'/><bridge name='br9'/>"));
  await daemon.virsh(
    'net-define',
    await definition('cards', "<forward mode='bridge'><interface dev='lan8'/><interface dev='lan9'/></forward>"),
  );
  await daemon.virsh('net-start', 'lan');
  await daemon.virsh('net-start', 'cards');
  expect(await objections(inside(), [{ kind: 'network', name: 'lan' }])).toEqual([
    'error: The host has no bridge “br9” of the network “lan”.',
  ]);
  expect(await objections(inside(), [{ kind: 'network', name: 'cards' }])).toEqual([
    'error: The host has no network device “lan8”, “lan9” of the network “cards”.',
  ]);
});

test('programs in another network than the daemon’s prove nothing', async () => {
  const elsewhere = by((words) => runHere(process.env)(['unshare', '--net', ...words]));
  expect(await objections(elsewhere, [{ kind: 'bridge', device: 'br9' }])).toEqual([]);
  expect(await objections(by(null), [{ kind: 'bridge', device: 'br9' }])).toEqual([]);
});

async function definition(name: string, inner: string): Promise<string> {
  const path = `${daemon.dir}/${name}.xml`;
  await writeFile(path, `<network><name>${name}</name>${inner}</network>`);
  return path;
}
