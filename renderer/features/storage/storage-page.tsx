import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { DatabaseIcon } from '@patternfly/react-icons/dist/esm/icons/database-icon';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { changePermission } from '../../data/change-permission.ts';
import { provideLabel, useDefaultPool } from '../../data/default-pool.ts';
import { useHost, usePools } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { OldNote } from '../../ui/old-note.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { CreatePoolDialog } from './create-pool-dialog.tsx';
import { PoolList } from './pool-list.tsx';
import { PoolPart } from './pool-part.tsx';
import { ToolButton } from './tool-button.tsx';
import './storage.css';

interface StoragePageProps {
  readonly host: HostId;
  /** The pool that the address names, and the volume in it whose details are open. */
  readonly pool: string | null;
  readonly volume: string | null;
}

/** The storage pools of a host: which there are, and what is in one of them. */
export function StoragePage({ host: id, pool, volume }: StoragePageProps) {
  const host = useHost(id);
  const pools = usePools(id);
  const problem = useReadFault(id, pools.error);
  const [making, setMaking] = useState(false);
  const permission = changePermission(host);
  const make = (
    <ToolButton variant="primary" permission={permission} onClick={() => setMaking(true)}>
      New pool…
    </ToolButton>
  );
  return (
    <section className="gh-page" aria-label="Storage">
      <PageHeader title="Storage" detail={<ForeignText text={host?.name ?? id} />}>
        {make}
      </PageHeader>
      {pools.data !== undefined && <OldNote fault={problem.fault} readAt={pools.dataUpdatedAt} onRetry={() => void pools.refetch()} />}
      {pools.data === undefined ? (
        <div className="gh-pane">
          <Unread {...problem} label="Reading the storage pools" onRetry={() => void pools.refetch()} />
        </div>
      ) : pools.data.length === 0 ? (
        <div className="gh-pane">
          <NoPool host={id} onMake={() => setMaking(true)} />
        </div>
      ) : (
        <Pools host={id} pools={pools.data} wanted={pool} volume={volume} />
      )}
      {making && <CreatePoolDialog host={id} onClose={() => setMaking(false)} />}
    </section>
  );
}

interface PoolsProps {
  readonly host: HostId;
  readonly pools: readonly Pool[];
  readonly wanted: string | null;
  readonly volume: string | null;
}

function Pools({ host, pools, wanted, volume }: PoolsProps) {
  const usual = pools.find(({ name, active }) => name === 'default' && active) ?? pools.find(({ active }) => active) ?? pools[0];
  const shown = wanted === null ? usual : pools.find(({ name }) => name === wanted);
  return (
    <div className="gh-storage">
      <PoolList host={host} pools={pools} shown={shown?.name ?? null} />
      {shown === undefined ? (
        <EmptyState titleText="The pool is gone" headingLevel="h2" variant="sm">
          <EmptyStateBody>
            The host has no pool <ForeignText text={wanted ?? ''} /> any more.
          </EmptyStateBody>
        </EmptyState>
      ) : (
        <PoolPart key={shown.name} host={host} pool={shown} open={volume} />
      )}
    </div>
  );
}

function NoPool({ host, onMake }: { readonly host: HostId; onMake(): void }) {
  const permission = changePermission(useHost(host));
  const { proposal, providing, fault, provide } = useDefaultPool(host, permission.allowed);
  return (
    <EmptyState titleText="No storage pool" headingLevel="h2" icon={DatabaseIcon} variant="sm">
      <EmptyStateBody>
        Disks of guests are kept in pools. This host has none yet.
        {proposal !== null && (
          <>
            {' '}
            The usual one is the folder <ForeignText text={proposal.path} />.
          </>
        )}
      </EmptyStateBody>
      {permission.allowed && (
        <EmptyStateFooter>
          {fault !== null && <FaultAlert fault={fault} />}
          <EmptyStateActions>
            {proposal !== null && (
              <Button variant="primary" isLoading={providing} isDisabled={providing} onClick={provide}>
                {provideLabel(proposal)}
              </Button>
            )}
            <Button variant="link" onClick={onMake}>
              Another pool…
            </Button>
          </EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
