import { ArrowDownIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import { ArrowUpIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';
import { isLive, type SortKey, type Sorting } from './guest-order.ts';

interface SortHeaderProps {
  readonly by: SortKey;
  readonly title: string;
  readonly numeric: boolean;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
}

/** A column's title that orders the list; again turns it round. Measured columns begin with the largest: that is what is looked for. */
export function SortHeader({ by, title, numeric, sorting, onSort }: SortHeaderProps) {
  const sorted = sorting.by === by;
  const first = isLive(by) ? 'desc' : 'asc';
  const next = sorted ? (sorting.direction === 'asc' ? 'desc' : 'asc') : first;
  const Arrow = sorting.direction === 'asc' ? ArrowUpIcon : ArrowDownIcon;
  return (
    <th scope="col" aria-sort={sorted ? (sorting.direction === 'asc' ? 'ascending' : 'descending') : 'none'} data-numeric={numeric}>
      <button type="button" className="gh-sort" onClick={() => onSort({ by, direction: next })}>
        <span>{title}</span>
        <span className="gh-sort__arrow">{sorted && <Arrow />}</span>
      </button>
    </th>
  );
}
