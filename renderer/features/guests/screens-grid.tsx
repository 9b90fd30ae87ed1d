import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import type { Host } from '#model/host';
import { abilitiesOf } from '../../data/change-permission.ts';
import { openConsoleWindow } from '../../data/console-windows.ts';
import { paths } from '../../data/paths.ts';
import type { PlacedGuest } from '../../data/queries.ts';
import { ScreenTile, tileId } from './screen-tile.tsx';
import './screens.css';

/** As in screens.css: between pictures, and the line below one. */
const GAP = 12;
const CAPTION = 30;
const ASPECT = 10 / 16;

interface ScreensGridProps {
  readonly rows: readonly PlacedGuest[];
  readonly hosts: readonly Host[];
  /** With the name of the host. */
  readonly placed: boolean;
  /** Width of a picture, at least. */
  readonly size: number;
}

/** Pictures in lines, of which only those in sight exist. One stop for Tab; arrows choose, Enter opens, Ctrl+Enter in a window of its own. */
export function ScreensGrid({ rows, hosts, placed, size }: ScreensGridProps) {
  const [, navigate] = useLocation();
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [active, setActive] = useState<string | null>(null);
  useEffect(() => {
    if (scroller.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  const columns = Math.max(1, Math.floor((width + GAP) / (size + GAP)));
  const tileWidth = columns === 1 ? Math.min(width, size) : (width - GAP * (columns - 1)) / columns;
  const lineHeight = Math.round(tileWidth * ASPECT) + CAPTION + GAP;
  // The rule is for React's compiler, which is not used here.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: width === 0 ? 0 : Math.ceil(rows.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 0,
  });
  useEffect(() => virtual.measure(), [virtual, lineHeight]);

  const at = rows.findIndex((row) => tileId(row) === active);
  const choose = (index: number): void => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[to];
    if (row === undefined) return;
    setActive(tileId(row));
    virtual.scrollToIndex(Math.floor(to / columns));
  };
  const refOf = ({ host, guest }: PlacedGuest) => ({ host, id: guest.id });
  const open = (row: PlacedGuest): void => navigate(paths.guest(refOf(row), 'console'));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    const to = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at === -1 ? 0 : at + columns,
      ArrowUp: at - columns,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    const row = rows[at];
    if (to !== undefined) choose(to);
    else if (event.key === 'Enter' && row !== undefined) {
      if (event.ctrlKey) void openConsoleWindow(refOf(row));
      else open(row);
    } else return;
    event.preventDefault();
  };
  const able = new Set(hosts.filter((host) => abilitiesOf(host)?.screenshots === true).map(({ id }) => id));
  const names = new Map(hosts.map((host) => [host.id, host.name]));
  return (
    <div
      ref={scroller}
      className="gh-screens"
      role="listbox"
      tabIndex={0}
      aria-label="Screens"
      aria-activedescendant={active ?? undefined}
      onKeyDown={onKeyDown}
      onFocus={() => at === -1 && choose(0)}
    >
      <div role="presentation" className="gh-screens__lines" style={{ blockSize: virtual.getTotalSize() }}>
        {virtual
          .getVirtualItems()
          .map(({ index: line, start }) =>
            rows
              .slice(line * columns, (line + 1) * columns)
              .map((row, column) => (
                <ScreenTile
                  key={tileId(row)}
                  row={row}
                  hostName={placed ? (names.get(row.host) ?? row.host) : null}
                  hasPictures={able.has(row.host)}
                  place={{ left: column * (tileWidth + GAP), top: start, width: tileWidth }}
                  position={line * columns + column + 1}
                  of={rows.length}
                  isActive={tileId(row) === active}
                  onChoose={() => setActive(tileId(row))}
                  onOpen={() => open(row)}
                />
              )),
          )}
      </div>
    </div>
  );
}
