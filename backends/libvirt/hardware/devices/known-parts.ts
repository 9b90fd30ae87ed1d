import { isNamed, type XmlElement } from '../../xml/document.ts';
import { withAttributes } from '../../xml/edit.ts';

/** What sorts of one device know, by sort: names of attributes ("@port") and of children ("image"). */
export type KnownParts = Readonly<Record<string, readonly string[]>>;

/**
 * The element of the sort `sort`, without what only other sorts know: libvirt's schema refuses it there. What no sort knows stays, for it may
 * be of a later libvirt.
 */
export function withoutForeignParts(element: XmlElement, known: KnownParts, sort: string): XmlElement {
  const own = new Set(known[sort] ?? []);
  const foreign = Object.values(known)
    .flat()
    .filter((part) => !own.has(part));
  const attributes = foreign.flatMap((part) => (part.startsWith('@') ? [part.slice(1)] : []));
  const children = foreign.filter((part) => !part.startsWith('@'));
  const bare = withAttributes(element, Object.fromEntries(attributes.map((name) => [name, null])));
  const kept = bare.children.filter((node) => node.kind !== 'element' || !children.some((name) => isNamed(node, name)));
  return kept.length === bare.children.length ? bare : { ...bare, children: kept };
}
