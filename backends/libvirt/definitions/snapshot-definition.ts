import type { DefinedObject } from '#model/definition';
import { BackendError } from '../../errors.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { children, parseXml, textAt, type XmlElement } from '../xml/document.ts';
import { canonicalElement } from './canonical-definition.ts';
import type { OpenObject } from './open-object.ts';

/** libvirt: virDomainSnapshotCreateFlags. */
const Create = { redefine: 1, current: 2, validate: 512 } as const;
/** libvirt: VIR_DOMAIN_SNAPSHOT_XML_SECURE. */
const SECURE = 1;

/** A snapshot's metadata; its disks and memory lie in files that no call here touches. Rejects with 'not-found'. */
export async function openSnapshot(host: LibvirtHost, { guest, name }: Extract<DefinedObject, { kind: 'snapshot' }>): Promise<OpenObject> {
  const dom = await host.domainOf(guest);
  const { snap } = await host.call(remote.domainSnapshotLookupByName, { dom, name, flags: 0 });
  const read = async (flags: number) => (await host.call(remote.domainSnapshotGetXmlDesc, { snap, flags })).xml;
  // Redefined without the flag, the guest would not go on from it any more.
  const isCurrent = async () => (await host.call(remote.domainSnapshotIsCurrent, { snap, flags: 0 })).current === 1;
  return {
    name: snap.name,
    command: ['snapshot-create', dom.name, `${snap.name}.xml`, '--redefine', ...((await isCurrent()) ? ['--current'] : [])],
    fixed: null,
    requireSame: requireHarmless,
    read: () => read(0),
    readWhole: () => read(SECURE),
    define: async (xmlDesc, validate) => {
      const flags = Create.redefine | ((await isCurrent()) ? Create.current : 0) | (validate === 0 ? 0 : Create.validate);
      return host.job(remote.domainSnapshotCreateXml, { dom, xmlDesc, flags });
    },
    isPersistent: async () => true,
  };
}

/**
 * libvirt takes any state, parent and file that it is told with REDEFINE, but for a guest of another shape (virDomainSnapshotRedefineValidate).
 * With another file the snapshot could never be gone back to, and what is in it would be lost; with another name there would be two; and
 * what its <domain> is given, the guest has when it goes back, without anybody having been asked.
 */
function requireHarmless(text: string, base: string): void {
  const [document, was] = [parseXml(text), parseXml(base)];
  if (document.name !== 'domainsnapshot' || textAt(document, 'name') !== textAt(was, 'name'))
    throw refused('This is no definition of the snapshot: its element or <name> is another.');
  if (allButWords(document) !== allButWords(was))
    throw refused('Only the <description> of a snapshot can be changed without losing or changing what is gone back to.');
}

const allButWords = (snapshot: XmlElement): string =>
  JSON.stringify(
    children(snapshot)
      .filter(({ name }) => name !== 'description')
      .map((one) => canonicalElement(one)),
  );

const refused = (message: string): BackendError => new BackendError('invalid-definition', message, { remedy: 'Leave all else as it is.' });
