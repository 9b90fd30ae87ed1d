import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { rowByKey } from '../ui/row-by-key.ts';
import { ForeignText, readableText } from '../ui/foreign-text.tsx';
import { formatBytes } from '../ui/quantity.ts';
import { SortHeader } from '../ui/sort-header.tsx';
import type { ChoiceRow, Sorting } from './volume-choice-order.ts';

/** Pixels, as in lists.css. */
const ROW_HEIGHT = 34;
const HEAD_HEIGHT = 31;

interface VolumeChoiceTableProps {
  /** Of the table, and what is looked for. */
  readonly id: string;
  readonly label: string;
  readonly rows: readonly ChoiceRow[];
  /** The key of the one that is chosen. */
  readonly chosen: string | null;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
  onChoose(row: ChoiceRow): void;
}

/** Only the rows in sight exist. One stop for Tab; arrows go from row to row, Enter and Space choose one. */
export function VolumeChoiceTable({ id, label, rows, chosen, sorting, onSort, onChoose }: VolumeChoiceTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const [marked, mark] = useState<string | null>(null);
  const active = marked ?? chosen;
  const activeIndex = active === null ? -1 : rows.findIndex(({ key }) => key === active);
  // The rule is for React's compiler, which is not used here.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });

  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex);
    // Where it was when the list came; from then on the person scrolls.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [sorting]);

  const go = (index: number) => {
    const at = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[at];
    if (row === undefined) return;
    mark(row.key);
    virtual.scrollToIndex(at);
  };
  const choose = (row: ChoiceRow | undefined) => {
    if (row === undefined) return;
    mark(row.key);
    if (row.closed === null) onChoose(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== table.current || event.altKey || event.metaKey || event.ctrlKey) return;
    const target = rowByKey(event.key, {
      active: activeIndex,
      count: rows.length,
      sight: scroller.current?.clientHeight ?? 0,
      rowHeight: ROW_HEIGHT,
    });
    if (target !== undefined) go(target);
    else if (event.key === 'Enter' || event.key === ' ') choose(rows[activeIndex]);
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    if (event.target instanceof Element) choose(rows[Number(event.target.closest('tr')?.dataset['index'] ?? -1)]);
  };

  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const inSight = shown.some(({ index }) => index === activeIndex);
  const rowId = (index: number) => `${id}-row-${index}`;
  return (
    <div
      className="gh-scroller gh-volume-choice__list"
      ref={scroller}
      style={{ blockSize: HEAD_HEIGHT + ROW_HEIGHT * Math.min(rows.length, 7) }}
    >
      <table
        ref={table}
        id={id}
        role="grid"
        tabIndex={0}
        className="gh-table gh-choices"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={inSight ? rowId(activeIndex) : undefined}
        onKeyDown={onKeyDown}
        onFocus={(event) => event.target === event.currentTarget && activeIndex === -1 && go(0)}
      >
        <colgroup>
          <col />
          <col className="gh-choices__pool" />
          <col className="gh-choices__size" />
          <col className="gh-choices__format" />
          <col className="gh-choices__use" />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <SortHeader by="name" title="Volume" sorting={sorting} onSort={onSort} />
            <SortHeader by="pool" title="Pool" sorting={sorting} onSort={onSort} />
            <SortHeader numeric descends by="size" title="Size" sorting={sorting} onSort={onSort} />
            <SortHeader by="format" title="Format" sorting={sorting} onSort={onSort} />
            <SortHeader by="use" title="Used by" sorting={sorting} onSort={onSort} />
          </tr>
        </thead>
        <tbody onClick={onClick}>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {shown.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const { key, volume, users, unused, closed } = row;
            return (
              <tr
                key={key}
                id={rowId(index)}
                className="gh-row"
                data-index={index}
                data-active={key === active}
                aria-selected={key === chosen}
                aria-disabled={closed !== null}
                aria-rowindex={index + 2}
              >
                <th scope="row" className="gh-cell" title={readableText(volume.name)}>
                  <ForeignText text={volume.name} />
                  {closed !== null && <span className="gh-subtle">{` ${closed}`}</span>}
                </th>
                <td className="gh-cell" data-column="pool" title={readableText(volume.pool)}>
                  <ForeignText text={volume.pool} />
                </td>
                <td className="gh-cell" data-numeric="true">
                  {formatBytes(volume.capacity)}
                </td>
                <td className="gh-cell" data-column="format">
                  {volume.format === null ? '–' : <ForeignText text={volume.format} />}
                </td>
                <td className="gh-cell" data-column="use" title={users === '' ? undefined : users}>
                  {users !== '' ? users : <span className="gh-subtle">{unused}</span>}
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
