import { SpiceError } from '../channel.ts';

/** What the server counts on being kept, by its own numbers. It says itself when something may go; the bound is only for one that does not. */
export interface BoundedCache<Item> {
  /** Throws SpiceError where there is no such item. */
  get(id: bigint): Item;
  /** Throws SpiceError when more would be kept than there is room for. */
  put(id: bigint, item: Item, size: number): void;
  drop(id: bigint): void;
  clear(): void;
}

/** However small they are: each takes some room besides. A screen of icons of 8 by 8 pixels has fewer. */
const MOST_ITEMS = 262_144;

export function createBoundedCache<Item>(room: number): BoundedCache<Item> {
  const held = new Map<bigint, { readonly item: Item; readonly size: number }>();
  let total = 0;
  const drop = (id: bigint): void => {
    total -= held.get(id)?.size ?? 0;
    held.delete(id);
  };
  return {
    get: (id) => {
      const entry = held.get(id);
      if (entry === undefined) throw new SpiceError('The screen refers to a picture that it has not sent.');
      return entry.item;
    },
    put: (id, item, size) => {
      drop(id);
      if (total + size > room || held.size >= MOST_ITEMS)
        throw new SpiceError('The screen expects Guesthouse to keep more pictures than was agreed on.');
      held.set(id, { item, size });
      total += size;
    },
    drop,
    clear: () => {
      held.clear();
      total = 0;
    },
  };
}
