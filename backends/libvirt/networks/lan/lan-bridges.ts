import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { LanChange } from '#model/lan-bridge';
import type { LanBridges, LanSteps, LanTrial } from '../../../lan-bridges.ts';
import { BackendError, faultOf } from '../../../errors.ts';
import { failedWith } from '../../failed-with.ts';
import { shellWord } from '../../guests/guest-actions.ts';
import type { LibvirtHost } from '../../host/libvirt-host.ts';
import { ACTIVATED, FAILED, type HostConnections, type HostDevice, hostConnections } from './host-connections.ts';
import { linkObstacle, lookAtLan, settingsOf } from './lan-outlook.ts';
import { lanProfiles, madeFor, plainProfile, uuidOf } from './lan-profiles.ts';
import { NetworkManager } from './network-manager.ts';

/** For DHCP, and for a spanning tree to settle; then the host goes back. Seconds. */
const SETTLES_S = 75;
const LOOK_EVERY_MS = 500;

/** Null where the host's programs cannot be reached: over TLS and TCP there is nothing but the daemon. libvirt's test driver has no host. */
export function createLanBridges(host: Pick<LibvirtHost, 'route' | 'driverUri' | 'local'>): LanBridges | null {
  const { run } = host.route;
  if (run === null || host.driverUri.startsWith('test:')) return null;
  const manager = new NetworkManager(run);
  return {
    look: async () => lookAtLan(manager, host.local),
    begin: async (change, seconds, steps) => begin(manager, change, seconds, steps),
    keep: async ({ id }) => {
      await manager.destroyCheckpoint(id).catch((error: unknown) => {
        if (!failedWith(error, 'not-found')) throw error;
        throw new BackendError('invalid-state', 'It was not kept in time: the host has gone back to its connection of before.', {
          cause: error,
        });
      });
    },
    goBack: async ({ id }) => goBack(manager, id),
    commandFor,
  };
}

async function begin(manager: NetworkManager, change: LanChange, seconds: number, steps: LanSteps): Promise<LanTrial> {
  const now = hostConnections(await manager.objects());
  if (now.checkpoints.length > 0) {
    throw new BackendError('busy', 'Another change of this host’s network is being tried out.', {
      remedy: 'Wait until it is kept or has gone back.',
    });
  }
  const plan = change.kind === 'make' ? await planMaking(manager, now, change) : await planRemoval(manager, now, change.bridge);
  steps.signal.throwIfAborted();
  const id = await manager.createCheckpoint(SETTLES_S);
  try {
    steps.report(`Moving the addresses to ${plan.target}`, null);
    await plan.act();
    const addresses = await untilThere(manager, plan, steps);
    await manager.adjustCheckpoint(id, seconds);
    return { id, change, addresses };
  } catch (error) {
    // Where nothing is heard of the host any more, it does this by itself.
    await goBack(manager, id).catch(() => undefined);
    throw error;
  }
}

interface Plan {
  /** The device that has the addresses afterwards. */
  readonly target: string;
  readonly before: Pick<HostDevice, 'addresses' | 'gateway'>;
  /** What the target must have as a port; null: it has none. */
  readonly port: string | null;
  act(): Promise<void>;
}

async function planMaking(
  manager: NetworkManager,
  now: HostConnections,
  { link, bridge, stp }: Extract<LanChange, { kind: 'make' }>,
): Promise<Plan> {
  const device = now.devices.find(({ name, kind }) => name === link && kind !== 'bridge');
  if (device === undefined) throw new BackendError('not-found', `The host has no interface ${link} any more.`);
  if (now.names.has(bridge))
    throw new BackendError('exists', `The host has something called ${bridge} already.`, { remedy: 'Choose another name for the bridge.' });
  const settings = (await settingsOf(manager, [device])).get(device.path) ?? {};
  const obstacle = linkObstacle(device, now, settings);
  if (obstacle !== null) throw new BackendError('unsupported', `${link} cannot be led into a bridge.`, { reason: obstacle.why });
  const uuids = { bridge: randomUUID(), port: randomUUID() };
  const profiles = lanProfiles(settings, { link, mac: device.mac, bridge, stp, uuids });
  return {
    target: bridge,
    before: device,
    port: link,
    act: async () => {
      await manager.addProfile(profiles.bridge);
      await manager.activate(await manager.addProfile(profiles.port), device.path);
    },
  };
}

