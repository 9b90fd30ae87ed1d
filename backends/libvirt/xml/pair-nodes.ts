import type { XmlNode } from './document.ts';

const NONE = -1;

/**
 * For each of the edited nodes the index of the one among `old` that it stands for, or -1. The indices ascend: a node that was moved past
 * others is one that went and one that came. `originOf` says from which node one was made, as far as that shows; the rest is told by name
 * and order between those. Takes n log n steps.
 */
export function pairNodes(old: readonly XmlNode[], edited: readonly XmlNode[], originOf: (node: XmlNode) => XmlNode | null): number[] {
  const shorter = Math.min(old.length, edited.length);
  let head = 0;
  while (head < shorter && old[head] === edited[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === edited.at(-1 - tail)) tail += 1;
  const between = pairChanged(old.slice(head, old.length - tail), edited.slice(head, edited.length - tail), originOf);
  return edited.map((_, at) => {
    if (at < head) return at;
    if (at >= edited.length - tail) return at + old.length - edited.length;
    const index = between[at - head] ?? NONE;
    return index === NONE ? NONE : index + head;
  });
}

function pairChanged(old: readonly XmlNode[], edited: readonly XmlNode[], originOf: (node: XmlNode) => XmlNode | null): number[] {
  const indices = new Map(old.map((node, index) => [node, index]));
  const origins = edited.map(originOf);
  const found = edited.map((node) => take(indices, node));
  for (const [at, origin] of origins.entries()) {
    if (found[at] === NONE && origin !== null) found[at] = take(indices, origin);
  }
  const kept = ascending(found);
  const pairs = found.map((index, at) => (kept.has(at) ? index : NONE));
  pairByName(pairs, old, edited, (at) => origins[at] === null, new Set(indices.values()));
  return pairs;
}

/** Each old node stands for one edited node at most. */
function take(indices: Map<XmlNode, number>, node: XmlNode): number {
  const index = indices.get(node);
  indices.delete(node);
  return index ?? NONE;
}

/** The positions of a longest ascending run through `values`, which may skip some; by patience sorting. */
function ascending(values: readonly number[]): ReadonlySet<number> {
  const ends: number[] = [];
  const before = new Map<number, number | undefined>();
  for (const [at, value] of values.entries()) {
    if (value === NONE) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before.set(at, ends[low - 1]);
    ends[low] = at;
  }
  const kept = new Set<number>();
  for (let at = ends.at(-1); at !== undefined; at = before.get(at)) kept.add(at);
  return kept;
}

/** Between two pairs next to each other, nodes of one name belong together in their order. */
function pairByName(
  pairs: number[],
  old: readonly XmlNode[],
  edited: readonly XmlNode[],
  isNew: (at: number) => boolean,
  free: ReadonlySet<number>,
): void {
  let first = 0;
  let after = 0;
  for (let at = 0; at <= pairs.length; at += 1) {
    const end = at === pairs.length ? old.length : (pairs[at] ?? NONE);
    if (end === NONE) continue;
    let next = after;
    const waiting = stacks(old, free, after, end);
    for (let fresh = first; fresh < at; fresh += 1) {
      const node = edited[fresh];
      if (node === undefined || !isNew(fresh)) continue;
      const stack = waiting.get(nameOf(node)) ?? [];
      let index = stack.pop();
      while (index !== undefined && index < next) index = stack.pop();
      if (index === undefined) continue;
      pairs[fresh] = index;
      next = index + 1;
    }
    first = at + 1;
    after = end + 1;
  }
}

/** The indices from `start` to before `end` that are free, by name, the first of them on top. */
function stacks(old: readonly XmlNode[], free: ReadonlySet<number>, start: number, end: number): Map<string, number[]> {
  const waiting = new Map<string, number[]>();
  for (let index = end - 1; index >= start; index -= 1) {
    const node = old[index];
    if (node === undefined || !free.has(index)) continue;
    const name = nameOf(node);
    const stack = waiting.get(name);
    if (stack === undefined) waiting.set(name, [index]);
    else stack.push(index);
  }
  return waiting;
}

const nameOf = (node: XmlNode): string => (node.kind === 'element' ? node.name : `#${node.kind}`);
