import type { GuestId } from '#model/guest';
import type { GuestObjectKind, HostObject, ObjectKind } from '#model/inventory';
import type { Inventory } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { listHostDevices } from '../devices/host-devices.ts';
import { describeEach, type Details } from './describe-each.ts';
import { failedWith } from '../failed-with.ts';
import { listCheckpoints, listSnapshots } from '../guests/guest-inventory.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { describeDevice, describeNetwork, describePool, secretUses } from './object-details.ts';
import { remote } from '../protocol/remote.ts';

/** What the lists tell without asking for each object: one call for each mark, however many objects there are. */
interface Kind<Handle> {
  list(host: LibvirtHost, flags: number): Promise<readonly Handle[]>;
  /** Asks only whether there are any. */
  count(host: LibvirtHost): Promise<unknown>;
  identify(handle: Handle): Pick<HostObject, 'id' | 'name'>;
  /** libvirt: the flags by which virConnectListAll… filters. A mark without one is a mark that the kind does not have. */
  readonly flags: { readonly active?: number; readonly persistent?: number; readonly autostart?: number };
  describe(host: LibvirtHost, handle: Handle): Details | Promise<Details>;
  /** `describe` asks the host. */
  readonly asks: boolean;
}

const all = { needResults: 1 } as const;
const count = { needResults: 0, flags: 0 } as const;
const byUuid = ({ uuid, name }: { readonly uuid: string; readonly name: string }) => ({ id: uuid, name });
const kind = <Handle>(of: Kind<Handle>) => ({ list: (host: LibvirtHost) => listObjects(host, of), count: of.count });

const kinds: Readonly<Record<ObjectKind, ReturnType<typeof kind>>> = {
  pools: kind({
    list: async (host, flags) => (await host.call(remote.connectListAllStoragePools, { ...all, flags })).pools,
    count: (host) => host.call(remote.connectListAllStoragePools, count),
    identify: byUuid,
    flags: { active: 2, persistent: 4, autostart: 16 },
    describe: describePool,
    asks: true,
  }),
  networks: kind({
    list: async (host, flags) => (await host.call(remote.connectListAllNetworks, { ...all, flags })).nets,
    count: (host) => host.call(remote.connectListAllNetworks, count),
    identify: byUuid,
    flags: { active: 2, persistent: 4, autostart: 16 },
    describe: describeNetwork,
    asks: true,
  }),
  interfaces: kind({
    list: async (host, flags) => (await host.call(remote.connectListAllInterfaces, { ...all, flags })).ifaces,
    count: (host) => host.call(remote.connectListAllInterfaces, count),
    identify: ({ name }) => ({ id: name, name }),
    flags: { active: 2 },
    describe: (_, { mac }) => ({ parent: null, detail: mac }),
    asks: false,
  }),
  devices: kind({
    list: async (host, flags) => (await host.call(remote.connectListAllNodeDevices, { ...all, flags })).devices,
    count: (host) => host.call(remote.connectListAllNodeDevices, count),
    identify: ({ name }) => ({ id: name, name }),
    // Both since libvirt 7.3.
    flags: { active: 2 ** 31, persistent: 2 ** 28 },
    describe: describeDevice,
    asks: true,
  }),
  secrets: kind({
    list: async (host, flags) => (await host.call(remote.connectListAllSecrets, { ...all, flags })).secrets,
    count: (host) => host.call(remote.connectListAllSecrets, count),
    identify: ({ uuid, usageId }) => ({ id: uuid, name: usageId === '' ? uuid : usageId }),
    flags: { persistent: 2 },
    describe: (_, { usageType }) => ({ parent: null, detail: secretUses[usageType] ?? '' }),
    asks: false,
  }),
  filters: kind({
    list: async (host, flags) => (await host.call(remote.connectListAllNwfilters, { ...all, flags })).filters,
    count: (host) => host.call(remote.connectListAllNwfilters, count),
    identify: byUuid,
    flags: {},
    describe: () => ({ parent: null, detail: '' }),
    asks: false,
  }),
};

const guestKinds: Readonly<Record<GuestObjectKind, typeof listSnapshots>> = { snapshots: listSnapshots, checkpoints: listCheckpoints };

/** The kinds that the host answers for; a modular host may be without the daemon of one. */
export async function findKinds(host: LibvirtHost): Promise<ObjectKind[]> {
  const found = await Promise.all(
    Object.entries(kinds).map(async ([name, { count: ask }]) => {
      try {
        await ask(host);
        return name;
      } catch (error) {
        if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
        return null;
      }
    }),
  );
  const names = new Set(found);
  return objectKinds.filter((name) => names.has(name));
}
const objectKinds = ['pools', 'networks', 'interfaces', 'devices', 'secrets', 'filters'] as const;

export function createInventory(host: LibvirtHost, hostKinds: readonly ObjectKind[], ofGuests: readonly GuestObjectKind[]): Inventory {
  return {
    async list(name) {
      if (!hostKinds.includes(name)) throw missing();
      return kinds[name].list(host);
    },
    async hardware() {
      if (!hostKinds.includes('devices')) throw missing();
      return listHostDevices(host);
    },
    async ofGuest(id: GuestId, name) {
      const dom = await host.domainOf(id);
      if (!ofGuests.includes(name)) throw missing();
      return guestKinds[name](host, dom);
    },
  };
}

const missing = () => new BackendError('unsupported', 'This host has nothing of that kind.');

async function listObjects<Handle>(host: LibvirtHost, of: Kind<Handle>): Promise<HostObject[]> {
  const [handles, active, persistent, autostart] = await Promise.all([
    of.list(host, 0),
    idsWith(host, of, of.flags.active),
    idsWith(host, of, of.flags.persistent),
    idsWith(host, of, of.flags.autostart),
  ]);
  const mark = (ids: ReadonlySet<string> | null, id: string) => ids?.has(id) ?? null;
  const describe = async (handle: Handle) => of.describe(host, handle);
  const details = of.asks ? await describeEach(handles, describe) : await Promise.all(handles.map(describe));
  return handles.flatMap((handle, index) => {
    const { id, name } = of.identify(handle);
    const described = details[index];
    // Gone between the list and the question.
    if (described === null) return [];
    const marks = { active: mark(active, id), persistent: mark(persistent, id), autostart: mark(autostart, id) };
    return [{ id, name, ...marks, ...(described ?? { parent: null, detail: '' }) }];
  });
}

/** Null where the kind has no such mark, or the driver does not filter by it. */
async function idsWith<Handle>(host: LibvirtHost, of: Kind<Handle>, flag: number | undefined): Promise<ReadonlySet<string> | null> {
  if (flag === undefined) return null;
  try {
    return new Set((await of.list(host, flag)).map((handle) => of.identify(handle).id));
  } catch (error) {
    if (failedWith(error, 'unsupported', 'bad-input')) return null;
    throw error;
  }
}
