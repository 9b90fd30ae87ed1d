import { placeIn } from './child-order.ts';
import { child, element, isBlank, isNamed, type XmlElement, type XmlNode } from './document.ts';

// Trees are never changed: each function here gives a new one, in which all that is not edited is the same object as before. That is how
// `XmlSource.write` knows what to leave as it was written. What changes nothing gives back the very tree.

/** What becomes of an element: null is "there is none", both of what is there and of what shall be. */
export type Make = (old: XmlElement | null) => XmlElement | null;
export type AttributeChanges = Readonly<Record<string, string | number | null | undefined>>;

/** With these attributes set, or taken away where null; undefined leaves one as it is. */
export function withAttributes(old: XmlElement, changes: AttributeChanges): XmlElement {
  const attributes = new Map(old.attributes);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) attributes.delete(name);
    else if (value !== undefined) attributes.set(name, String(value));
  }
  const same = attributes.size === old.attributes.size && [...attributes].every(([name, value]) => old.attributes.get(name) === value);
  return same ? old : { ...old, attributes };
}

/** With the child `old` replaced by another or taken out. Where `old` is null the other comes where libvirt would write it, or last. */
export function replaced(parent: XmlElement, old: XmlElement | null, by: XmlElement | null): XmlElement {
  if (old === by) return parent;
  if (old === null) return by === null ? parent : inserted(parent, placeIn(parent, by.name), [by]);
  return { ...parent, children: parent.children.flatMap((node): XmlNode[] => (node !== old ? [node] : by === null ? [] : [by])) };
}

/** With one more child: behind those of its name, else where libvirt would write it, or last. */
export const withAdded = (parent: XmlElement, fresh: XmlElement): XmlElement => replaced(parent, null, fresh);

/** Without this child. */
export const without = (parent: XmlElement, old: XmlElement): XmlElement => replaced(parent, old, null);

function inserted(parent: XmlElement, place: number, fresh: readonly XmlNode[]): XmlElement {
  return { ...parent, children: [...parent.children.slice(0, place), ...fresh, ...parent.children.slice(place)] };
}

/** With the children of these names (as in `child`) replaced by `fresh`, which come where the first of them stood. */
export function withList(parent: XmlElement, names: readonly string[], fresh: readonly XmlElement[]): XmlElement {
  const ours = (node: XmlNode) => node.kind === 'element' && names.some((name) => isNamed(node, name));
  const old = parent.children.filter(ours);
  if (old.length === fresh.length && old.every((node, index) => node === fresh[index])) return parent;
  const rest = { ...parent, children: parent.children.filter((node) => !ours(node)) };
  const [first] = fresh;
  if (first === undefined) return rest;
  const at = parent.children.findIndex(ours);
  return inserted(rest, at < 0 ? placeIn(rest, first.name) : at, fresh);
}

/** With the first child called `name` (as in `child`) made into what `make` says. A new one comes where libvirt would write it, or last. */
export function withChild(parent: XmlElement, name: string, make: Make): XmlElement {
  const old = child(parent, name);
  return replaced(parent, old, make(old));
}

/** With this text, null or '' being none; what else is in the element stays, and so does the text itself if it says that already, trimmed. */
export function withText(old: XmlElement, value: string | number | null): XmlElement {
  const wanted = String(value ?? '');
  const now = old.children.map((node) => (node.kind === 'text' ? node.text : '')).join('');
  if (now === wanted || now.trim() === wanted) return old;
  const at = old.children.findIndex(({ kind }) => kind === 'text');
  const rest = { ...old, children: old.children.filter(({ kind }) => kind !== 'text') };
  return wanted === '' ? rest : inserted(rest, Math.max(at, 0), [{ kind: 'text', text: wanted }]);
}

/**
 * Follows first children down (as `path` does) and makes the last into what `make` says. What is missing on the way is made where libvirt
 * would write it. Where the last is taken away, so is what became empty by that above it, up to below `root`.
 */
export function withPath(root: XmlElement, names: readonly string[], make: Make): XmlElement {
  const [name, ...deeper] = names;
  if (name === undefined) return make(root) ?? root;
  if (deeper.length === 0) return withChild(root, name, make);
  return withChild(root, name, (old) => {
    const before = old ?? element(name);
    const next = withPath(before, deeper, make);
    if (next === before) return old;
    return isEmpty(next) ? null : next;
  });
}

const isEmpty = ({ attributes, children }: XmlElement): boolean =>
  attributes.size === 0 && children.every((node) => node.kind === 'text' && isBlank(node.text));

/** `withPath` for text: null or '' takes the element away. */
export function withTextAt(root: XmlElement, names: readonly string[], value: string | number | null): XmlElement {
  const name = names.at(-1);
  if (name === undefined) return withText(root, value);
  return withPath(root, names, (old) => (value === null || value === '' ? null : withText(old ?? element(name), value)));
}

/** `withPath` for attributes: an element goes that is left without any, and with nothing in it, by this. */
export function withAttributesAt(root: XmlElement, names: readonly string[], changes: AttributeChanges): XmlElement {
  const name = names.at(-1);
  if (name === undefined) return withAttributes(root, changes);
  return withPath(root, names, (old) => {
    const next = withAttributes(old ?? element(name), changes);
    return isEmpty(next) && next !== old ? null : next;
  });
}
