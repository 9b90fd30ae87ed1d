import { Link } from 'wouter';
import type { GuestRef } from '#model/guest';
import { faultOf } from '../../data/fault-of.ts';
import { paths } from '../../data/paths.ts';
import { useGuestObjects } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { SkeletonRows } from '../../ui/skeleton-rows.tsx';

/** The guest's snapshots, each with the way to its document. */
export function SnapshotList({ guestRef }: { readonly guestRef: GuestRef }) {
  const { data, error, refetch } = useGuestObjects(guestRef, 'snapshots');
  if (error !== null) return <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return <SkeletonRows label="Reading the snapshots" />;
  return (
    <table className="gh-small-table" aria-label="Snapshots">
      <thead>
        <tr>
          <th scope="col">Snapshot</th>
          <th scope="col">Made after</th>
          <th scope="col">What it is</th>
          <th scope="col">Definition</th>
        </tr>
      </thead>
      <tbody>
        {data.map(({ id, name, parent, detail, active }) => (
          <tr key={id}>
            <th scope="row">
              <ForeignText text={name} />
              {active === true && <span className="gh-subtle"> (the guest goes on from it)</span>}
            </th>
            <td>{parent === null ? <span className="gh-subtle">nothing</span> : <ForeignText text={parent} />}</td>
            <td>
              <ForeignText text={detail} />
            </td>
            <td>
              <Link href={paths.snapshotXml(guestRef, name)} aria-label={`XML of ${readableText(name)}`}>
                XML
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
