import type { DefinedObject } from '#model/definition';
import { BackendError } from '../../errors.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import type { OpenObject } from './open-object.ts';

/** A volume's document tells what its pool found: libvirt has a call to make a volume of one (virStorageVolCreateXML), and none to change it. */
const fixed =
  'libvirt has no way to change a volume by its XML: it tells what the pool found there. Its size can be changed by Resize, its name and format by a copy with another one.';

/** Rejects with 'not-found'. */
export async function openVolume(
  host: LibvirtHost,
  { pool: poolName, name }: Extract<DefinedObject, { kind: 'volume' }>,
): Promise<OpenObject> {
  const { pool } = await host.call(remote.storagePoolLookupByName, { name: poolName });
  const { vol } = await host.call(remote.storageVolLookupByName, { pool, name });
  const refuse = (): never => {
    throw new BackendError('unsupported', 'A volume cannot be defined again.', { reason: fixed });
  };
  return {
    name: vol.name,
    command: ['vol-dumpxml', '--pool', poolName, vol.name],
    fixed,
    requireSame: refuse,
    read: async () => (await host.call(remote.storageVolGetXmlDesc, { vol, flags: 0 })).xml,
    define: async () => refuse(),
    isPersistent: async () => true,
  };
}
