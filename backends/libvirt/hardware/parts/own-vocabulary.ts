import { child, children, element, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild, withList } from '../../xml/edit.ts';

/** A hypervisor's own part of libvirt's documents: QEMU's, LXC's. Its elements have a namespace and, in each document, some prefix. */
export interface Vocabulary {
  readonly namespace: string;
  readonly usualPrefix: string;
}

export const qemuVocabulary: Vocabulary = { namespace: 'http://libvirt.org/schemas/domain/qemu/1.0', usualPrefix: 'qemu' };
export const lxcVocabulary: Vocabulary = { namespace: 'http://libvirt.org/schemas/domain/lxc/1.0', usualPrefix: 'lxc' };

export const inside = ({ namespace }: Vocabulary, name: string): string => `{${namespace}}${name}`;

/** The one of the domain's own children that is called so. */
export const ownChild = (domain: XmlElement, vocabulary: Vocabulary, name: string): XmlElement | null =>
  child(domain, inside(vocabulary, name));

/** The prefix that the document has for it, or the usual one. */
function prefixIn(domain: XmlElement, { namespace, usualPrefix }: Vocabulary): string {
  const declared = [...domain.attributes].find(([name, value]) => name.startsWith('xmlns:') && value === namespace);
  const used = children(domain)
    .find((one) => one.namespace === namespace)
    ?.name.split(':');
  return declared?.[0].slice('xmlns:'.length) ?? (used?.length === 2 ? used[0] : undefined) ?? usualPrefix;
}

type Made = (name: string, attributes?: Readonly<Record<string, string | null>>, inner?: readonly XmlElement[]) => XmlElement;

/**
 * The domain's child of this name with what `make` says of what it holds; one that holds nothing goes. `made` makes elements of the
 * vocabulary, which is declared where it is used first.
 */
export function withOwnChild(
  domain: XmlElement,
  vocabulary: Vocabulary,
  name: string,
  make: (old: XmlElement, made: Made) => XmlElement,
): XmlElement {
  const { namespace } = vocabulary;
  const prefix = prefixIn(domain, vocabulary);
  const made: Made = (local, attributes = {}, inner = []) => ({ ...element(`${prefix}:${local}`, attributes, inner), namespace });
  const next = withChild(domain, inside(vocabulary, name), (old) => {
    const changed = make(old ?? made(name), made);
    return children(changed).length === 0 && changed.attributes.size === 0 ? null : changed;
  });
  const now = ownChild(next, vocabulary, name);
  const declares = [...domain.attributes.values()].includes(namespace) || now?.attributes.has(`xmlns:${prefix}`) === true;
  return declares || now === null ? next : withAttributes(next, { [`xmlns:${prefix}`]: namespace });
}

/** `withOwnChild` for a list of elements of one name, made of their attributes. */
export const withOwnList = (
  domain: XmlElement,
  vocabulary: Vocabulary,
  [parent, name]: readonly [parent: string, name: string],
  rows: readonly Readonly<Record<string, string | null>>[],
): XmlElement =>
  withOwnChild(domain, vocabulary, parent, (old, made) =>
    withList(
      old,
      [inside(vocabulary, name)],
      rows.map((row) => made(name, row)),
    ),
  );
