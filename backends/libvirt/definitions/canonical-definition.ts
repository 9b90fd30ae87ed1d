import { parseXml, type XmlElement, type XmlNode } from '../xml/document.ts';

/**
 * A definition in a form in which two that mean the same are equal: no comments, no white space between elements, attributes in order. Both
 * sides of a comparison come from libvirt, which leaves all else alone. Throws 'invalid-definition' for what is no XML.
 */
export function canonicalDefinition(source: string): string {
  return canonicalElement(parseXml(source));
}

/** The same of one element. */
export function canonicalElement(element: XmlElement): string {
  const attributes = [...element.attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  const structured = element.children.some((node) => node.kind === 'element');
  return JSON.stringify([
    element.namespace,
    element.name.slice(element.name.indexOf(':') + 1),
    attributes.filter(([name]) => !name.startsWith('xmlns')),
    content(element.children, structured),
  ]);
}

function content(nodes: readonly XmlNode[], structured: boolean): string[] {
  return joined(nodes).flatMap((node) => {
    if (node.kind === 'element') return [canonicalElement(node)];
    if (node.kind === 'comment') return [];
    return structured && node.text.trim() === '' ? [] : [`"${structured ? node.text.trim() : node.text}`];
  });
}

/** Texts that only a comment or the end of a CDATA section had kept apart are one. */
function joined(nodes: readonly XmlNode[]): XmlNode[] {
  const all: XmlNode[] = [];
  for (const node of nodes) {
    if (node.kind === 'comment') continue;
    const last = all.at(-1);
    if (node.kind === 'text' && last?.kind === 'text') all[all.length - 1] = { kind: 'text', text: last.text + node.text };
    else all.push(node);
  }
  return all;
}
