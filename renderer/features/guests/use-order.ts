import { useEffect, useMemo, useState } from 'react';
import type { HostId } from '#model/host';
import type { PlacedGuest } from '../../data/queries.ts';
import { lastSample, onSamples } from '../../data/samples.ts';
import { isLive, sortGuests, type SortKey, type Sorting } from './guest-order.ts';

interface Order {
  readonly rows: readonly PlacedGuest[];
  readonly hosts: readonly HostId[];
  readonly sorting: Sorting;
  readonly held: boolean;
}

/** The rows in order. One by measured values is renewed with every sample, but not while it is held: rows must not move under the pointer. */
export function useOrder({ rows, hosts, sorting, held }: Order): readonly PlacedGuest[] {
  const [samples, setSamples] = useState(0);
  const live = isLive(sorting.by);
  useEffect(() => {
    if (!live || held) return undefined;
    const stops = hosts.map((host) => onSamples(host, () => setSamples((count) => count + 1)));
    return () => stops.forEach((stop) => stop());
  }, [live, held, hosts]);

  const measured = useMemo(() => {
    if (!live) return null;
    return new Map(rows.map((row) => [row.guest.id, measure(row, sorting.by)]));
    // Not again when `rows` changes: between samples the values stay those that the order was made of.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [samples, live, sorting.by]);
  return useMemo(() => sortGuests(rows, sorting, (row) => measured?.get(row.guest.id) ?? -1), [rows, sorting, measured]);
}

function measure({ host, guest, lostAt }: PlacedGuest, key: SortKey): number {
  if (lostAt !== null) return -1;
  const last = (field: Parameters<typeof lastSample>[1]) => lastSample({ host, id: guest.id }, field);
  const value =
    key === 'cpu'
      ? last('cpu')
      : key === 'memory'
        ? last('memoryUsed')
        : key === 'disk'
          ? last('diskRead') + last('diskWrite')
          : last('netReceive') + last('netSend');
  return Number.isNaN(value) || guest.state === 'shut-off' ? -1 : value;
}
