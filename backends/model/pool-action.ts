import { z } from 'zod';
import type { Permission } from './guest-action.ts';
import { onlyLook } from './guest-action.ts';
import type { HostAbilities } from './host.ts';
import { PoolKind, poolKinds } from './pool-kinds.ts';
import type { Pool } from './storage.ts';

export const PoolAction = z.enum(['start', 'stop', 'refresh', 'build', 'autostart-on', 'autostart-off', 'undefine', 'delete']);
export type PoolAction = z.infer<typeof PoolAction>;

interface PoolActionFacts {
  readonly label: string;
  /** Main asks first, in a window of its own. */
  readonly confirmed: boolean;
}

export const poolActions: Readonly<Record<PoolAction, PoolActionFacts>> = {
  start: { label: 'Start', confirmed: false },
  stop: { label: 'Stop', confirmed: false },
  refresh: { label: 'Refresh', confirmed: false },
  build: { label: 'Make its folder', confirmed: false },
  'autostart-on': { label: 'Start with the host', confirmed: false },
  'autostart-off': { label: 'Do not start with the host', confirmed: false },
  /** Only the definition goes; what is in the pool stays where it is. */
  undefine: { label: 'Remove from the list', confirmed: true },
  /** The volumes, the place itself where it is empty then, and the definition. */
  delete: { label: 'Delete with its volumes', confirmed: true },
};

const transient = 'It exists only while it is active';

/** Why it makes no sense now; null: it does. */
const objections: Readonly<Record<PoolAction, (pool: Pool) => string | null>> = {
  start: ({ active }) => (active ? 'It is active' : null),
  stop: ({ active }) => (active ? null : 'It is not active'),
  refresh: ({ active }) => (active ? null : 'It is not active'),
  build(pool) {
    if (pool.active) return 'It is active';
    return factsOf(pool)?.builds === 'folder' ? null : 'A pool of this kind has no folder of its own';
  },
  'autostart-on': ({ persistent, autostart }) => (persistent ? (autostart ? 'It starts with the host' : null) : transient),
  'autostart-off': ({ persistent, autostart }) => (persistent ? (autostart ? null : 'It does not start with the host') : transient),
  undefine: ({ persistent, active }) => (active ? (persistent ? 'It is active: stop it first' : transient) : null),
  delete(pool) {
    if (factsOf(pool)?.volumes.delete !== true) return 'The host cannot delete what a pool of this kind holds';
    return pool.active ? null : 'Only of an active pool it is known what is in it';
  },
};

/** Whether it makes sense now. What guests need is looked at when it is asked for. */
export function canPool(pool: Pool, action: PoolAction, abilities: Pick<HostAbilities, 'change'>): Permission {
  const why = abilities.change ? objections[action](pool) : onlyLook;
  return why === null ? { allowed: true } : { allowed: false, why };
}

/** Null for a kind that we do not know. */
export function factsOf({ kind }: Pick<Pool, 'kind'>) {
  const known = PoolKind.safeParse(kind);
  return known.success ? poolKinds[known.data] : null;
}
