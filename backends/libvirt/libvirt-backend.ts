import type { HostAbilities } from '#model/host';
import type { Backend, ConnectOptions, HostConnection } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { networksWithoutChanges } from '../networks-without-changes.ts';
import { withoutChanges } from '../without-changes.ts';
import { type Facets, LibvirtConnection } from './connection.ts';
import { createAgentChannels } from './consoles/agent-channel.ts';
import { createGuestCreation } from './creation/creation.ts';
import { createDefinitions } from './definitions/definitions.ts';
import { createGuestDeletion } from './deletion/deletion.ts';
import { createLeftovers } from './deletion/leftovers.ts';
import { traitsOf } from './host/driver-traits.ts';
import { type Ears, watchGuests, watchTheRest } from './host/events.ts';
import { createHardware } from './hardware/hardware.ts';
import { createInventory, findKinds } from './host/inventory.ts';
import { createStartOrder } from './guests/start-order.ts';
import { openHost, type OpenHost } from './host/open-host.ts';
import { createNetworks } from './networks/networks.ts';
import { createInspector } from './inspection/inspection.ts';
import type { Session } from './rpc/session.ts';
import { createStorage } from './storage/storage.ts';
import { toBackendError } from './to-backend-error.ts';
import { createUsb } from './usb/usb.ts';

/** Hosts behind a libvirt daemon, whichever hypervisor it drives. */
export const libvirtBackend: Backend = {
  name: 'libvirt',
  schemes: ['qemu', 'lxc', 'xen', 'vbox', 'test', 'ch', 'bhyve', 'vz', 'vbox'],
  connect,
};

async function connect(uri: string, options: ConnectOptions): Promise<HostConnection> {
  const { signal } = options;
  // Events are registered before anything is read. Until the connection is handed out, nobody has a list that they could change.
  let listener: Ears = deaf;
  const ears: Ears = {
    guest: (dom) => listener.guest(dom),
    stale: (...what) => listener.stale(...what),
    notice: (notice) => listener.notice(notice),
    display: (news) => listener.display(news),
    driverLost: () => listener.driverLost(),
  };
  let guests = false;
  let theRest = async () => {};
  const host = await openHost(uri, options, async (session: Session) => {
    theRest = () => watchTheRest(session, ears);
    guests = await watchGuests(session, ears);
  });
  try {
    const facets = await findFacets(host);
    if (signal.aborted) throw new BackendError('cancelled', 'Connecting was cancelled.', { cause: signal.reason });
    const connection = new LibvirtConnection(host, facets, { guests, theRest });
    listener = connection;
    return connection;
  } catch (error) {
    host.close();
    throw toBackendError(error);
  }
}

const deaf: Ears = {
  guest: () => undefined,
  stale: () => undefined,
  notice: () => undefined,
  display: () => undefined,
  driverLost: () => undefined,
};

async function findFacets(host: OpenHost): Promise<Facets> {
  const kinds = await findKinds(host);
  const change = !host.readOnly;
  const storage = kinds.includes('pools') ? createStorage(host) : null;
  const networks = kinds.includes('networks') ? createNetworks(host) : null;
  const traits = traitsOf(host.facts.hypervisor);
  const creation = traits.createsGuests && change ? createGuestCreation(host, storage, networks) : null;
  const abilities: HostAbilities = {
    change,
    createGuests: creation !== null,
    storage: storage !== null,
    networks: networks !== null,
    graphicalConsole: traits.graphicalConsole && host.route.displays !== 'none',
    // libvirt counts both among the changes: a line can be typed to, and a screenshot wakes a display.
    serialConsole: traits.serialConsole && change,
    screenshots: traits.screenshots && change,
    statistics: traits.statistics,
    managedSave: traits.managedSave && change,
    reset: traits.reset && change,
    inventory: kinds,
    guestInventory: [...traits.guestInventory],
  };
  const inventory = createInventory(host, kinds, traits.guestInventory);
  return {
    abilities,
    storage: storage === null || change ? storage : withoutChanges(storage),
    networks: networks === null || change ? networks : networksWithoutChanges(networks),
    inventory,
    creation,
    deletion: change ? createGuestDeletion(host) : null,
    definitions: createDefinitions(host, { mayChange: change }),
    hardware: createHardware(host, { mayChange: change }),
    inspector: createInspector(host),
    startOrder: createStartOrder(host, { mayChange: change }),
    leftovers: change ? createLeftovers(host) : null,
    agentChannel: traits.plugsDevices && change ? createAgentChannels(host) : null,
    usb: traits.plugsDevices && change && kinds.includes('devices') ? createUsb(host) : null,
  };
}
