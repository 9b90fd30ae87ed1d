import { SaxesParser } from 'saxes';
import { BackendError } from '../../errors.ts';
import { attribute, children, parseXml, type XmlElement } from '../xml/document.ts';
import { canonicalDefinition } from './canonical-definition.ts';

/** An element's way from the root: its name, and its places among its like (of the same `type`) and among all of its name. */
interface Step {
  readonly name: string;
  readonly type: string | null;
  readonly ofType: number;
  readonly ofName: number;
  readonly count: number;
}
interface Secret {
  readonly where: readonly Step[];
  readonly name: string;
  readonly value: string;
}

/**
 * The edited text with what libvirt had left out of `open` (VIR_DOMAIN_XML_SECURE) put back from `whole`: at the device of the same kind and
 * place, where the person wrote nothing of their own there. All else of the text stays as it is, to the letter. A device that is gone takes its
 * password along. Throws 'unsupported' for secrets that could not be kept.
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
      return other === undefined || other.name !== one.name ? [] : secretsBetween(one, other, [...where, stepTo(shown, one)]);
    }),
  ];
}

function stepTo(siblings: readonly XmlElement[], one: XmlElement): Step {
  const type = attribute(one, 'type');
  const like = siblings.filter(({ name }) => name === one.name);
  const ofType = like.filter((other) => attribute(other, 'type') === type).indexOf(one);
  return { name: one.name, type, ofType, ofName: like.indexOf(one), count: like.length };
}

/** A display that was made another kind of display keeps its password: without it, everybody would be let in. */
function follow(root: XmlElement, where: readonly Step[]): XmlElement | null {
  return where.reduce<XmlElement | null>((parent, { name, type, ofType, ofName, count }) => {
    const like = children(parent).filter((one) => one.name === name);
    return like.filter((one) => attribute(one, 'type') === type)[ofType] ?? (like.length === count ? (like[ofName] ?? null) : null);
  }, root);
}

function insert(source: string, secrets: readonly Secret[], root: XmlElement): string {
  const wanted = new Map<XmlElement, string>();
  for (const { where, name, value } of secrets) {
    const at = follow(root, where);
    if (at === null || at.attributes.has(name)) continue;
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
