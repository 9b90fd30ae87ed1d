import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { parseXml, readAhead, textAt } from '../xml/document.ts';
import { canonicalDefinition } from './canonical-definition.ts';
import { hasTaken } from './definition-facts.ts';

/** libvirt: virDomainDefineFlags. */
const VALIDATE = 1;
/** Inactive, with secrets: nothing else can be defined again without losing something. */
const WHOLE = DomainXml.inactive | DomainXml.secure;

interface RedefineOptions {
  /** Without the schema's word, as `virsh define` is without --validate: for what libvirt takes and its schema does not know. */
  readonly validate?: boolean;
  readonly signal?: AbortSignal;
}

export interface Redefined {
  /** The definition that is there now: inactive, with secrets. */
  readonly text: string;
  /**
   * `ignored`: the host took it, and nothing of the change is in what it made of it. `overtook`: somebody else's came between the last look and
   * this one, and is gone; no reader of definitions has seen it.
   */
  readonly outcome: 'defined' | 'ignored' | 'overtook';
}

/** The definition of the guest's next start as it is now, whole. Whoever changes one begins with this, and gives it to `redefine`. */
export function readWhole(host: LibvirtHost, dom: Domain): Promise<string> {
  return host.domainXml(dom, WHOLE);
}

/**
 * Defines `text` for the guest's next start, if its definition is still `base`: what `readWhole` gave when the change was begun. Whoever
 * changes a definition comes through here, since libvirt has no way to compare and define in one step. Rejects with 'conflict' where it has
 * been changed meanwhile, and then nothing was sent; also where somebody defined another right after. 'invalid-definition' for what is none
 * of this guest, or not to be defined; 'invalid-state' for a guest without one; 'outcome-unknown' only where nothing tells.
 */
export async function redefine(
  host: LibvirtHost,
  dom: Domain,
  base: string,
  text: string,
  { validate = true, signal }: RedefineOptions = {},
): Promise<Redefined> {
  await readAhead(text);
  requireSameGuest(dom, text);
  const heard = host.timesDefined(dom.uuid);
  const { persistent } = await host.call(remote.domainIsPersistent, { dom });
  if (persistent === 0) throw notKept(dom);
  if (!(await isStill(host, dom, base))) throw changedElsewhere(dom);
  if (signal?.aborted === true) throw new BackendError('cancelled', 'It was cancelled before anything was done.');
  await define(host, dom, base, text, validate);
  return outcomeOf(host, dom, base, text, heard);
}

async function isStill(host: LibvirtHost, dom: Domain, base: string): Promise<boolean> {
  const text = await readWhole(host, dom);
  if (text === base) return true;
  await readAhead(text, base);
  return sameDefinition(text, base);
}

export const sameDefinition = (a: string, b: string): boolean => a === b || canonicalDefinition(a) === canonicalDefinition(b);

/** By the uuid, and under the same name: with another uuid libvirt defines another guest, and with another name it refuses in its own words. */
function requireSameGuest(dom: Domain, text: string): void {
  const document = parseXml(text);
  if (document.name !== 'domain') throw foreign('This is no definition of a guest: it begins with another element than <domain>.');
  if (textAt(document, 'uuid')?.toLowerCase() !== dom.uuid) throw foreign('The definition has another <uuid> than the guest, or none.');
  if (textAt(document, 'name') !== dom.name) throw foreign('The definition has another <name> than the guest.');
}

const foreign = (message: string): BackendError =>
  new BackendError('invalid-definition', message, { remedy: 'Leave the name and the uuid as they are. Rename a guest by its menu.' });

const notKept = ({ name }: Domain): BackendError =>
  new BackendError('invalid-state', `“${name}” exists only while it runs, and nothing can be kept for its next start.`, {
    remedy: 'Define the guest on its host first.',
  });

export const changedElsewhere = ({ name }: Pick<Domain, 'name'>): BackendError =>
  new BackendError('conflict', `The definition of “${name}” has been changed by somebody else. Nothing was done.`, {
    remedy: 'Look at what was changed, and apply yours again.',
  });

/** One definition sent once. Where its answer is lost, what is there tells whether it was taken. */
async function define(host: LibvirtHost, dom: Domain, base: string, text: string, validate: boolean): Promise<void> {
  const enduring = new EnduringHost(host);
  const send = (flags: number) =>
    enduring.change(
      async (now) => {
        await now.job(remote.domainDefineXmlFlags, { xml: text, flags });
        return true;
      },
      async (now) => {
        const found = await readWhole(now, dom);
        return !sameDefinition(found, base) && hasTaken(base, text, found) ? true : null;
      },
    );
  try {
    await send(validate ? VALIDATE : 0);
  } catch (error) {
    if (!validate || !knowsNoFlags(error)) throw error;
    await send(0);
  } finally {
    enduring.close();
  }
}

/** A driver that was never taught to validate: vbox, vz, and libvirt before 1.2.12 (virCheckFlags, "unsupported flags"). */
export function knowsNoFlags(error: unknown): boolean {
  return failedWith(error, 'unsupported', 'bad-input') && error instanceof Error && /unsupported flags/.test(error.message);
}

async function outcomeOf(host: LibvirtHost, dom: Domain, base: string, text: string, heard: number): Promise<Redefined> {
  const enduring = new EnduringHost(host);
  const found = await enduring.read((now) => readWhole(now, dom)).finally(() => enduring.close());
  // The daemon sends what it has to tell before it answers what was asked after that: ours is among them.
  const others = host.timesDefined(dom.uuid) - heard > 1;
  await readAhead(base, text, found);
  if (hasTaken(base, text, found)) return { text: found, outcome: others ? 'overtook' : 'defined' };
  if (!others) return { text: found, outcome: 'ignored' };
  throw new BackendError('conflict', `“${dom.name}” was defined, and right after that again by somebody else. Theirs is in force.`, {
    remedy: 'Look at what was changed, and apply yours again.',
  });
}
