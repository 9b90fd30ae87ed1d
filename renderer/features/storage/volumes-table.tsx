import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { Task } from '#model/task';
import { useVolumes } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { taskOf } from '../../data/volume-tasks.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { VolumeBadge, VolumeMenu } from './volume-tools.tsx';

/** Pools with thousands of volumes exist; the page shows them in portions. */
const PORTION = 100;

interface VolumesTableProps {
  readonly host: HostId;
  readonly pool: string;
  readonly tasks: readonly Task[];
}

export function VolumesTable({ host, pool, tasks }: VolumesTableProps) {
  const volumes = useVolumes(host, pool);
  const [limit, setLimit] = useState(PORTION);
  const { fault, away } = useReadFault(host, volumes.error);
  if (fault !== null) return <FaultAlert fault={fault} onRetry={() => void volumes.refetch()} />;
  if (volumes.data === undefined && away) return null;
  if (volumes.data === undefined) return <p className="gh-subtle">Reading the volumes…</p>;
  if (volumes.data.length === 0) return <p className="gh-subtle">This pool is empty.</p>;
  const rest = volumes.data.length - limit;
  return (
    <>
      <table className="gh-small-table" aria-label={`Volumes of ${pool}`}>
        <thead>
          <tr>
            <th scope="col">Volume</th>
            <th scope="col">Format</th>
            <th scope="col" data-numeric="true">
              Size
            </th>
            <th scope="col" data-numeric="true">
              On disk
            </th>
            <th scope="col">
              <span className="pf-v6-screen-reader">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {volumes.data.slice(0, limit).map((volume) => {
            const task = taskOf(tasks, volume);
            return (
              <tr key={volume.path}>
                <th scope="row" className="gh-path">
                  <ForeignText text={volume.name} />
                  <VolumeBadge task={task} />
                </th>
                <td>{volume.format ?? '–'}</td>
                <td data-numeric="true">{formatBytes(volume.capacity)}</td>
                <td data-numeric="true">{formatBytes(volume.allocation)}</td>
                <td className="gh-volume-menu">
                  <VolumeMenu host={host} volume={volume} busy={task !== undefined} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rest > 0 && (
        <Button variant="link" size="sm" onClick={() => setLimit(limit + PORTION)}>
          {`Show ${Math.min(rest, PORTION)} more of ${rest}`}
        </Button>
      )}
    </>
  );
}
