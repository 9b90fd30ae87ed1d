import type { DefinedObject, DefinitionOutcome } from '#model/definition';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { parseXml, textAt } from '../xml/document.ts';
import { hasTaken } from './definition-facts.ts';
import type { OpenObject } from './open-object.ts';
import { openSnapshot } from './snapshot-definition.ts';
import { openVolume } from './volume-definition.ts';
import { knowsNoFlags, sameDefinition } from './redefine.ts';

/** libvirt: VIR_NETWORK_DEFINE_VALIDATE, VIR_STORAGE_POOL_DEFINE_VALIDATE. */
const VALIDATE = 1;
/** libvirt: VIR_NETWORK_XML_INACTIVE, VIR_STORAGE_XML_INACTIVE. */
const INACTIVE = 1;

/** Rejects with 'not-found'. */
export async function openObject(host: LibvirtHost, object: DefinedObject): Promise<OpenObject> {
  if (object.kind === 'pool') {
    const { pool } = await host.call(remote.storagePoolLookupByName, { name: object.name });
    return {
      name: pool.name,
      command: ['pool-define', '--validate', `${pool.name}.xml`],
      fixed: null,
      requireSame: (text) => requireSame('pool', pool, text),
      read: () => nextStart(async (flags) => (await host.call(remote.storagePoolGetXmlDesc, { pool, flags })).xml),
      define: (xml, flags) => host.job(remote.storagePoolDefineXml, { xml, flags }),
      isPersistent: async () => (await host.call(remote.storagePoolIsPersistent, { pool })).persistent === 1,
    };
  }
  if (object.kind === 'volume') return openVolume(host, object);
  if (object.kind === 'snapshot') return openSnapshot(host, object);
  const { net } = await host.call(remote.networkLookupByUuid, { uuid: object.id });
  return {
    name: net.name,
    command: ['net-define', '--validate', `${net.name}.xml`],
    fixed: null,
    requireSame: (text) => requireSame('network', net, text),
    read: () => nextStart(async (flags) => (await host.call(remote.networkGetXmlDesc, { net, flags })).xml),
    // The call without flags is the older one.
    define: (xml, flags) =>
      flags === 0 ? host.job(remote.networkDefineXml, { xml }) : host.job(remote.networkDefineXmlFlags, { xml, flags }),
    isPersistent: async () => (await host.call(remote.networkIsPersistent, { net })).persistent === 1,
  };
}

/** A driver that has one definition for now and later knows no flag for the other (libvirt's test driver). */
async function nextStart(read: (flags: number) => Promise<string>): Promise<string> {
  try {
    return await read(INACTIVE);
  } catch (error) {
    if (!failedWith(error, 'bad-input')) throw error;
    return read(0);
  }
}

/** As `redefine` does with a guest's; the answer to a definition that was lost is found in what is there. */
export async function redefineObject(
  object: OpenObject,
  base: string,
  text: string,
  validate: boolean,
): Promise<{ readonly outcome: DefinitionOutcome['outcome']; readonly now: string }> {
  if (!(await object.isPersistent())) {
    throw new BackendError('invalid-state', `“${object.name}” exists only while it is active, and nothing is kept for its next start.`, {
      remedy: 'Define it on its host first.',
    });
  }
  try {
    await object.define(text, validate ? VALIDATE : 0).catch((error: unknown) => {
      if (!validate || !(knowsNoFlags(error) || failedWith(error, 'unsupported'))) throw error;
      return object.define(text, 0);
    });
  } catch (error) {
    if (!failedWith(error, 'outcome-unknown')) throw error;
    const found = await object.read().catch(() => base);
    if (sameDefinition(found, base) || !hasTaken(base, text, found)) throw error;
  }
  const now = await object.read();
  return { outcome: hasTaken(base, text, now) ? 'defined' : 'ignored', now };
}

function requireSame(root: 'network' | 'pool', { name, uuid }: { readonly name: string; readonly uuid: string }, text: string): void {
  const document = parseXml(text);
  const same = document.name === root && textAt(document, 'name') === name && textAt(document, 'uuid')?.toLowerCase() === uuid;
  if (same) return;
  throw new BackendError('invalid-definition', `This is no definition of “${name}”: its element, <name> or <uuid> is another.`, {
    remedy: 'Leave the name and the uuid as they are.',
  });
}
