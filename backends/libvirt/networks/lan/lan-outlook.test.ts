import { expect, test } from 'vitest';
import { createLanBridges } from './lan-bridges.ts';
import type { RunProgram } from '../../transport/run-program.ts';

// As NetworkManager's D-Bus reference describes its objects; what busctl --json=short writes of them is as it did on a real one.
const root = '/org/freedesktop/NetworkManager';
const nm = 'org.freedesktop.NetworkManager';
const allowed = Object.fromEntries(
  ['network-control', 'settings.modify.system', 'checkpoint-rollback'].map((right) => [`${nm}.${right}`, 'yes']),
);

interface Device {
  readonly name: string;
  readonly type: number;
  readonly state?: number;
  readonly ports?: readonly number[];
  readonly flags?: number;
  readonly settings?: object;
}

interface Peer {
  readonly owned?: readonly string[];
  readonly permissions?: object;
  readonly devices?: readonly Device[];
}

const variants = (properties: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(properties).map(([key, data]) => [key, { type: 'v', data }]));

/** A host whose busctl answers so. */
function host({ owned = [nm], permissions = allowed, devices = [] }: Peer, local = true) {
  const objects = Object.assign(
    { [root]: { [nm]: variants({ Version: '1.42.4', Checkpoints: [] }) } },
    ...devices.map(({ name, type, state = 100, ports = [], flags = 0 }, at) => ({
      [`${root}/Devices/${at}`]: {
        [`${nm}.Device`]: variants({
          Interface: name,
          DeviceType: type,
          State: state,
          HwAddress: '52:54:00:00:00:01',
          ActiveConnection: `${root}/ActiveConnection/${at}`,
          Ports: ports.map((port) => `${root}/Devices/${port}`),
        }),
      },
      [`${root}/ActiveConnection/${at}`]: {
        [`${nm}.Connection.Active`]: variants({ Connection: `${root}/Settings/${at}`, Id: `profile ${at}`, StateFlags: flags }),
      },
    })),
  );
  const answer = (member: string, path: string, last: string): unknown => {
    if (member === 'NameHasOwner') return owned.includes(last);
    if (member === 'GetPermissions') return permissions;
    if (member === 'GetManagedObjects') return objects;
    return devices[Number(path.split('/').at(-1))]?.settings ?? {};
  };
  const run: RunProgram = async (words) => {
    const [, , , , , , path = '', , member = ''] = words;
    return { code: 0, stdout: JSON.stringify({ type: 'x', data: [answer(member, path, words.at(-1) ?? '')] }), stderr: '' };
  };
  return bridgesBy(run, local);
}

function bridgesBy(run: RunProgram, local = true) {
  const never = () => Promise.reject(new Error('not asked'));
  const road = { privacy: 'local' as const, host: null, displays: 'none' as const, dial: never, tunnel: never, displayCredentials: never };
  const made = createLanBridges({ route: { ...road, local, run, close: () => {} }, local, driverUri: 'qemu:///system' });
  if (made === null) throw new Error('no bridges');
  return made;
}

test('says of each kind of interface whether it can be bridged, and what else there is', async () => {
  const replaces = { user: { data: { type: 'a{ss}', data: { 'org.guesthouse.replaces': 'old' } } } };
  const devices: Device[] = [
    { name: 'eth0', type: 1 },
    { name: 'wlan0', type: 2 },
    { name: 'eth0.5', type: 11 },
    { name: 'bond0', type: 10, ports: [4] },
    { name: 'eth1', type: 1 },
    { name: 'br0', type: 13, ports: [6] },
    { name: 'eth2', type: 1, settings: replaces },
    { name: 'eth3', type: 1, state: 10 },
    { name: 'eth4', type: 1, flags: 0x80 },
    { name: 'eth5', type: 1, settings: { '802-1x': {} } },
    { name: 'veth1', type: 20, state: 10 },
    { name: 'tun0', type: 16 },
  ];
  const outlook = await host({ devices }).look();
  if (outlook.kind !== 'ready') throw new Error('not ready');
  expect(Object.fromEntries(outlook.links.map(({ name, obstacle }) => [name, obstacle?.ways ?? 'able']))).toEqual({
    eth0: 'able',
    wlan0: ['nat', 'routed'],
    'eth0.5': ['macvtap', 'by-hand'],
    bond0: ['macvtap', 'by-hand'],
    eth1: ['macvtap'],
    eth2: [],
    eth3: ['macvtap', 'by-hand'],
    eth4: ['macvtap', 'by-hand'],
    eth5: ['macvtap', 'by-hand'],
  });
  expect(outlook.bridges).toEqual([{ name: 'br0', ports: ['eth2'], addresses: [], madeFor: 'eth2' }]);
  expect([outlook.freeName, outlook.asks]).toEqual(['br1', false]);
});

test('without NetworkManager, or the right to change it, other ways are told', async () => {
  const ways = ['by-hand', 'macvtap', 'routed', 'nat'];
  const networkd = await host({ owned: ['org.freedesktop.network1'] }).look();
  expect(networkd).toMatchObject({ kind: 'unable', obstacle: { why: expect.stringContaining('systemd-networkd'), ways } });
  expect(await host({ owned: [] }).look()).toMatchObject({
    kind: 'unable',
    obstacle: { why: expect.stringContaining('No NetworkManager') },
  });
  expect(await host({ permissions: {} }).look()).toMatchObject({ kind: 'unable', obstacle: { ways } });
  const asked = Object.fromEntries(Object.keys(allowed).map((right) => [right, 'auth']));
  expect(await host({ permissions: asked }).look()).toMatchObject({ kind: 'ready', asks: true });
  // On a host elsewhere nobody sits who could be asked.
  expect(await host({ permissions: asked }, false).look()).toMatchObject({ kind: 'unable' });
});

test.each([
  [127, 'env: ‘busctl’: No such file or directory', 'unsupported'],
  [1, 'Failed to connect to bus: No such file or directory', 'unsupported'],
  [1, 'Call failed: Not authorized to control networking.', 'permission'],
  [1, 'Call failed: Something else', 'invalid-state'],
])('an exit with %i and “%s” is told as %s', async (code, stderr, fault) => {
  await expect(bridgesBy(async () => ({ code, stdout: '', stderr })).look()).rejects.toMatchObject({ code: fault });
});

test('where only the daemon is reached, there is nothing to look at', () => {
  const never = () => Promise.reject(new Error('not asked'));
  const road = {
    privacy: 'encrypted' as const,
    host: 'far',
    displays: 'none' as const,
    dial: never,
    tunnel: never,
    displayCredentials: never,
  };
  expect(
    createLanBridges({ route: { ...road, local: false, run: null, close: () => {} }, local: false, driverUri: 'qemu:///system' }),
  ).toBeNull();
});
