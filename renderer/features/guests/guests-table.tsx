import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useLocation } from 'wouter';
import type { Guest } from '#model/guest';
import { canGuest } from '#model/guest-action';
import type { Host } from '#model/host';
import { performAction } from '../../data/guest-verbs.ts';
import { paths } from '../../data/paths.ts';
import type { PlacedGuest } from '../../data/queries.ts';
import { rowByKey } from '../../ui/row-by-key.ts';
import { placeBelow, type MenuPlace } from '../../ui/context-menu.tsx';
import { GuestContextMenu } from './guest-context-menu.tsx';
import { isLive, type SortKey, type Sorting } from './guest-order.ts';
import { GuestRow, rowId } from './guest-row.tsx';
import { SortHeader } from '../../ui/sort-header.tsx';

const ROW_HEIGHT = 34;
/** More rows than are ever in sight: a row's place in the page is used again for the row that scrolls in, its elements with it. */
const PLACES = 128;

export const GUESTS_TABLE = 'guests-table';

interface GuestsTableProps {
  readonly label: string;
  readonly rows: readonly PlacedGuest[];
  readonly hosts: readonly Host[];
  /** With a column for the host. */
  readonly placed: boolean;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
  /** The pointer is over the rows: nothing may move below it. */
  onHold(held: boolean): void;
}

/** The list of guests: only the rows in sight exist. One stop for Tab; arrows choose a row, Enter opens it, Space starts or pauses it. */
export function GuestsTable({ label, rows, hosts, placed, sorting, onSort, onHold }: GuestsTableProps) {
  const [, navigate] = useLocation();
  const scroller = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ readonly row: PlacedGuest; readonly place: MenuPlace } | null>(null);
  // The rule is for React's compiler, which is not used here.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const activeIndex = active === null ? -1 : rows.findIndex(({ host, guest }) => rowId(host, guest) === active);

  // Another order or search begins at the top; a change of one guest does not move the list.
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [sorting]);

  const choose = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    setActive(rowId(row.host, row.guest));
    virtual.scrollToIndex(rows.indexOf(row));
  };
  const open = (row: PlacedGuest) => navigate(paths.guest({ host: row.host, id: row.guest.id }));
  const openMenu = (row: PlacedGuest, place: MenuPlace) => {
    setActive(rowId(row.host, row.guest));
    setMenu({ row, place });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== table.current || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = rowByKey(event.key, {
      active: activeIndex,
      count: rows.length,
      sight: scroller.current?.clientHeight ?? 0,
      rowHeight: ROW_HEIGHT,
    });
    const row = rows[activeIndex];
    if (target !== undefined) choose(target);
    else if (event.key === 'Enter' && row) open(row);
    else if (event.key === ' ' && row) toggle(row);
    else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && row)
      openMenu(row, placeBelow(document.getElementById(rowId(row.host, row.guest))));
    else return;
    event.preventDefault();
  };

  const rowAt = (event: MouseEvent) =>
    event.target instanceof Element ? rows[Number(event.target.closest('tr')?.dataset['index'] ?? -1)] : undefined;
  const onClick = (event: MouseEvent) => {
    const row = rowAt(event);
    if (!row || !(event.target instanceof Element)) return;
    setActive(rowId(row.host, row.guest));
    const button = event.target.closest('[data-menu]');
    if (button) openMenu(row, placeBelow(button));
  };
  const onContextMenu = (event: MouseEvent) => {
    const row = rowAt(event);
    if (!row) return;
    event.preventDefault();
    openMenu(row, { x: event.clientX, y: event.clientY });
  };
  const onDoubleClick = (event: MouseEvent) => {
    const row = rowAt(event);
    if (row && event.target instanceof Element && !event.target.closest('a, button')) open(row);
  };

  const header = (key: SortKey, title: string, numeric = false) => (
    <SortHeader by={key} title={title} numeric={numeric} descends={isLive(key)} sorting={sorting} onSort={onSort} />
  );
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const hostNames = new Map(hosts.map((host) => [host.id, host.name]));
  const inSight = shown.some(({ index }) => index === activeIndex);

  return (
    <>
      <div className="gh-scroller" ref={scroller}>
        <table
          ref={table}
          id={GUESTS_TABLE}
          role="grid"
          tabIndex={0}
          className="gh-table"
          aria-label={label}
          aria-rowcount={rows.length + 1}
          aria-activedescendant={active !== null && inSight ? active : undefined}
          onKeyDown={onKeyDown}
          onFocus={(event) => event.target === event.currentTarget && activeIndex === -1 && choose(0)}
        >
          <colgroup>
            <col className="gh-col--state" />
            <col className="gh-col--name" />
            {placed && <col className="gh-col--host" />}
            <col className="gh-col--cpu" />
            <col className="gh-col--memory" />
            <col className="gh-col--rate" />
            <col className="gh-col--rate" />
            <col className="gh-col--menu" />
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {header('state', 'State')}
              {header('name', 'Name')}
              {placed && header('host', 'Host')}
              {header('cpu', 'CPU')}
              {header('memory', 'Memory')}
              {header('disk', 'Disk', true)}
              {header('network', 'Network', true)}
              <th scope="col">
                <span className="pf-v6-screen-reader">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody
            onClick={onClick}
            onDoubleClick={onDoubleClick}
            onContextMenu={onContextMenu}
            onPointerEnter={() => onHold(true)}
            onPointerLeave={() => onHold(false)}
          >
            {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
            {shown.map(({ index }) => {
              const row = rows[index];
              if (!row) return null;
              const id = rowId(row.host, row.guest);
              return (
                <GuestRow
                  key={index % PLACES}
                  host={row.host}
                  hostName={placed ? (hostNames.get(row.host) ?? row.host) : null}
                  guest={row.guest}
                  lostAt={row.lostAt}
                  index={index}
                  active={id === active}
                />
              );
            })}
            {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
          </tbody>
        </table>
      </div>
      {menu && (
        <GuestContextMenu
          row={current(rows, menu.row)}
          host={hosts.find((host) => host.id === menu.row.host)}
          place={menu.place}
          onClose={() => {
            setMenu(null);
            table.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </>
  );
}

/** Space: whichever of starting, pausing and resuming the guest permits now. */
function toggle({ host, guest, lostAt }: PlacedGuest): void {
  if (lostAt !== null) return;
  const action = (['start', 'pause', 'resume'] as const).find((one) => canGuest(guest, one).allowed);
  if (action) void performAction({ host, id: guest.id }, guest, action);
}

/** The menu stays open while its guest changes, and shows what it permits now. */
const current = (rows: readonly PlacedGuest[], row: PlacedGuest): PlacedGuest =>
  rows.find(({ host, guest }: { host: string; guest: Guest }) => host === row.host && guest.id === row.guest.id) ?? row;
