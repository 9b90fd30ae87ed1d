import { factsOf } from '#model/pool-action';
import type { Pool } from '#model/storage';
import { kindLabel } from './kind-words.ts';

export const poolOrders = { name: 'By name', free: 'Most free first', kind: 'By kind', state: 'Active first' } as const;
export type PoolOrder = keyof typeof poolOrders;
export const isPoolOrder = (value: unknown): value is PoolOrder => typeof value === 'string' && value in poolOrders;

/** Whether something can be put into it, so that it matters how full it is. */
export const hasRoom = (pool: Pool): boolean => pool.capacity > 0 && factsOf(pool)?.volumes.make !== false;

/** As people order words: numbers by their size, accents and case last. */
const collator = new Intl.Collator(undefined, { numeric: true });
const free = (pool: Pool): number => (pool.active && hasRoom(pool) ? pool.available : -1);

const compare: Readonly<Record<PoolOrder, (a: Pool, b: Pool) => number>> = {
  name: () => 0,
  free: (a, b) => free(b) - free(a),
  kind: (a, b) => collator.compare(kindLabel(a.kind), kindLabel(b.kind)),
  state: (a, b) => Number(b.active) - Number(a.active),
};

/** Equal ones by their names, so that the order is always the same. */
export const sortPools = (pools: readonly Pool[], order: PoolOrder): readonly Pool[] =>
  [...pools].sort((a, b) => compare[order](a, b) || collator.compare(a.name, b.name));

/** Those whose name, kind, folder or source hold every word of `search`, in any letter case. */
export function filterPools(pools: readonly Pool[], search: string): readonly Pool[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return pools.filter((pool) => {
    const text = `${pool.name} ${kindLabel(pool.kind)} ${pool.path ?? ''} ${pool.source ?? ''}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
