import { homedir } from 'node:os';
import { join } from 'node:path';
import type { PoolProposal } from '#model/storage';
import type { LibvirtHost } from './libvirt-host.ts';
import type { Pool } from './protocol/objects.ts';
import { remote } from './protocol/remote.ts';
import { element, parseXml, serialize, textAt } from './xml/document.ts';

const NAME = 'default';

/** Where libvirt and its tools keep images: the daemon's own folder, which SELinux labels for guests, or the user's. */
export function usualFolder(driverUri: string, env: NodeJS.ProcessEnv = process.env): string {
  if (!driverUri.endsWith('/session')) return '/var/lib/libvirt/images';
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'libvirt/images');
}

export async function proposeDefaultPool(host: LibvirtHost): Promise<PoolProposal | null> {
  const pool = await findDefaultPool(host);
  if (pool === null) return { kind: 'make', name: NAME, path: usualFolder(host.driverUri) };
  const { active } = await host.call(remote.storagePoolIsActive, { pool });
  if (active !== 0) return null;
  const { xml } = await host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 });
  return { kind: 'start', name: NAME, path: textAt(parseXml(xml), 'target', 'path') ?? '' };
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
