import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LanBridges } from '../../backends/lan-bridges.ts';
import { createLanBridges } from '../../backends/libvirt/networks/lan/lan-bridges.ts';
import { runHere } from '../../backends/libvirt/transport/run-program.ts';
import { LanOutlook } from '../../backends/model/lan-bridge.ts';
import { networkManagerObstacle, type PrivateNetworkManager, startNetworkManager } from '../bed/private-network-manager.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const obstacle = await networkManagerObstacle();
if (obstacle !== undefined) throw new Error(obstacle);

let manager: PrivateNetworkManager;
beforeEach(async () => void (manager = await startNetworkManager()));
afterEach(() => manager.stop());

const quiet = { report: () => {}, signal: new AbortController().signal };
const wish = { kind: 'make' as const, link: 'lan0', bridge: 'br0', stp: false };

function bridges(bus = manager.bus): LanBridges {
  const route = {
    local: true,
    privacy: 'local' as const,
    host: null,
    displays: 'none' as const,
    dial: notAsked,
    tunnel: notAsked,
    displayCredentials: notAsked,
    run: runHere({ ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus }),
    close: () => {},
  };
  const made = createLanBridges({ route, local: true, driverUri: 'qemu:///system' });
  if (made === null) throw new Error('no bridges');
  return made;
}
const notAsked = () => Promise.reject(new Error('not asked'));

const profiles = async () =>
  (await manager.nmcli('-t', '-f', 'NAME', 'connection')).split('\n').filter((name) => name !== '' && name !== 'lo');
const addressOf = async (link: string) => /inet (\S+)/.exec(await manager.ip('-4', 'address', 'show', 'dev', link))?.[1] ?? null;
const gone = async (link: string) => !(await manager.ip('link')).includes(` ${link}:`);

test('says what could be led into a bridge, and what not and why', async () => {
  const outlook = LanOutlook.parse(await bridges().look());
  expect(outlook).toMatchObject({ kind: 'ready', asks: false, freeName: 'br0' });
  if (outlook.kind !== 'ready') return;
  expect(outlook.links.find(({ name }) => name === 'lan0')).toEqual({
    name: 'lan0',
    kind: 'ethernet',
    profile: 'Wired LAN',
    addresses: ['192.168.77.5/24'],
    isWayOut: true,
    obstacle: null,
  });
  expect(outlook.bridges).toMatchObject([{ name: 'foreign0', madeFor: null }]);
  await expect(bridges().begin({ kind: 'remove', bridge: 'foreign0' }, 60, quiet)).rejects.toMatchObject({
    code: expect.stringMatching(/unsupported|not-found/),
  });
  await expect(bridges().begin({ ...wish, link: 'lan1' }, 60, quiet)).rejects.toMatchObject({ code: 'not-found' });
  await expect(bridges().begin({ ...wish, bridge: 'foreign0' }, 60, quiet)).rejects.toMatchObject({ code: 'exists' });
  expect(await profiles()).not.toContain('br0');
});

test('the host’s addresses move to the bridge, with its MAC address and its zone; kept, it stays, and taken away again all is as before', async () => {
  const before = await profiles();
  const mac = (await manager.ip('link', 'show', 'lan0')).match(/ether (\S+)/)?.[1];
  const lan = bridges();
  const trial = await lan.begin(wish, 60, quiet);
  expect(trial.addresses).toEqual(['192.168.77.5/24']);
  expect([await addressOf('br0'), await addressOf('lan0')]).toEqual(['192.168.77.5/24', null]);
  expect(await manager.ip('link', 'show', 'br0')).toContain(mac);
  expect(await manager.nmcli('-g', 'connection.zone', 'connection', 'show', 'br0')).toBe('home\n');
  await vi.waitUntil(() => manager.isReached(), { timeout: 60_000 });
  // One at a time, whoever it is.
  await expect(lan.begin({ ...wish, bridge: 'br1' }, 60, quiet)).rejects.toMatchObject({ code: 'busy' });
  await lan.keep(trial);
  await expect(lan.keep(trial)).rejects.toMatchObject({ code: 'invalid-state' });
  expect(await lan.look()).toMatchObject({
    bridges: [{ name: 'br0', ports: ['lan0'], madeFor: 'lan0' }, { name: 'foreign0' }],
    freeName: 'br1',
  });

  const removal = await lan.begin({ kind: 'remove', bridge: 'br0' }, 60, quiet);
  expect([await addressOf('lan0'), await gone('br0')]).toEqual(['192.168.77.5/24', true]);
  // Not kept, the bridge is there again; its profiles too.
  await lan.goBack(removal);
  await vi.waitUntil(async () => (await addressOf('br0').catch(() => null)) === '192.168.77.5/24', { timeout: 60_000 });
  await lan.keep(await lan.begin({ kind: 'remove', bridge: 'br0' }, 60, quiet));
  expect(await profiles()).toEqual(before);
  await vi.waitUntil(() => manager.isReached(), { timeout: 60_000 });
});

test('nobody says that it works: the host goes back by itself', async () => {
  const before = await profiles();
  const trial = await bridges().begin(wish, 2, quiet);
  await vi.waitUntil(async () => (await gone('br0')) && (await addressOf('lan0')) === '192.168.77.5/24', {
    timeout: 120_000,
    interval: 200,
  });
  expect(await profiles()).toEqual(before);
  await expect(bridges().keep(trial)).rejects.toMatchObject({ code: 'invalid-state' });
  // Nothing is left to go back from.
  await bridges().goBack(trial);
  await vi.waitUntil(() => manager.isReached(), { timeout: 60_000 });
});

test('who cancels while the addresses move has the old connection again', async () => {
  const controller = new AbortController();
  const steps = { report: (step: string) => step.startsWith('Waiting') && controller.abort(), signal: controller.signal };
  await manager.nmcli('connection', 'modify', 'Wired LAN', 'ipv4.method', 'auto', 'ipv4.addresses', '192.168.77.5/24');
  // The LAN has no DHCP server, so that there is always something to wait for.
  await expect(bridges().begin(wish, 60, steps)).rejects.toMatchObject({ code: 'cancelled' });
  await vi.waitUntil(() => gone('br0'), { timeout: 60_000 });
  expect(await profiles()).not.toContain('br0');
});

test('without NetworkManager nothing is made, and other ways are told', async () => {
  const nobody = bridges('unix:path=/nonexistent/bus');
  await expect(nobody.look()).rejects.toMatchObject({ code: 'unsupported' });
  await manager.endManager();
  // While it ends it may be met half gone.
  const kind = () =>
    bridges()
      .look()
      .then(
        (outlook) => outlook.kind,
        () => null,
      );
  await vi.waitUntil(async () => (await kind()) === 'unable', { timeout: 60_000 });
  expect(await bridges().look()).toMatchObject({ kind: 'unable', obstacle: { ways: ['by-hand', 'macvtap', 'routed', 'nat'] } });
});
