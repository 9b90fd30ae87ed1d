import { createHmac, randomBytes } from 'node:crypto';
import type { GuestId } from '#model/guest';
import type { Revision } from '#model/hardware';
import { BackendError } from '../../errors.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { parseXmlInTurns, type XmlElement } from '../xml/document.ts';
import { readSourceInTurns, type XmlSource } from '../xml/source.ts';
import { devicesOf, type HardwareContext } from './hardware-context.ts';
import type { ContextReader } from './read-context.ts';

/** A definition whose hardware is looked at. It may have secrets in it: nothing of it goes to a window as it is. */
export interface OpenDefinition {
  /** The definition that is edited: the next start's; of a guest that exists only while it runs, the running one. */
  readonly source: XmlSource;
  readonly persistent: boolean;
  /** What it runs with; null while it is off. */
  readonly running: XmlElement | null;
  readonly revision: Revision;
  readonly context: HardwareContext;
}

/** A guest whose hardware is looked at: its definitions as they are now. */
export interface OpenGuest extends OpenDefinition {
  readonly host: LibvirtHost;
  readonly dom: Domain;
  readonly text: string;
}

/** Each is a page of forms. A PCI machine of libvirt's has room for 256 buses, and hardly any guest has a hundred devices. */
const DEVICES_MAX = 1000;

/** A definition that is no guest's yet. Throws 'invalid-definition' where it is none. */
export async function openDraft(contexts: ContextReader, text: string): Promise<OpenDefinition> {
  const source = await readSourceInTurns(text);
  if (source.root.name !== 'domain') throw new BackendError('invalid-definition', 'This is no definition of a guest.');
  if (devicesOf(source.root).length > DEVICES_MAX) {
    throw new BackendError('invalid-definition', `No guest has more than ${DEVICES_MAX} devices.`);
  }
  const context = await contexts.read(source.root, null, { strange: true });
  return { source, persistent: true, running: null, revision: revisionOf(OFF, text), context };
}

/**
 * Rejects with 'not-found'; with 'conflict' where it is not `base` any more: another definition, or started, stopped, started anew since. What
 * was agreed to for a guest that is off is another thing for one that runs, and the other way round.
 */
export async function openGuest(host: LibvirtHost, contexts: ContextReader, id: GuestId, base?: Revision): Promise<OpenGuest> {
  const dom = await host.domainOf(id);
  const { persistent } = await host.call(remote.domainIsPersistent, { dom });
  const [runningText, nextText] = await Promise.all([
    dom.id < 0 ? null : host.domainXml(dom, DomainXml.live | DomainXml.secure),
    persistent === 0 ? null : host.domainXml(dom, DomainXml.inactive | DomainXml.secure),
  ]);
  const text = nextText ?? runningText;
  if (text === null) throw new BackendError('not-found', 'The guest is gone: it existed only while it ran.');
  const revision = revisionOf(dom.id, text);
  if (base !== undefined && base !== revision) throw changedSince();
  const source = await readSourceInTurns(text);
  if (devicesOf(source.root).length > DEVICES_MAX) throw tooMany();
  const running = runningText === null ? null : await parseXmlInTurns(runningText);
  const context = await contexts.read(source.root, running);
  return { host, dom, source, text, persistent: persistent !== 0, running, revision, context };
}

const tooMany = (): BackendError =>
  new BackendError('unsupported', `The guest has more than ${DEVICES_MAX} devices, for which there are no forms.`, {
    remedy: 'Change it in its definition.',
  });

// Keyed: it is made of a text with passwords in it, which must not be guessed from it by whoever gets it.
const key = randomBytes(32);
const revisionOf = (run: number, text: string): Revision => createHmac('sha256', key).update(`${run} ${text}`).digest('hex');
/** libvirt's id of a domain that does not run; each start gets another one. */
const OFF = -1;

const changedSince = (): BackendError =>
  new BackendError('conflict', 'The guest was changed since it was shown here. Nothing was done.', {
    reason: 'Somebody else, or another program, has changed its definition, or it was started or stopped in the meantime.',
    remedy: 'Look at it as it is now, and change it again where that is still wanted.',
  });
