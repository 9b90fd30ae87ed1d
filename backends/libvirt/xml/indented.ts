import { isBlank, serialize, type XmlElement, type XmlNode } from './document.ts';

/** How a document is laid out: what a level is indented by, and what ends a line. */
export interface Layout {
  readonly step: string;
  readonly eol: string;
}

const usual: Layout = { step: '  ', eol: '\n' };

/** The document for people to read: a node a line, two spaces a level. Elements with text in them stay as they are. */
export const indented = (element: XmlElement): string => `${inLines(element, '', usual)}\n`;

/** How a node is written, without white space around it; `margin` is what its lines begin with, or null where it may not have any. */
export type Write = (node: XmlNode, margin: string | null) => string;

/** The element, with what is in it on lines of its own unless `margin` is null. `write` writes what is in it, if not this here. */
export function inLines(element: XmlElement, margin: string | null, layout: Layout, write?: Write): string {
  const tag = serialize({ ...element, children: [] });
  if (element.children.length === 0) return tag;
  const inside: Write = write ?? ((node, at) => (node.kind === 'element' ? inLines(node, at, layout) : serialize(node)));
  return `${tag.slice(0, -2)}>${contentInLines(element, margin, layout, inside)}</${element.name}>`;
}

/** What stands between the tags of `inLines`. */
export function contentInLines(element: XmlElement, margin: string | null, { step, eol }: Layout, write: Write): string {
  if (margin === null || !isLaidOut(element)) return element.children.map((node) => write(node, null)).join('');
  const deeper = `${margin}${step}`;
  const lines = element.children.filter(({ kind }) => kind !== 'text').map((node) => `${eol}${deeper}${write(node, deeper)}`);
  return `${lines.join('')}${eol}${margin}`;
}

/** Whether white space in the elements means nothing: there is something in them, and no text besides it. */
export function isLaidOut(...elements: readonly XmlElement[]): boolean {
  const nodes = elements.flatMap(({ children }) => children);
  return nodes.some(({ kind }) => kind !== 'text') && nodes.every((node) => node.kind !== 'text' || isBlank(node.text));
}
