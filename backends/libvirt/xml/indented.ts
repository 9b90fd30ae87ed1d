import { serialize, type XmlElement } from './document.ts';

/** The document for people to read: an element a line, two spaces a level. Elements with text in them stay as they are. */
export function indented(element: XmlElement, depth = 0): string {
  const margin = '  '.repeat(depth);
  const inner = element.children.filter((node) => node.kind !== 'text' || node.text.trim() !== '');
  if (inner.length === 0 || inner.some((node) => node.kind !== 'element')) return `${margin}${serialize(element)}\n`;
  const tag = serialize({ ...element, children: [] });
  const lines = inner.map((node) => (node.kind === 'element' ? indented(node, depth + 1) : ''));
  return `${margin}${tag.slice(0, -2)}>\n${lines.join('')}${margin}</${element.name}>\n`;
}
