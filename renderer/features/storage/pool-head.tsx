import { Label } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { kindLabel } from './kind-words.ts';
import { PoolMeter } from './pool-list.tsx';
import { hasRoom } from './pool-order.ts';
import { PoolMenu } from './pool-tools.tsx';

/** What a pool is, where, and how full; `children` are the tools that make something in it. */
export function PoolHead({ host, pool, children }: { readonly host: HostId; readonly pool: Pool; readonly children: ReactNode }) {
  return (
    <header className="gh-pool-head">
      <div className="gh-pool-head__line">
        <h2>
          <ForeignText text={pool.name} />
        </h2>
        <Label isCompact color={pool.active ? 'green' : 'grey'}>
          {pool.active ? 'Active' : 'Not active'}
        </Label>
        {pool.autostart && (
          <Label isCompact variant="outline">
            Starts with the host
          </Label>
        )}
        {!pool.persistent && (
          <Label isCompact color="orange">
            Only while it is active
          </Label>
        )}
        <div className="gh-pool-head__tools">
          {children}
          <PoolMenu host={host} pool={pool} />
        </div>
      </div>
      <div className="gh-pool-head__facts">
        <span>{kindLabel(pool.kind)}</span>
        {pool.source !== null && (
          <span className="gh-path">
            <ForeignText text={pool.source} />
          </span>
        )}
        {pool.path !== null && (
          <span className="gh-path">
            <ForeignText text={pool.path} /> <CopyButton text={pool.path} label="Copy the path of the pool" />
          </span>
        )}
        {pool.active && hasRoom(pool) && (
          <span className="gh-pool-head__space gh-number">
            {formatBytes(pool.available)} free of {formatBytes(pool.capacity)} <PoolMeter pool={pool} />
          </span>
        )}
      </div>
    </header>
  );
}
