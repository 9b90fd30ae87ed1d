import { SaxesParser } from 'saxes';
import { BackendError } from '../../errors.ts';
import { attribute, children, parseXml, type XmlElement } from '../xml/document.ts';
import { canonicalDefinition, canonicalElement } from './canonical-definition.ts';

/** Something hidden, and the way to it: of each step the element and its like, as they are shown. */
interface Secret {
  readonly where: readonly Step[];
  readonly name: string;
  readonly value: string;
}
interface Step {
  readonly one: XmlElement;
  readonly like: readonly XmlElement[];
}

/** Displays that libvirt keeps a password of (formatdomain, "Graphical framebuffers"). */
const locked: ReadonlySet<string | null> = new Set(['vnc', 'spice']);

/**
 * The edited text with what libvirt had left out of `open` (VIR_DOMAIN_XML_SECURE) put back from `whole`: at the very same device, wherever it
 * stands now, where the person wrote nothing of their own there. All else of the text stays as it is, to the letter. A device that is gone takes
 * its password along. Throws 'unsupported' for secrets that could not be kept, 'invalid-definition' where two could be the device that has one.
 */
export function putBackSecrets(text: string, open: string, whole: string): string {
  if (open === whole) return text;
  const [shown, all] = [parseXml(open), parseXml(whole)];
  const secrets = secretsBetween(shown, all);
  if (canonicalDefinition(insert(open, secrets, shown)) !== canonicalDefinition(whole)) {
    throw new BackendError('unsupported', 'The definition holds a secret that would be lost by this.', {
      remedy: 'Use “virsh edit” on the host.',
    });
  }
  return secrets.length === 0 ? text : insert(text, secrets, parseXml(text));
}

function secretsBetween(open: XmlElement, whole: XmlElement, where: readonly Step[] = []): Secret[] {
  const hidden = [...whole.attributes].filter(([name]) => !open.attributes.has(name));
  const [shown, all] = [children(open), children(whole)];
  return [
    ...hidden.map(([name, value]) => ({ where, name, value })),
    ...shown.flatMap((one, at) => {
      const other = all[at];
      return other === undefined || other.name !== one.name
        ? []
        : secretsBetween(one, other, [...where, { one, like: shown.filter(({ name }) => name === one.name) }]);
    }),
  ];
}

/** Null: it is gone. */
function follow(root: XmlElement, { where, name }: Secret): XmlElement | null {
  return where.reduce<XmlElement | null>((parent, step) => {
    const now = children(parent).filter((one) => one.name === step.one.name);
    return counterpart(step, now, name);
  }, root);
}

/**
 * The same element among those of its name: the one that is unchanged; of those that changed, the one of its type, if it is the only one. A
 * display that was made another kind of display keeps its password, for without it everybody would be let in.
 */
function counterpart({ one, like }: Step, now: readonly XmlElement[], secret: string): XmlElement | null {
  const [before, after] = changedOf(like, now);
  if (!before.includes(one)) return equals(one, now)[equals(one, like).indexOf(one)] ?? null;
  const typeOf = (element: XmlElement) => attribute(element, 'type');
  const ofType = after.filter((other) => typeOf(other) === typeOf(one));
  const rivals = before.filter((other) => typeOf(other) === typeOf(one));
  if (ofType.length === 1 && rivals.length === 1) return ofType[0] ?? null;
  if (ofType.length === 0) return before.length === 1 && after.length === 1 ? (after[0] ?? null) : null;
  const open = ofType.filter((other) => !other.attributes.has(secret));
  if (open.length === 0) return null;
  throw new BackendError('invalid-definition', `Several <${one.name}> could be the one whose hidden ${secret} is to be kept.`, {
    remedy: `Write ${secret}="…" into those that are to have one of their own, or change one at a time.`,
  });
}

const equals = (one: XmlElement, all: readonly XmlElement[]): XmlElement[] =>
  all.filter((other) => canonicalElement(other) === canonicalElement(one));

/** Those that have no equal on the other side; of several equal ones each has one. */
function changedOf(like: readonly XmlElement[], now: readonly XmlElement[]): readonly [readonly XmlElement[], readonly XmlElement[]] {
  const left = [...now];
  const before = like.filter((one) => {
    const at = left.findIndex((other) => equals(one, [other]).length > 0);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [before, left];
}

const canHold = (element: XmlElement): boolean => element.name !== 'graphics' || locked.has(attribute(element, 'type'));

function insert(source: string, secrets: readonly Secret[], root: XmlElement): string {
  const wanted = new Map<XmlElement, string>();
  for (const secret of secrets) {
    const { name, value } = secret;
    const at = follow(root, secret);
    if (at === null || at.attributes.has(name) || !canHold(at)) continue;
    wanted.set(at, `${wanted.get(at) ?? ''} ${name}="${escaped(value)}"`);
  }
  if (wanted.size === 0) return source;
  const ends = nameEnds(source);
  const elements = [root, ...everyBelow(root)];
  const places = elements.flatMap((one, index) => {
    const [fresh, end] = [wanted.get(one), ends[index]];
    return fresh === undefined || end === undefined ? [] : [{ fresh, end }];
  });
  return places.reduceRight((text, { fresh, end }) => `${text.slice(0, end)}${fresh}${text.slice(end)}`, source);
}

const everyBelow = (element: XmlElement): XmlElement[] => children(element).flatMap((one) => [one, ...everyBelow(one)]);

/** Where the name of each start tag ends, in the order of the document. */
function nameEnds(source: string): number[] {
  const ends: number[] = [];
  const parser = new SaxesParser({ xmlns: true });
  // The parser has read one character past the name by then.
  parser.on('opentagstart', () => void ends.push(parser.position - 1));
  parser.write(source).close();
  return ends;
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
const escaped = (value: string): string => value.replaceAll(/[&<"\t\n\r]/g, (character) => references[character] ?? character);
