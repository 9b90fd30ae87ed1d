import { ArrowDownIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import { ArrowUpIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';

export interface SortedBy<Key extends string> {
  readonly by: Key;
  readonly direction: 'asc' | 'desc';
}

interface SortHeaderProps<Key extends string> {
  readonly by: Key;
  readonly title: string;
  readonly numeric?: boolean;
  /** The largest is looked for, so it comes first. */
  readonly descends?: boolean;
  readonly sorting: SortedBy<Key>;
  onSort(sorting: SortedBy<Key>): void;
}

/** A column's title that orders the rows; again turns it round. */
export function SortHeader<Key extends string>({ by, title, numeric = false, descends = false, sorting, onSort }: SortHeaderProps<Key>) {
  const sorted = sorting.by === by;
  const next = sorted ? (sorting.direction === 'asc' ? 'desc' : 'asc') : descends ? 'desc' : 'asc';
  const Arrow = sorting.direction === 'asc' ? ArrowUpIcon : ArrowDownIcon;
  return (
    <th
      scope="col"
      data-column={by}
      data-numeric={numeric}
      aria-sort={sorted ? (sorting.direction === 'asc' ? 'ascending' : 'descending') : 'none'}
    >
      <button type="button" className="gh-sort" onClick={() => onSort({ by, direction: next })}>
        <span>{title}</span>
        <span className="gh-sort__arrow">{sorted && <Arrow />}</span>
      </button>
    </th>
  );
}
