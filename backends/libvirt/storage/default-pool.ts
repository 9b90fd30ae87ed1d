import { homedir } from 'node:os';
import { join } from 'node:path';
import type { PoolProposal } from '#model/storage';
import { BackendError } from '../../errors.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Pool } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { element, parseXml, serialize, textAt } from '../xml/document.ts';

const NAME = 'default';
/** Where the system's libvirt keeps images. */
export const SYSTEM_FOLDER = '/var/lib/libvirt/images';

/** Of this computer and whoever uses it; tests have their own. */
interface Person {
  readonly uid: number;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
const me = (): Person => ({ uid: process.getuid?.() ?? 0, home: homedir(), environment: process.env });

/**
 * Where libvirt and its tools keep images: the daemon's own folder, which SELinux labels for guests, or the user's. Null for a user of another
 * host, whose home nothing in libvirt tells. Root's session is the system's.
 */
export function usualFolder({ driverUri, local }: Pick<LibvirtHost, 'driverUri' | 'local'>, { uid, home, environment }: Person = me()) {
  if (!driverUri.endsWith('/session')) return SYSTEM_FOLDER;
  if (!local) return null;
  if (uid === 0) return SYSTEM_FOLDER;
  return join(environment['XDG_DATA_HOME'] || join(home, '.local/share'), 'libvirt/images');
}

export async function proposeDefaultPool(host: LibvirtHost): Promise<PoolProposal | null> {
  const pool = await findDefaultPool(host);
  if (pool === null) return { kind: 'make', name: NAME, path: usualFolder(host) ?? unknownFolder(host) };
  const { active } = await host.call(remote.storagePoolIsActive, { pool });
  if (active !== 0) return null;
  const { xml } = await host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 });
  return { kind: 'start', name: NAME, path: textAt(parseXml(xml), 'target', 'path') ?? '' };
}

function unknownFolder({ facts, driverUri }: LibvirtHost): never {
  throw new BackendError('unsupported', `Your own libvirt on “${facts.hostname}” has no storage pool yet.`, {
    reason: 'Guesthouse cannot see where your home folder is on that host.',
    remedy:
      'Make one, as yourself on the host: ' +
      `virsh -c ${driverUri} "pool-define-as default dir --target $HOME/.local/share/libvirt/images; pool-build default; pool-start default; pool-autostart default"`,
  });
}

export async function provideDefaultPool(host: LibvirtHost): Promise<void> {
  const proposal = await proposeDefaultPool(host);
  if (proposal === null) return;
  if (proposal.kind === 'make') return makePool(host, proposal);
  const pool = await findDefaultPool(host);
  if (pool !== null) await host.job(remote.storagePoolCreate, { pool, flags: 0 });
}

async function makePool(host: LibvirtHost, { name, path }: PoolProposal): Promise<void> {
  const document = element('pool', { type: 'dir' }, element('name', {}, name), element('target', {}, element('path', {}, path)));
  const { pool } = await host.job(remote.storagePoolDefineXml, { xml: serialize(document), flags: 0 });
  try {
    // Makes the folder where it is missing; one that is there stays as it is.
    await host.job(remote.storagePoolBuild, { pool, flags: 0 });
    await host.job(remote.storagePoolCreate, { pool, flags: 0 });
    await host.job(remote.storagePoolSetAutostart, { pool, autostart: 1 });
  } catch (error) {
    await host.job(remote.storagePoolDestroy, { pool }).catch(notStarted);
    await host.job(remote.storagePoolUndefine, { pool });
    throw error;
  }
}

/** It had not come to that. */
const notStarted = () => undefined;

async function findDefaultPool(host: LibvirtHost): Promise<Pool | null> {
  const { pools } = await host.call(remote.connectListAllStoragePools, { needResults: 1, flags: 0 });
  return pools.find(({ name }) => name === NAME) ?? null;
}
