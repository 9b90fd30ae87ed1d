import { PoolKind, poolKinds } from '#model/pool-kinds';
import { readableText } from '../../ui/foreign-text.tsx';

/** What a pool is, in words; a kind that is not known here as the host calls it. */
export function kindLabel(kind: string): string {
  const known = PoolKind.safeParse(kind);
  return known.success ? poolKinds[known.data].title : readableText(kind);
}
