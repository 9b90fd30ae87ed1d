import { Button, FormSelect, FormSelectOption, SearchInput } from '@patternfly/react-core';
import { CircleIcon } from '@patternfly/react-icons/dist/esm/icons/circle-icon';
import { OutlinedCircleIcon } from '@patternfly/react-icons/dist/esm/icons/outlined-circle-icon';
import { useDeferredValue, useMemo, useRef, type KeyboardEvent } from 'react';
import { Link } from 'wouter';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { paths } from '../../data/paths.ts';
import { useRemembered } from '../../data/remembered.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { Meter } from '../../ui/meter.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { kindLabel } from './kind-words.ts';
import { filterPools, hasRoom, isPoolOrder, poolOrders, sortPools, type PoolOrder } from './pool-order.ts';

interface PoolListProps {
  readonly host: HostId;
  readonly pools: readonly Pool[];
  /** The one that the page shows; null: none of them. */
  readonly shown: string | null;
}

/** So many are seen at a glance, and need neither search nor order. */
const FEW = 6;
const isText = (value: unknown): value is string => typeof value === 'string';

/** The host's pools: what they are, whether they are there, and how full. */
export function PoolList({ host, pools, shown }: PoolListProps) {
  const [search, setSearch] = useRemembered(`storage.${host}.pools.search`, '', isText);
  const [order, setOrder] = useRemembered<PoolOrder>(`storage.${host}.pools.order`, 'name', isPoolOrder);
  const list = useRef<HTMLUListElement>(null);
  const searched = useDeferredValue(search);
  const many = pools.length > FEW;
  const found = useMemo(() => sortPools(filterPools(pools, many ? searched : ''), order), [pools, many, searched, order]);
  const leaveSearch = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setSearch('');
    if (event.key === 'ArrowDown' || event.key === 'Enter') list.current?.querySelector('a')?.focus();
  };
  return (
    <nav className="gh-pools" aria-label="Pools">
      {many && (
        <div className="gh-pools__bar">
          <SearchInput
            className="gh-search"
            placeholder="Search pools"
            aria-label="Search pools"
            value={search}
            onChange={(_event, value) => setSearch(value)}
            onClear={() => setSearch('')}
            onKeyDown={leaveSearch}
          />
          <FormSelect
            id="pools-order"
            aria-label="Order of the pools"
            value={order}
            onChange={(_event, value) => isPoolOrder(value) && setOrder(value)}
          >
            {Object.entries(poolOrders).map(([key, label]) => (
              <FormSelectOption key={key} value={key} label={label} />
            ))}
          </FormSelect>
          <span className="pf-v6-screen-reader" role="status">
            {search !== '' && `${found.length} of ${pools.length} pools`}
          </span>
          {found.length === 0 && (
            <p className="gh-subtle">
              No pool matches.{' '}
              <Button variant="link" isInline onClick={() => setSearch('')}>
                Show all pools
              </Button>
            </p>
          )}
        </div>
      )}
      <ul ref={list}>
        {found.map((pool) => (
          <li key={pool.name}>
            <Link href={paths.storage(host, pool.name)} className="gh-pool" aria-current={pool.name === shown ? 'page' : undefined}>
              <span className="gh-pool__name" title={readableText(pool.name)}>
                <span className="gh-pool__dot" data-active={pool.active} aria-hidden="true">
                  {pool.active ? <CircleIcon /> : <OutlinedCircleIcon />}
                </span>
                <ForeignText text={pool.name} />
              </span>
              <span className="gh-pool__kind">{kindLabel(pool.kind)}</span>
              {pool.active && hasRoom(pool) ? (
                <>
                  <PoolMeter pool={pool} />
                  <span className="gh-pool__free">{formatBytes(pool.available)} free</span>
                </>
              ) : (
                <span className="gh-pool__free">
                  {!pool.active ? 'Not active' : pool.capacity > 0 ? formatBytes(pool.capacity) : 'Active'}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** How full a pool is. */
export function PoolMeter({ pool }: { readonly pool: Pool }) {
  const used = pool.capacity - pool.available;
  const share = pool.capacity > 0 ? used / pool.capacity : 0;
  return (
    <Meter label={`Used of pool ${readableText(pool.name)}`} share={share} text={`${formatBytes(used)} of ${formatBytes(pool.capacity)}`} />
  );
}
