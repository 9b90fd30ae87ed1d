import { child, element, isNamed, text, type XmlElement, type XmlNode } from './document.ts';
import { placeIn } from './child-order.ts';

/** What becomes of an element: null is "there is none", both as what is there and as what shall be. */
export type Make = (old: XmlElement | null) => XmlElement | null;
export type AttributeChanges = Readonly<Record<string, string | number | null | undefined>>;

/** Elements that `withPath` made only to have something in them, and what edits have made of them since. */
const scaffolds = new WeakSet<XmlElement>();

function changed(old: XmlElement, change: Partial<Pick<XmlElement, 'attributes' | 'children'>>): XmlElement {
  const next = { ...old, ...change };
  if (scaffolds.has(old)) scaffolds.add(next);
  return next;
}

/** With these attributes set, or taken away where null. Undefined changes nothing, and neither does what is so already. */
export function withAttributes(old: XmlElement, changes: AttributeChanges): XmlElement {
  const attributes = new Map(old.attributes);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) attributes.delete(name);
    else if (value !== undefined) attributes.set(name, String(value));
  }
  const same = attributes.size === old.attributes.size && [...attributes].every(([name, value]) => old.attributes.get(name) === value);
  return same ? old : changed(old, { attributes });
}

/** With the child `old` replaced by another or taken out. Where `old` is null the other comes where libvirt would write it, or last. */
export function replaced(parent: XmlElement, old: XmlElement | null, by: XmlElement | null): XmlElement {
  if (old === by) return parent;
  if (old !== null)
    return changed(parent, { children: parent.children.flatMap((node) => (node !== old ? [node] : by === null ? [] : [by])) });
  return by === null ? parent : inserted(parent, placeIn(parent, by.name), [by]);
}

const inserted = (parent: XmlElement, place: number, fresh: readonly XmlNode[]): XmlElement =>
  changed(parent, { children: [...parent.children.slice(0, place), ...fresh, ...parent.children.slice(place)] });

/** With one more child, behind those of its name, else where libvirt would write it, or last. */
export function withAdded(parent: XmlElement, fresh: XmlElement): XmlElement {
  return replaced(parent, null, fresh);
}

/** With the children of these names replaced by `fresh`, which come where the first of them stood. */
export function withList(parent: XmlElement, names: readonly string[], fresh: readonly XmlElement[]): XmlElement {
  const ours = (node: XmlNode) => node.kind === 'element' && names.some((name) => isNamed(node, name));
  const old = parent.children.filter(ours);
  if (old.length === fresh.length && old.every((node, index) => node === fresh[index])) return parent;
  const [first] = fresh;
  const rest = changed(parent, { children: parent.children.filter((node) => !ours(node)) });
  if (first === undefined) return rest;
  const at = parent.children.findIndex(ours);
  return inserted(rest, at < 0 ? placeIn(rest, first.name) : at, fresh);
}

/** With the first child called `name` (as in `child`) made into what `make` says. A new one comes where libvirt would write it, or last. */
export function withChild(parent: XmlElement, name: string, make: Make): XmlElement {
  const old = child(parent, name);
  return replaced(parent, old, make(old));
}

/** With this text as the element's whole content; where it says so already, trimmed, nothing is changed. Null or '' leaves it empty. */
export function withText(old: XmlElement, value: string | number | null): XmlElement {
  const wanted = String(value ?? '');
  const plain = old.children.every(({ kind }) => kind === 'text');
  if (plain && text(old) === wanted.trim()) return old;
  return changed(old, { children: wanted === '' ? [] : [{ kind: 'text', text: wanted }] });
}

/**
 * Follows first children down (as `path` does) and makes the last into what `make` says. What is missing on the way is made where libvirt
 * would write it. When the last goes, so do those above it that an earlier `withPath` made, once nothing else is in them; what stood in
 * the document stays even if it is empty, because that may mean something (`<backingStore/>`).
 */
export function withPath(root: XmlElement, names: readonly string[], make: Make): XmlElement {
  const [name, ...deeper] = names;
  if (name === undefined) return make(root) ?? root;
  if (deeper.length === 0) return withChild(root, name, make);
  return withChild(root, name, (old) => {
    const next = withPath(old ?? scaffold(name), deeper, make);
    return scaffolds.has(next) && isEmpty(next) ? null : next;
  });
}

function scaffold(name: string): XmlElement {
  const made = element(name);
  scaffolds.add(made);
  return made;
}

const isEmpty = (made: XmlElement): boolean => made.attributes.size === 0 && made.children.length === 0;

/** `withPath` for text: null or '' takes the element away. */
export function withTextAt(root: XmlElement, names: readonly string[], value: string | number | null): XmlElement {
  const name = names.at(-1);
  if (name === undefined) return withText(root, value);
  return withPath(root, names, (old) => (value === null || value === '' ? null : withText(old ?? element(name), value)));
}

/** `withPath` for attributes: an element that is left without any and with nothing in it goes, unless it stood there so before. */
export function withAttributesAt(root: XmlElement, names: readonly string[], changes: AttributeChanges): XmlElement {
  const name = names.at(-1);
  if (name === undefined) return withAttributes(root, changes);
  return withPath(root, names, (old) => {
    const next = withAttributes(old ?? element(name), changes);
    return isEmpty(next) && next !== old ? null : next;
  });
}
