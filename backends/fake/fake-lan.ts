import type { LanBridge, LanChange, LanLink } from '#model/lan-bridge';
import { lanChangeTitle } from '#model/lan-bridge';
import type { LanBridges } from '../lan-bridges.ts';
import { BackendError } from '../errors.ts';
import type { FakeHost } from './fake-host.ts';

interface Lan {
  made: readonly { readonly bridge: string; readonly link: string }[];
  /** What is tried out: what was before, and what takes it back. */
  trial: { readonly id: string; readonly before: Lan['made']; readonly timer: ReturnType<typeof setTimeout> } | null;
}

const WIRED = 'enp65s0f0';
const ADDRESSES = ['192.168.1.30/24', '2001:db8:77::30/64'];
const lans = new WeakMap<FakeHost, Lan>();

/** A computer with a wired card that can be bridged, and others that cannot. */
export function fakeLan(host: FakeHost, reach: () => Promise<void>): LanBridges {
  const lan = lans.get(host) ?? { made: [], trial: null };
  lans.set(host, lan);
  const back = () => {
    if (lan.trial === null) return;
    clearTimeout(lan.trial.timer);
    lan.made = lan.trial.before;
    lan.trial = null;
    host.stale('networks');
  };
  return {
    look: async () => {
      await reach();
      return {
        kind: 'ready',
        version: '1.42.4',
        asks: false,
        links: linksOf(lan),
        bridges: bridgesOf(lan),
        freeName: lan.made.length === 0 ? 'br1' : `br${lan.made.length + 1}`,
      };
    },
    begin: async (change, seconds, { report, signal }) => {
      await reach();
      refuse(lan, change);
      report(`Moving the addresses to ${change.kind === 'make' ? change.bridge : WIRED}`, null);
      signal.throwIfAborted();
      const before = lan.made;
      lan.made =
        change.kind === 'make'
          ? [...before, { bridge: change.bridge, link: change.link }]
          : before.filter(({ bridge }) => bridge !== change.bridge);
      const id = crypto.randomUUID();
      lan.trial = { id, before, timer: setTimeout(back, seconds * 1000) };
      host.stale('networks');
      return { id, change, addresses: ADDRESSES };
    },
    keep: async ({ id }) => {
      await reach();
      if (lan.trial?.id !== id)
        throw new BackendError('invalid-state', 'It was not kept in time: the host has gone back to its connection of before.');
      clearTimeout(lan.trial.timer);
      lan.trial = null;
    },
    goBack: async () => {
      await reach();
      back();
    },
    commandFor: (change) => `fake ${lanChangeTitle(change)}`,
  };
}

function refuse(lan: Lan, change: LanChange): void {
  if (lan.trial !== null) throw new BackendError('busy', 'Another change of this host’s network is being tried out.');
  if (change.kind === 'remove') {
    if (lan.made.every(({ bridge }) => bridge !== change.bridge))
      throw new BackendError('unsupported', `The bridge ${change.bridge} was not made here.`);
    return;
  }
  const link = linksOf(lan).find(({ name }) => name === change.link);
  if (link === undefined) throw new BackendError('not-found', `The host has no interface ${change.link} any more.`);
  if (link.obstacle !== null)
    throw new BackendError('unsupported', `${change.link} cannot be led into a bridge.`, { reason: link.obstacle.why });
  if (bridgesOf(lan).some(({ name }) => name === change.bridge))
    throw new BackendError('exists', `The host has something called ${change.bridge} already.`);
}

function linksOf(lan: Lan): LanLink[] {
  const master = lan.made.find(({ link }) => link === WIRED);
  const inBridge = (bridge: string) => ({
    why: `It is part of the bridge ${bridge} already. Choose “bridge ${bridge}” in a guest’s network card.`,
    ways: [],
  });
  return [
    { name: 'enp1s0', kind: 'ethernet', profile: 'Office', addresses: [], isWayOut: false, obstacle: inBridge('br0') },
    {
      name: WIRED,
      kind: 'ethernet',
      profile: 'Wired connection 1',
      addresses: master === undefined ? ADDRESSES : [],
      isWayOut: master === undefined,
      obstacle: master === undefined ? null : inBridge(master.bridge),
    },
    {
      name: 'wlp2s0',
      kind: 'wifi',
      profile: 'Café',
      addresses: ['10.20.0.7/16'],
      isWayOut: false,
      obstacle: {
        why: 'Wi-Fi cannot be bridged: an access point listens only to the address that has logged in, so guests with addresses of their own would not be heard. macvtap fails there for the same reason.',
        ways: ['nat', 'routed'],
      },
    },
  ];
}

function bridgesOf(lan: Lan): LanBridge[] {
  const ours = lan.made.map(({ bridge, link }) => ({ name: bridge, ports: [link], addresses: ADDRESSES, madeFor: link }));
  return [{ name: 'br0', ports: ['enp1s0'], addresses: ['192.168.1.20/24'], madeFor: null }, ...ours];
}
