import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { HostId } from '#model/host';
import { rowByKey } from '../../ui/row-by-key.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { placeBelow, type MenuPlace } from '../../ui/context-menu.tsx';
import { SortHeader } from '../../ui/sort-header.tsx';
import { lineId, VolumeLine } from './volume-line.tsx';
import type { Sorting } from './volume-order.ts';
import type { VolumeRow } from './volume-row.ts';

const ROW_HEIGHT = 34;
export const VOLUMES_TABLE = 'volumes-table';

interface VolumesTableProps {
  readonly host: HostId;
  readonly pool: string;
  readonly rows: readonly VolumeRow[];
  readonly sorting: Sorting;
  readonly ticked: ReadonlySet<string>;
  /** The volume whose details are open. */
  readonly open: string | null;
  onSort(sorting: Sorting): void;
  onTick(ticked: ReadonlySet<string>): void;
  onOpen(row: VolumeRow): void;
  /** The details are to go. */
  onClose(): void;
  onDelete(row: VolumeRow): void;
  onMenu(row: VolumeRow, place: MenuPlace): void;
}

/**
 * The volumes of a pool: only the rows in sight exist. One stop for Tab; arrows choose a row, Enter opens it, Escape closes it, Space ticks it, Delete asks to
 * delete what is ticked, or else the row.
 */
export function VolumesTable({
  host,
  pool,
  rows,
  sorting,
  ticked,
  open,
  onSort,
  onTick,
  onOpen,
  onClose,
  onDelete,
  onMenu,
}: VolumesTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const [chosen, setActive] = useState<string | null>(null);
  const active = chosen ?? open;
  // The rule is for React's compiler, which is not used here.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const activeIndex = active === null ? -1 : rows.findIndex(({ volume }) => volume.name === active);

  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [sorting]);

  const choose = (index: number) => {
    const at = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[at];
    if (!row) return;
    setActive(row.volume.name);
    virtual.scrollToIndex(at);
    if (open !== null) onOpen(row);
  };
  const tick = ({ volume: { name } }: VolumeRow) => {
    const next = new Set(ticked);
    if (!next.delete(name)) next.add(name);
    onTick(next);
  };
  const all = rows.length > 0 && rows.every(({ volume }) => ticked.has(volume.name));
  const tickAll = () => onTick(all ? new Set() : new Set(rows.map(({ volume }) => volume.name)));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== table.current || event.altKey || event.metaKey) return;
    const row = rows[activeIndex];
    if (event.ctrlKey) {
      if (event.key.toLowerCase() !== 'a') return;
      event.preventDefault();
      tickAll();
      return;
    }
    const target = rowByKey(event.key, {
      active: activeIndex,
      count: rows.length,
      sight: scroller.current?.clientHeight ?? 0,
      rowHeight: ROW_HEIGHT,
    });
    if (target !== undefined) choose(target);
    else if (event.key === 'Enter' && row) onOpen(row);
    else if (event.key === ' ' && row) tick(row);
    else if (event.key === 'Delete' && row) onDelete(row);
    else if (event.key === 'Escape' && open !== null) onClose();
    else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && row)
      onMenu(row, placeBelow(document.getElementById(lineId(row.volume.name))));
    else return;
    event.preventDefault();
  };

  const rowAt = (event: MouseEvent) =>
    event.target instanceof Element ? rows[Number(event.target.closest('tr')?.dataset['index'] ?? -1)] : undefined;
  const onClick = (event: MouseEvent) => {
    const row = rowAt(event);
    if (!row || !(event.target instanceof Element)) return;
    setActive(row.volume.name);
    const button = event.target.closest('[data-menu]');
    if (button) onMenu(row, placeBelow(button));
    else if (event.target.closest('[data-tick], .gh-cell--tick') || event.ctrlKey) tick(row);
    else if (open !== null && !event.target.closest('a')) onOpen(row);
  };
  const onContextMenu = (event: MouseEvent) => {
    const row = rowAt(event);
    if (!row) return;
    event.preventDefault();
    setActive(row.volume.name);
    onMenu(row, { x: event.clientX, y: event.clientY });
  };
  const onDoubleClick = (event: MouseEvent) => {
    const row = rowAt(event);
    if (row && event.target instanceof Element && !event.target.closest('a, button, input')) onOpen(row);
  };

  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const inSight = shown.some(({ index }) => index === activeIndex);
  return (
    <div className="gh-scroller" ref={scroller}>
      <table
        ref={table}
        id={VOLUMES_TABLE}
        role="grid"
        tabIndex={0}
        className="gh-table gh-volumes"
        aria-label={`Volumes of ${readableText(pool)}`}
        aria-rowcount={rows.length + 1}
        aria-multiselectable
        aria-activedescendant={active !== null && inSight ? lineId(active) : undefined}
        onKeyDown={onKeyDown}
        onFocus={(event) => event.target === event.currentTarget && activeIndex === -1 && choose(0)}
      >
        <colgroup>
          <col className="gh-col--tick" />
          <col />
          <col className="gh-col--format" />
          <col className="gh-col--size" />
          <col className="gh-col--size" />
          <col className="gh-col--base" />
          <col className="gh-col--use" />
          <col className="gh-col--menu" />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className="gh-cell--tick">
              <input type="checkbox" aria-label="Tick all that are shown" checked={all} onChange={tickAll} />
            </th>
            <SortHeader by="name" title="Volume" sorting={sorting} onSort={onSort} />
            <SortHeader by="format" title="Format" sorting={sorting} onSort={onSort} />
            <SortHeader numeric descends by="capacity" title="Size" sorting={sorting} onSort={onSort} />
            <SortHeader numeric descends by="allocation" title="On disk" sorting={sorting} onSort={onSort} />
            <SortHeader by="base" title="Lies over" sorting={sorting} onSort={onSort} />
            <SortHeader by="use" title="Used by" sorting={sorting} onSort={onSort} />
            <th scope="col">
              <span className="pf-v6-screen-reader">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody onClick={onClick} onDoubleClick={onDoubleClick} onContextMenu={onContextMenu}>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {shown.map(({ index }) => {
            const row = rows[index];
            if (!row) return null;
            const { name } = row.volume;
            return <VolumeLine key={name} host={host} row={row} index={index} active={name === active} ticked={ticked.has(name)} />;
          })}
          {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}
