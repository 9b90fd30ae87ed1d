import type { HostObject } from '#model/inventory';
import { failedWith } from '../failed-with.ts';

/** So many objects of a kind are described from their documents, one call each; a host may have thousands, and they are listed all the same. */
const DESCRIBED_MAX = 128;
/** Documents under way at a time: the connection takes four calls, and one place stays free for others. */
const WIDTH = 3;

export type Details = Pick<HostObject, 'parent' | 'detail'>;

/** What `describe` says of the first `most` of them; null: it is no longer there. */
export async function describeEach<Handle, T>(
  handles: readonly Handle[],
  describe: (handle: Handle) => Promise<T>,
  most = DESCRIBED_MAX,
): Promise<(T | null)[]> {
  const described: (T | null)[] = [];
  const end = Math.min(handles.length, most);
  for (let start = 0; start < end; start += WIDTH) {
    const batch = handles.slice(start, Math.min(start + WIDTH, end));
    described.push(...(await Promise.all(batch.map((handle) => orGone(describe(handle))))));
  }
  return described;
}

async function orGone<T>(described: Promise<T>): Promise<T | null> {
  try {
    return await described;
  } catch (error) {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  }
}