async function planRemoval(manager: NetworkManager, now: HostConnections, name: string): Promise<Plan> {
  const bridge = now.devices.find((device) => device.name === name && device.kind === 'bridge');
  if (bridge === undefined || bridge.profile === null) throw new BackendError('not-found', `The host has no bridge ${name} any more.`);
  const settings = await settingsOf(manager, now.devices);
  const port = now.devices.find(({ path }) => bridge.ports.includes(path) && madeFor(settings.get(path) ?? {}) !== null);
  if (port === undefined || port.profile === null) {
    throw new BackendError('unsupported', `The bridge ${name} was not made here.`, { remedy: 'Remove it with the program that made it.' });
  }
  const others = bridge.ports.filter((path) => path !== port.path).map((path) => now.nameOf.get(path) ?? path);
  if (others.length > 0) {
    throw new BackendError('in-use', `Others are on the bridge ${name}.`, {
      reason: others.join(', '),
      remedy: 'Shut down the guests that are on it.',
    });
  }
  const { profile: bridgeProfile } = bridge;
  const { profile: portProfile } = port;
  const replaced = madeFor(settings.get(port.path) ?? {});
  const all = await Promise.all(now.profiles.map(async (path) => [path, await manager.settings(path).catch(() => ({}))] as const));
  const old = all.find(([, one]) => uuidOf(one) === replaced)?.[0] ?? null;
  return {
    target: port.name,
    before: bridge,
    port: null,
    act: async () => {
      const next = old ?? (await manager.addProfile(plainProfile(settings.get(bridge.path) ?? {}, port.name, randomUUID())));
      await manager.activate(next, port.path);
      await manager.deleteProfile(portProfile);
      await manager.deleteProfile(bridgeProfile);
    },
  };
}

/** Its addresses, when the target has what the host had before: of which kind and with a way out, since DHCP may give others. */
async function untilThere(
  manager: NetworkManager,
  { target, before, port }: Plan,
  { signal, report }: LanSteps,
): Promise<readonly string[]> {
  const deadline = performance.now() + (SETTLES_S - 5) * 1000;
  const families = [/^[^:]+$/, /:/].filter((family) => before.addresses.some((address) => family.test(address)));
  for (let at: HostDevice | undefined; performance.now() < deadline; await pause(signal)) {
    const now = hostConnections(await manager.objects());
    at = now.devices.find(({ name }) => name === target);
    if (at?.state === FAILED) break;
    report(at === undefined ? `Waiting for ${target}` : `Waiting for addresses on ${target}`, null);
    const there = families.every((family) => at?.addresses.some((address) => family.test(address)) === true);
    const led = before.gateway === null || at?.gateway !== null;
    const joined = port === null || at?.ports.some((path) => now.nameOf.get(path) === port) === true;
    if (at?.state === ACTIVATED && there && led && joined) return at.addresses;
  }
  throw new BackendError('timeout', `${target} got no connection, so the host went back to the one of before.`, {
    remedy: 'Look at the host’s log of NetworkManager, and whether the network lets more than one address in (port security).',
  });
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {
    throw new BackendError('cancelled', 'Cancelled: the host goes back to its connection of before.');
  });
}

async function goBack(manager: NetworkManager, id: string): Promise<void> {
  try {
    const failed = await manager.rollBack(id);
    if (failed.length === 0) return;
    throw new BackendError('invalid-state', 'The host could not set all of its network back.', {
      reason: failed.join(', '),
      remedy: 'Look at it with “nmcli device”.',
    });
  } catch (error) {
    if (faultOf(error).code !== 'not-found') throw error;
  }
}

function commandFor(change: LanChange): string {
  if (change.kind === 'remove') return `nmcli connection delete ${shellWord(change.bridge)}`;
  const { bridge, link, stp } = change;
  const [name, port] = [bridge, `${bridge} port ${link}`].map(shellWord);
  return [
    `nmcli connection add type bridge con-name ${name} ifname ${name} bridge.stp ${stp ? 'yes' : 'no'}`,
    `nmcli connection add type ethernet con-name ${port} ifname ${shellWord(link)} master ${name}`,
    `nmcli connection up ${port}`,
  ].join('\n');
}
