import { setImmediate as nextTurn } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { BackendError } from '../../errors.ts';

/**
 * An XML element as it stood in its document. `name` is as written ("libosinfo:os"), `namespace` what its prefix means there.
 * Children keep source order, comments and white space, so that a document can be written back as it was found.
 */
export interface XmlElement {
  readonly kind: 'element';
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
}
export type XmlNode = XmlElement | { readonly kind: 'text' | 'comment'; readonly text: string };

/** Far above any real domain, pool or volume definition; libvirt itself sends at most 4 MiB in a string (remote_protocol.x). */
export const xmlLimits = { characters: 4 * 1024 * 1024, depth: 64, nodes: 50_000 } as const;

const refused = (reason: string, cause?: unknown) =>
  new BackendError('invalid-definition', 'An XML document could not be read.', { reason, cause });

/**
 * Where a node was read: indices into the source. `content` is what lies between the tags of an element: for `<a/>` it is empty and at the
 * end, and so it is for text and comments.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly content: readonly [start: number, end: number];
}

interface Open {
  readonly element: { readonly name: string; readonly namespace: string; readonly attributes: Map<string, string>; children: XmlNode[] };
  readonly start: number;
  readonly content: number;
}

/**
 * Reads a whole document. Comments and processing instructions outside the root element are left out. Throws 'invalid-definition' for what
 * is not well-formed, holds a DOCTYPE (no definition needs one, and entities are how XML is made to explode), or is beyond `xmlLimits`.
 * `locate` is told where each node was read, an element's children before itself.
 */
export function parseXml(source: string, locate?: (node: XmlNode, span: Span) => void): XmlElement {
  const known = locate === undefined ? kept.get(source) : undefined;
  if (known !== undefined) return known;
  const root = read(source, locate);
  if (source.length >= LARGE) keep(source, root);
  return root;
}

/** Characters that are read before the clock is looked at: about a millisecond. */
const PIECE = 8 * 1024;
/** Milliseconds of reading after which others have their turn. */
const TURN_MS = 8;

/** `parseXml` of what may be large: others have their turn meanwhile. `piece` and `turn`: for tests. */
export async function parseXmlInTurns(
  source: string,
  locate?: (node: XmlNode, span: Span) => void,
  { piece = PIECE, turn = TURN_MS }: { readonly piece?: number; readonly turn?: number } = {},
): Promise<XmlElement> {
  if (source.length <= piece || (locate === undefined && kept.has(source))) return parseXml(source, locate);
  const reader = startReading(source, locate);
  let began = performance.now();
  for (let at = 0; at < source.length; at += piece) {
    reader.write(source.slice(at, at + piece));
    if (performance.now() - began < turn) continue;
    await nextTurn();
    began = performance.now();
  }
  const root = reader.end();
  if (source.length >= LARGE) keep(source, root);
  return root;
}

/** So that `parseXml` of large ones among these has nothing left to do for a moment. Rejects as it throws. */
export async function readAhead(...sources: readonly string[]): Promise<void> {
  for (const source of sources) if (source.length >= LARGE) await parseXmlInTurns(source);
}

/**
 * Large documents that were read last, for a moment: a change reads the same definition several times (before it, to compare, and to see what
 * came of it), each of which takes longer than a picture may. Elements are never changed, so that all can have the same.
 */
const kept = new Map<string, XmlElement>();
const LARGE = 32 * 1024;
const KEPT_MAX = 4;
const KEPT_MS = 5_000;

function keep(source: string, root: XmlElement): void {
  kept.delete(source);
  kept.set(source, root);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  // There may be passwords in it.
  setTimeout(() => kept.delete(source), KEPT_MS).unref?.();
}

function read(source: string, locate?: (node: XmlNode, span: Span) => void): XmlElement {
  const reader = startReading(source, locate);
  reader.write(source);
  return reader.end();
}

interface Reader {
  /** The next piece of the source, of any length. */
  write(piece: string): void;
  end(): XmlElement;
}

function startReading(source: string, locate?: (node: XmlNode, span: Span) => void): Reader {
  if (source.length > xmlLimits.characters) throw refused('The document is larger than 4 MiB.');
  const parser = new SaxesParser({ xmlns: true });
  const open: Open[] = [];
  let root: XmlElement | null = null;
  let nodes = 0;
  // Where the last tag, comment, section or instruction ended. What begins there is text up to the next "<", which no text can hold.
  let done = 0;
  const next = () => source.indexOf('<', done);
  const endAt = (end: number) => {
    done = end;
  };

  const count = () => {
    nodes += 1;
    if (nodes > xmlLimits.nodes) throw refused('The document has more than 50,000 nodes.');
  };
  const append = (node: XmlNode, start: number, end: number) => {
    const parent = open.at(-1);
    if (parent === undefined) return;
    count();
    parent.element.children.push(node);
    locate?.(node, { start, end, content: [end, end] });
  };

  parser.on('error', (error) => {
    throw refused(error.message, error);
  });
  // saxes expands no entities of a document's own, so nothing has grown by the time it tells of the DOCTYPE.
  parser.on('doctype', () => {
    throw refused('The document has a DOCTYPE.');
  });
  parser.on('xmldecl', () => endAt(parser.position));
  parser.on('processinginstruction', () => endAt(parser.position));
  parser.on('attribute', count);
  parser.on('text', (value) => append({ kind: 'text', text: value }, done, next()));
  parser.on('cdata', (value) => {
    const start = next();
    endAt(parser.position);
    append({ kind: 'text', text: value }, start, done);
  });
  parser.on('comment', (value) => {
    const start = next();
    // saxes tells of it at the second hyphen.
    endAt(parser.position + 1);
    append({ kind: 'comment', text: value }, start, done);
  });
  parser.on('opentag', (tag) => {
    count();
    if (open.length >= xmlLimits.depth) throw refused('The document is nested more than 64 deep.');
    const attributes = new Map(Object.values(tag.attributes).map((attribute) => [attribute.name, attribute.value]));
    const start = next();
    endAt(parser.position);
    open.push({ element: { name: tag.name, namespace: tag.uri, attributes, children: [] }, start, content: done });
  });
  parser.on('closetag', (tag) => {
    const last = open.pop();
    if (last === undefined) return;
    const element: XmlElement = { kind: 'element', ...last.element };
    const contentEnd = tag.isSelfClosing ? done : next();
    endAt(parser.position);
    locate?.(element, { start: last.start, end: done, content: [last.content, contentEnd] });
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.element.children.push(element);
  });

  return {
    write: (piece) => void parser.write(piece),
    end: () => {
      parser.close();
      if (root === null) throw refused('The document has no element.');
      return root;
    },
  };
}

