import { randomUUID } from 'node:crypto';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { element, parseXml, serialize, textAt } from '../xml/document.ts';
import type { Making } from './making.ts';

// libvirt: virSecretUsageType.
const usageTypes = { volume: 1, ceph: 2, iscsi: 3 } as const;
/** What tells our secrets from others: a person may have made one for the same thing. */
const MARK = 'Made by Guesthouse';

export interface SecretUse {
  readonly type: keyof typeof usageTypes;
  /** A volume's path, or whatever name it is given. */
  readonly id: string;
}

const usageElement = ({ type, id }: SecretUse) =>
  element('usage', { type }, element({ volume: 'volume', ceph: 'name', iscsi: 'target' }[type], {}, id));

/**
 * Makes a secret that the host keeps and tells nobody; resolves to its UUID. Of Ceph `text` is a key as Ceph prints it, in base64, in which
 * libvirt hands the value on (virStorageBackendRBDOpenRADOSConn).
 */
export async function makeSecret(making: Making, use: SecretUse, text: string): Promise<string> {
  const uuid = randomUUID();
  const value = use.type === 'ceph' ? Buffer.from(text, 'base64') : Buffer.from(text);
  const document = element(
    'secret',
    { ephemeral: 'no', private: 'yes' },
    element('uuid', {}, uuid),
    element('description', {}, `${MARK} for ${use.id}`),
    usageElement(use),
  );
  const xml = serialize(document);
  await making.make({
    what: `the secret for ${use.id}`,
    product: { kind: 'secret', id: uuid, name: use.id },
    async make(host) {
      const { secret } = await host.job(remote.secretDefineXml, { xml, flags: 0 });
      await host.job(remote.secretSetValue, { secret, value, flags: 0 }).catch(async (error: unknown) => {
        if (!failedWith(error, 'outcome-unknown')) await removeSecret(host, uuid);
        throw error;
      });
      return true;
    },
    // Half of it may have been done: its value can be set again, and its UUID is ours.
    async find(host) {
      const secret = await findSecret(host, uuid);
      if (secret === null) return null;
      await host.job(remote.secretSetValue, { secret, value, flags: 0 });
      return true;
    },
    remove: (host) => removeSecret(host, uuid),
  });
  return uuid;
}

/** May be repeated. */
export async function removeSecret(host: LibvirtHost, uuid: string): Promise<void> {
  const secret = await findSecret(host, uuid);
  if (secret !== null) await host.job(remote.secretUndefine, { secret });
}

/** The secret for this, where it is one of ours; null also where the host keeps none at all. */
export async function findOwnSecret(host: LibvirtHost, { type, id }: SecretUse): Promise<string | null> {
  try {
    const { secret } = await host.call(remote.secretLookupByUsage, { usageType: usageTypes[type], usageId: id });
    const { xml } = await host.call(remote.secretGetXmlDesc, { secret, flags: 0 });
    return textAt(parseXml(xml), 'description')?.startsWith(MARK) === true ? secret.uuid : null;
  } catch (error) {
    if (failedWith(error, 'not-found', 'unsupported')) return null;
    throw error;
  }
}

async function findSecret(host: LibvirtHost, uuid: string) {
  try {
    return (await host.call(remote.secretLookupByUuid, { uuid })).secret;
  } catch (error) {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  }
}
