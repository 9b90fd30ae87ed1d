import { ArrowDownIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import { ArrowUpIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { InstalledApplication } from '#model/inspection';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { type ApplicationKey, type Sorting } from './application-order.ts';

const ROW_HEIGHT = 30;
const columns: readonly (readonly [ApplicationKey, string])[] = [
  ['name', 'Name'],
  ['version', 'Version'],
  ['summary', 'Summary'],
];

interface ApplicationsTableProps {
  readonly rows: readonly InstalledApplication[];
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
}

/** What is installed: only the rows in sight exist. It is read, not used, so it is one stop for Tab, which then scrolls. */
export function ApplicationsTable({ rows, sorting, onSort }: ApplicationsTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  // The rule is for React's compiler, which is not used here.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [sorting]);
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    // A part that scrolls must be reached by keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="gh-scroller gh-software__scroller" ref={scroller} tabIndex={0} role="region" aria-label="Installed applications">
      <table className="gh-table gh-software__table" aria-label="Installed applications" aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(([key, title]) => (
              <Header key={key} by={key} title={title} sorting={sorting} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {shown.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <tr key={index} aria-rowindex={index + 2}>
                <td title={readableText(row.name)}>
                  <ForeignText text={row.name} />
                </td>
                <td className="gh-number" title={readableText(row.version)}>
                  <ForeignText text={row.version} />
                </td>
                <td className="gh-subtle" title={readableText(row.summary ?? row.publisher ?? '')}>
                  <ForeignText text={row.summary ?? row.publisher ?? ''} />
                </td>
              </tr>
            );
          })}
          {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}

interface HeaderProps extends Pick<ApplicationsTableProps, 'sorting' | 'onSort'> {
  readonly by: ApplicationKey;
  readonly title: string;
}

function Header({ by, title, sorting, onSort }: HeaderProps) {
  const isSorted = sorting.by === by;
  const Arrow = sorting.direction === 'asc' ? ArrowUpIcon : ArrowDownIcon;
  return (
    <th scope="col" aria-sort={isSorted ? (sorting.direction === 'asc' ? 'ascending' : 'descending') : 'none'}>
      <button
        type="button"
        className="gh-sort"
        onClick={() => onSort({ by, direction: isSorted && sorting.direction === 'asc' ? 'desc' : 'asc' })}
      >
        <span>{title}</span>
        <span className="gh-sort__arrow">{isSorted && <Arrow />}</span>
      </button>
    </th>
  );
}
