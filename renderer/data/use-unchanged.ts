import { useState } from 'react';

/** The array of the last render while its elements are the same. */
export function useUnchanged<T>(list: readonly T[]): readonly T[] {
  const [kept, keep] = useState(list);
  const same = kept.length === list.length && kept.every((one, i) => one === list[i]);
  if (!same) keep(list);
  return same ? kept : list;
}
