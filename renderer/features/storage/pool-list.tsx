import { CircleIcon } from '@patternfly/react-icons/dist/esm/icons/circle-icon';
import { OutlinedCircleIcon } from '@patternfly/react-icons/dist/esm/icons/outlined-circle-icon';
import { Link } from 'wouter';
import type { HostId } from '#model/host';
import { factsOf } from '#model/pool-action';
import type { Pool } from '#model/storage';
import { paths } from '../../data/paths.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { Meter } from '../../ui/meter.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { kindLabel } from './kind-words.ts';

interface PoolListProps {
  readonly host: HostId;
  readonly pools: readonly Pool[];
  /** The one that the page shows; null: none of them. */
  readonly shown: string | null;
}

/** The host's pools: what they are, whether they are there, and how full. */
export function PoolList({ host, pools, shown }: PoolListProps) {
  return (
    <nav className="gh-pools" aria-label="Pools">
      <ul>
        {pools.map((pool) => (
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

/** Whether something can be put into it, so that it matters how full it is. */
export const hasRoom = (pool: Pool): boolean => pool.capacity > 0 && factsOf(pool)?.volumes.make !== false;

/** How full a pool is. */
export function PoolMeter({ pool }: { readonly pool: Pool }) {
  const used = pool.capacity - pool.available;
  const share = pool.capacity > 0 ? used / pool.capacity : 0;
  return (
    <Meter label={`Used of pool ${readableText(pool.name)}`} share={share} text={`${formatBytes(used)} of ${formatBytes(pool.capacity)}`} />
  );
}
