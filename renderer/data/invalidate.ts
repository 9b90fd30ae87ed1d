import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';

/** First readings that will be repeated. */
const doubted = new WeakSet<Query>();

/**
 * What was read under this key may be wrong: it is read again where it is shown, else when it is. A first reading that is under way counts as
 * made before; query-core would let it pass for fresh when it arrives, since it repeats only readings that have an earlier answer.
 */
export function invalidate(client: QueryClient, queryKey: QueryKey): void {
  for (const query of client.getQueryCache().findAll({ queryKey })) {
    const { fetchStatus, data } = query.state;
    if (fetchStatus !== 'fetching' || data !== undefined || doubted.has(query)) continue;
    doubted.add(query);
    const again = () => {
      doubted.delete(query);
      void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    };
    query.promise?.then(again, again);
  }
  void client.invalidateQueries({ queryKey });
}
