import type { NamedThing } from '#model/volume-text';
import { VolumeName } from '#model/storage';
import { BackendError } from '../../errors.ts';
import { attribute, child, children, parseXml, path, type XmlElement } from '../xml/document.ts';
import { passphraseIn } from './volume-document.ts';

/** A person's own definition of a new volume, as libvirt will read it (storage_conf.c, virStorageVolDefParseXML). */
export interface VolumeDefinition {
  readonly document: XmlElement;
  readonly name: string;
  /** Bytes; null where it has none that can be read, of which libvirt has the better words. */
  readonly capacity: number | null;
  readonly allocation: number | null;
  readonly format: string | null;
  /** libvirt takes an image that has no format for a raw one. */
  readonly base: { readonly path: string; readonly format: string } | null;
  /** Where it says that the volume is to be; libvirt puts each where its pool is, whatever this says. */
  readonly where: string | null;
  readonly encryption: 'none' | 'without secret' | 'with secret';
  readonly names: readonly NamedThing[];
}

/** Throws 'invalid-definition'. */
export function readVolumeDefinition(text: string): VolumeDefinition {
  const document = readable(text);
  refuseStrange(document);
  const name = VolumeName.safeParse(textIn(document, 'name') ?? '');
  if (!name.success) {
    throw invalid('The <name> is none that a volume can have.', `${name.error.issues[0]?.message ?? 'Choose another'}.`);
  }
  const backing = textIn(document, 'backingStore', 'path');
  const encryption = path(document, 'target', 'encryption');
  return {
    document,
    name: name.data,
    capacity: bytesIn(document, 'capacity'),
    allocation: bytesIn(document, 'allocation'),
    format: attribute(path(document, 'target', 'format'), 'type'),
    base: backing === null ? null : { path: backing, format: attribute(path(document, 'backingStore', 'format'), 'type') ?? 'raw' },
    where: textIn(document, 'target', 'path'),
    encryption: encryption === null ? 'none' : child(encryption, 'secret') === null ? 'without secret' : 'with secret',
    names: namesIn(document, ''),
  };
}

/** The same, whose encryption has its passphrase in this secret. */
export function withSecret(document: XmlElement, uuid: string): XmlElement {
  return {
    ...document,
    children: document.children.map((node) => {
      if (node.kind !== 'element') return node;
      if (node.name === 'encryption') return { ...node, children: [...node.children, passphraseIn(uuid)] };
      return node.name === 'target' ? withSecret(node, uuid) : node;
    }),
  };
}

function readable(text: string): XmlElement {
  try {
    return parseXml(text);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    throw new BackendError('invalid-definition', 'The definition is no XML that can be read.', {
      reason: error.reason,
      remedy: 'Mend it where the editor marks it.',
      cause: error,
    });
  }
}

/** What two readers could read in two ways: an element twice, of which one is judged and the other counts; and what is in a namespace. */
function refuseStrange(document: XmlElement): void {
  if (document.name !== 'volume') throw invalid(`It is a <${document.name}>, not a <volume>.`, 'Begin with <volume>.');
  const visit = (one: XmlElement): void => {
    const inner = children(one);
    const seen = new Set<string>();
    if (one.namespace !== '') throw invalid(`<${one.name}> is in a namespace.`, 'Leave xmlns out: a volume has nothing in one.');
    for (const { name } of inner) {
      if (seen.has(name)) throw invalid(`<${one.name}> has <${name}> twice.`, 'Leave one of them out.');
      seen.add(name);
    }
    for (const next of inner) visit(next);
  };
  visit(document);
}

/** As XPath's string(): not trimmed. Empty is as if it were not there. Throws where there are elements in it. */
function textIn(document: XmlElement, ...names: readonly string[]): string | null {
  const found = path(document, ...names);
  if (found === null) return null;
  if (children(found).length > 0) throw invalid(`<${found.name}> has elements in it.`, 'Give it a text only.');
  const text = found.children.map((node) => (node.kind === 'text' ? node.text : '')).join('');
  return text === '' ? null : text;
}

// libvirt: virScaleInteger. One letter and KiB mean 1024, KB means 1000, in upper and lower case.
const powers = 'kmgtpe';

function bytesIn(document: XmlElement, name: string): number | null {
  const number = Number(textIn(document, name)?.trim() || Number.NaN);
  const unit = (attribute(child(document, name), 'unit') ?? 'bytes').toLowerCase();
  const power = powers.indexOf(unit.charAt(0)) + 1;
  const plain = ['b', 'byte', 'bytes'].includes(unit);
  if (!Number.isInteger(number) || (!plain && !/^[kmgtpe](?:i?b)?$/.test(unit))) return null;
  const bytes = plain ? number : number * (/^.b$/.test(unit) ? 1000 : 1024) ** power;
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : null;
}

/**
 * Places that name nothing of the host, or that are judged by themselves: <path> and <backingStore>. All else is asked about, what a later
 * libvirt reads included: the volume's owner and rights, its label, the secret that another volume may have too.
 */
const quiet = new Set(
  `name key capacity capacity@unit allocation allocation@unit physical physical@unit @type target/path target/format@type target/compat
   target/clusterSize target/clusterSize@unit target target/nocow target/features target/features/lazy_refcounts backingStore backingStore/path backingStore/format@type target/encryption@format target/encryption@engine
   target/encryption/secret@type target/timestamps/atime target/timestamps/btime target/timestamps/ctime target/timestamps/mtime
   backingStore/timestamps/atime backingStore/timestamps/btime backingStore/timestamps/ctime backingStore/timestamps/mtime`.split(/\s+/),
);

function namesIn(one: XmlElement, place: string): NamedThing[] {
  const text = one.children
    .map((node) => (node.kind === 'text' ? node.text : ''))
    .join('')
    .trim();
  const own = [
    ...[...one.attributes].map(([name, value]) => ({ place: `${place}@${name}`, value })),
    ...(text === '' ? [] : [{ place, value: text }]),
  ];
  // Of an empty element its name is all that it says.
  if (own.length === 0 && children(one).length === 0) own.push({ place, value: '' });
  const inner = children(one).flatMap((next) => namesIn(next, place === '' ? next.name : `${place}/${next.name}`));
  return [...own.filter((thing) => !quiet.has(thing.place)), ...inner];
}

const invalid = (reason: string, remedy: string) =>
  new BackendError('invalid-definition', 'This is no definition of a new volume.', { reason, remedy });
