import { ArrowDownIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import { ArrowUpIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';
import { largestFirst, type SortKey, type Sorting } from './volume-order.ts';

interface SortHeaderProps {
  readonly by: SortKey;
  readonly title: string;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
}

/** A column's title that orders the volumes; again turns it round. */
export function SortHeader({ by, title, sorting, onSort }: SortHeaderProps) {
  const sorted = sorting.by === by;
  const numeric = largestFirst(by);
  const next = sorted ? (sorting.direction === 'asc' ? 'desc' : 'asc') : numeric ? 'desc' : 'asc';
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
