import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import type { Task } from '#model/task';
import { changePermission } from '../../data/change-permission.ts';
import { provideLabel, useDefaultPool } from '../../data/default-pool.ts';
import { useHost, usePools } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { useVolumeTasks } from '../../data/volume-tasks.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Meter } from '../../ui/meter.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { Unread } from '../../ui/unread.tsx';
import { UploadButton } from './upload-button.tsx';
import { VolumesTable } from './volumes-table.tsx';
import './storage.css';

/** The storage pools of a host and what is in them, with the way in and out for disk images. */
export function StoragePage({ host }: { readonly host: HostId }) {
  const name = useHost(host)?.name ?? host;
  const pools = usePools(host);
  const problem = useReadFault(host, pools.error);
  const tasks = useVolumeTasks(host);
  return (
    <section className="gh-page" aria-label="Storage">
      <PageHeader title="Storage" detail={<ForeignText text={name} />} />
      <div className="gh-pane">
        {(pools.data === undefined || problem.fault !== null) && (
          <Unread {...problem} label="Reading the storage pools" onRetry={() => void pools.refetch()} />
        )}
        {pools.data?.length === 0 && <NoPool host={host} />}
        {pools.data?.map((pool) => (
          <PoolPart key={pool.name} host={host} pool={pool} tasks={tasks} />
        ))}
      </div>
    </section>
  );
}

function NoPool({ host }: { readonly host: HostId }) {
  const permission = changePermission(useHost(host));
  const { proposal, providing, fault, provide } = useDefaultPool(host, permission.allowed);
  return (
    <EmptyState titleText="No storage pool" headingLevel="h2" variant="sm">
      <EmptyStateBody>
        Disks of guests are kept in pools. This host has none yet.
        {proposal !== null && (
          <>
            {' '}
            The usual one is the folder <ForeignText text={proposal.path} />.
          </>
        )}
      </EmptyStateBody>
      {proposal !== null && (
        <EmptyStateFooter>
          {fault !== null && <FaultAlert fault={fault} />}
          <Button variant="primary" isLoading={providing} isDisabled={providing} onClick={provide}>
            {provideLabel(proposal)}
          </Button>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}

interface PoolPartProps {
  readonly host: HostId;
  readonly pool: Pool;
  readonly tasks: readonly Task[];
}

function PoolPart({ host, pool, tasks }: PoolPartProps) {
  const used = pool.capacity - pool.available;
  const text = `${formatBytes(pool.available)} free of ${formatBytes(pool.capacity)}`;
  return (
    <section className="gh-part">
      <div className="gh-part__line">
        <h2>
          <ForeignText text={pool.name} />
        </h2>
        <span className="gh-subtle">{pool.kind}</span>
        {pool.path !== null && (
          <span className="gh-subtle gh-path">
            <ForeignText text={pool.path} />
          </span>
        )}
        {pool.active ? (
          <span className="gh-part__end gh-number">
            {text}{' '}
            <Meter
              label={`Used of pool ${pool.name}`}
              share={pool.capacity > 0 ? used / pool.capacity : 0}
              text={`${formatBytes(used)} used`}
            />
            <span className="gh-part__upload">
              <UploadButton host={host} pool={pool} />
            </span>
          </span>
        ) : (
          <span className="gh-part__end gh-subtle">Not active</span>
        )}
      </div>
      {pool.active && <VolumesTable host={host} pool={pool.name} tasks={tasks} />}
    </section>
  );
}
