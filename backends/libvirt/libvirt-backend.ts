import type { HostAbilities } from '#model/host';
import type { Backend, ConnectOptions, HostConnection } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { type Facets, LibvirtConnection } from './connection.ts';
import { createGuestCreation } from './creation.ts';
import { createGuestDeletion } from './deletion.ts';
import { traitsOf } from './driver-traits.ts';
import { watchDomains } from './events.ts';
import { failedWith } from './failed-with.ts';
import { createNetworks } from './networks.ts';
import { openHost, type OpenHost } from './open-host.ts';
import type { Domain } from './protocol/objects.ts';
import { remote } from './protocol/remote.ts';
import { createStorage } from './storage.ts';
import { toBackendError } from './to-backend-error.ts';

/** Hosts behind a libvirt daemon, whichever hypervisor it drives. */
export const libvirtBackend: Backend = {
  name: 'libvirt',
  schemes: ['qemu', 'lxc', 'xen', 'test', 'ch', 'bhyve', 'vz'],
  connect,
};

async function connect(uri: string, options: ConnectOptions): Promise<HostConnection> {
  const { signal } = options;
  // Events are registered before anything is read. Until the connection is handed out, nobody has a list that they could change.
  let hear: (dom: Domain) => void = () => undefined;
  const host = await openHost(uri, options, (session) => watchDomains(session, (dom) => hear(dom)));
  try {
    const facets = await findFacets(host);
    if (signal.aborted) throw new BackendError('cancelled', 'Connecting was cancelled.', { cause: signal.reason });
    const connection = new LibvirtConnection(host, facets);
    hear = (dom) => connection.heard(dom);
    return connection;
  } catch (error) {
    host.close();
    throw toBackendError(error);
  }
}

async function findFacets(host: OpenHost): Promise<Facets> {
  const count = { needResults: 0, flags: 0 };
  const [hasStorage, hasNetworks] = await Promise.all([
    answers(host.call(remote.connectListAllStoragePools, count)),
    answers(host.call(remote.connectListAllNetworks, count)),
  ]);
  const storage = hasStorage ? createStorage(host) : null;
  const networks = hasNetworks ? createNetworks(host) : null;
  const traits = traitsOf(host.facts.hypervisor);
  const creation = traits.createsGuests ? createGuestCreation(host, storage, networks) : null;
  const abilities: HostAbilities = {
    createGuests: creation !== null,
    storage: hasStorage,
    networks: hasNetworks,
    graphicalConsole: traits.graphicalConsole,
    serialConsole: traits.serialConsole,
    statistics: traits.statistics,
    managedSave: traits.managedSave,
  };
  return { abilities, storage, networks, creation, deletion: createGuestDeletion(host) };
}

/** Whether the host has this kind of thing at all; a modular host may be without its daemon. */
async function answers(question: Promise<unknown>): Promise<boolean> {
  try {
    await question;
    return true;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return false;
  }
}