/** Whether `element` is called `name`: "disk" for one in no namespace, "{uri}os" for one in a namespace, whatever its prefix. */
export function isNamed(element: XmlElement, name: string): boolean {
  const end = name.lastIndexOf('}');
  if (end < 0) return element.name === name && element.namespace === '';
  return element.name.slice(element.name.indexOf(':') + 1) === name.slice(end + 1) && element.namespace === name.slice(1, end);
}

/** The child elements called `name` (see `isNamed`), or all. Like every finder here it takes null, "not there", and finds nothing in it. */
export function children(element: XmlElement | null, name?: string): XmlElement[] {
  const all = element === null ? [] : element.children.filter((node) => node.kind === 'element');
  return name === undefined ? all : all.filter((node) => isNamed(node, name));
}

/** The first child element called `name`. */
export function child(element: XmlElement | null, name: string): XmlElement | null {
  return children(element, name)[0] ?? null;
}

/** Follows first children down: `path(domain, 'os', 'type')`. */
export function path(element: XmlElement | null, ...names: readonly string[]): XmlElement | null {
  return names.reduce<XmlElement | null>((parent, name) => child(parent, name), element);
}

/** Every element called `name` below `element`, at any depth, in source order. */
export function descendants(element: XmlElement | null, name: string): XmlElement[] {
  return children(element).flatMap((node) => [...(isNamed(node, name) ? [node] : []), ...descendants(node, name)]);
}

export function attribute(element: XmlElement | null, name: string): string | null {
  return element?.attributes.get(name) ?? null;
}

/** The element's own text, trimmed; '' where there is none. */
export function text(element: XmlElement | null): string {
  if (element === null) return '';
  return element.children
    .map((node) => (node.kind === 'text' ? node.text : ''))
    .join('')
    .trim();
}

/** The text of the element at the end of the path, or null where it is missing or empty. */
export function textAt(element: XmlElement | null, ...names: readonly string[]): string | null {
  return text(path(element, ...names)) || null;
}

/** White space as XML knows it, which is less than `trim` takes off. */
export const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text);

type Content = XmlElement | string | null;

/**
 * Makes an element. Attributes that are null or undefined and children that are null are left out; a string is text, escaped when written.
 * `namespace` is only known where the element declares its prefix itself, which is enough to write it.
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | null | undefined>> = {},
  ...content: readonly (Content | readonly Content[])[]
): XmlElement {
  const entries = Object.entries(attributes).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [[key, String(value)] as const],
  );
  const map = new Map(entries);
  const prefix = name.includes(':') ? `xmlns:${name.slice(0, name.indexOf(':'))}` : 'xmlns';
  const nodes = content.flat().flatMap((node): XmlNode[] => {
    if (node === null) return [];
    return [typeof node === 'string' ? { kind: 'text', text: node } : node];
  });
  return { kind: 'element', name, namespace: map.get(prefix) ?? '', attributes: map, children: nodes };
}

// XML 1.0, production 2 (Char): anything else cannot be written, not even as a reference. Also catches lone surrogates.
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const validName = /^[\p{L}_][\p{L}\p{M}\p{N}_.·-]*(?::[\p{L}_][\p{L}\p{M}\p{N}_.·-]*)?$/u;
const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function writable(value: string): string {
  if (forbidden.test(value)) throw new BackendError('bad-input', 'A control character cannot be written to a definition.');
  return value;
}

function escape(value: string, special: RegExp): string {
  return writable(value).replace(special, (character) => references[character] ?? character);
}

/** An attribute's value as it stands between quotes of either kind. */
export const attributeValue = (value: string): string => escape(value, /[&<>"'\t\n\r]/g);

/** `name="value"`, as it stands in a start tag. */
export function attributeText(name: string, value: string): string {
  if (!validName.test(name)) throw new BackendError('bad-input', 'An attribute’s name is not valid in XML.');
  return `${name}="${attributeValue(value)}"`;
}

function commentText(text: string): string {
  if (/--|-$/.test(text)) throw new BackendError('bad-input', 'A comment cannot hold two hyphens.');
  return `<!--${writable(text)}-->`;
}

/** Writes the node and all in it. Throws 'bad-input' for characters and names that XML has no way to write. */
export function serialize(node: XmlNode): string {
  if (node.kind !== 'element') return node.kind === 'text' ? escape(node.text, /[&<>\r]/g) : commentText(node.text);
  if (!validName.test(node.name)) throw new BackendError('bad-input', 'An element’s name is not valid in XML.');
  const attributes = [...node.attributes].map(([name, value]) => ` ${attributeText(name, value)}`);
  const start = `<${node.name}${attributes.join('')}`;
  return node.children.length === 0 ? `${start}/>` : `${start}>${node.children.map(serialize).join('')}</${node.name}>`;
}
