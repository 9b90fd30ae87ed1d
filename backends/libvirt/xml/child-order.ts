import { type XmlElement } from './document.ts';

/** Where among the parent's children a new one called `name` comes: behind the last that libvirt writes before it or under the same name. */
export function placeIn(parent: XmlElement, name: string): number {
  const ranks = rankings.get(parent.name);
  const rank = ranks?.get(name);
  let place = rank === undefined ? parent.children.length : 0;
  for (const [index, node] of parent.children.entries()) {
    if (node.kind !== 'element') continue;
    if (node.name === name) place = index + 1;
    else if (rank !== undefined && (ranks?.get(node.name) ?? Infinity) < rank) place = index + 1;
  }
  return place;
}

/** The order in which libvirt formats what is in an element. */
const orders: Readonly<Record<string, string>> = {};
const rankings: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  Object.entries(orders).map(([parent, names]) => [parent, new Map(names.split(' ').map((name, rank) => [name, rank]))]),
);
