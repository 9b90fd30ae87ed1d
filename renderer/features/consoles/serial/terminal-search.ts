import type { IBuffer, IDecoration, IDisposable, Terminal } from '@xterm/xterm';
import { linesFromEnd, textOfLine, type TextLine } from './buffer-text.ts';
import { matchesIn, patternOf, type LineMatch, type SearchWish } from './line-match.ts';

export interface SearchResult {
  /** The one that is shown, counted from 1 at the top; 0 where there is none. */
  readonly current: number;
  readonly total: number;
  /** There are more than were counted. */
  readonly more: boolean;
  /** The wish is no regular expression. */
  readonly malformed: boolean;
}

export interface TerminalSearch {
  /** Selects a match and shows it: the one before or after the last, or ('newest') the last one of all. */
  find(wish: SearchWish, which: 'newest' | 'previous' | 'next'): SearchResult;
  /** Forgets the matches and their marks. */
  clear(): void;
}

/** Rows that are looked at as one line: text without an end must not become one string of a megabyte. */
const LINE_ROWS = 200;
const MATCHES = 5000;
/** Milliseconds after which a search is content with what it has. */
const PATIENCE = 200;
/** Of those in sight besides the current one. */
const MARKED = 200;

interface Place {
  readonly row: number;
  readonly column: number;
  readonly cells: number;
}

const nothing: SearchResult = { current: 0, total: 0, more: false, malformed: false };

/**
 * Finds text in what a terminal has shown. xterm's own addon goes back through a wrapped line row by row, once for each of its rows: 10,000
 * rows without a newline block it for three seconds and then overflow its stack (addon-search 0.16, SearchEngine._findInLine).
 */
export function createTerminalSearch(terminal: Terminal): TerminalSearch {
  let places: readonly Place[] = [];
  let marks: IDecoration[] = [];
  let scrolled: IDisposable | null = null;

  const clearMarks = (): void => {
    for (const mark of marks) mark.dispose();
    marks = [];
  };
  const clear = (): void => {
    scrolled?.dispose();
    scrolled = null;
    places = [];
    clearMarks();
  };
  const markThoseInSight = (): void => {
    clearMarks();
    const { active } = terminal.buffer;
    // Decorations hang on lines of the scrollback, which a full-screen program does not have.
    if (active.type === 'alternate') return;
    const inSight = places.filter(({ row }) => row >= active.viewportY && row < active.viewportY + terminal.rows).slice(0, MARKED);
    for (const { row, column, cells } of inSight) {
      const marker = terminal.registerMarker(row - active.baseY - active.cursorY);
      const mark = terminal.registerDecoration({
        marker,
        x: column,
        width: Math.min(cells, terminal.cols - column),
        backgroundColor: '#795600',
        layer: 'bottom',
      });
      if (mark !== undefined) {
        mark.onDispose(() => marker.dispose());
        marks.push(mark);
      }
    }
  };

  return {
    find: (wish, which) => {
      const at = terminal.getSelectionPosition();
      clear();
      terminal.clearSelection();
      const pattern = wish.text === '' ? null : patternOf(wish);
      if (pattern === null) return { ...nothing, malformed: wish.text !== '' };
      const found = findAll(terminal, pattern);
      places = found.places;
      const chosen = choose(places, which, at === undefined ? undefined : { row: at.start.y, column: at.start.x });
      const place = places[chosen];
      if (place === undefined) return nothing;
      show(terminal, place);
      markThoseInSight();
      scrolled = terminal.onScroll(markThoseInSight);
      return { current: chosen + 1, total: places.length, more: found.more, malformed: false };
    },
    clear,
  };
}

/** From the top. Where there are too many, the newest. */
function findAll(terminal: Terminal, pattern: RegExp): { readonly places: readonly Place[]; readonly more: boolean } {
  const buffer = terminal.buffer.active;
  const deadline = performance.now() + PATIENCE;
  const fromEnd: Place[] = [];
  for (const line of linesFromEnd(buffer, LINE_ROWS)) {
    if (fromEnd.length >= MATCHES || performance.now() > deadline) return { places: fromEnd.toReversed(), more: true };
    const matches = matchesIn(textOfLine(buffer, line), pattern, MATCHES);
    fromEnd.push(...placesOf(buffer, line, matches, terminal.cols).toReversed());
  }
  return { places: fromEnd.toReversed(), more: false };
}

/** Where in the grid matches of a line's text are: a cell holds one or several units of text, and a wide character two cells. */
function placesOf(buffer: IBuffer, { from, rows }: TextLine, matches: readonly LineMatch[], columns: number): Place[] {
  if (matches.length === 0) return [];
  const cellOfUnit: number[] = [];
  for (let row = 0; row < rows; row++) {
    const line = buffer.getLine(from + row);
    for (let column = 0; column < columns; column++) {
      const cell = line?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      for (let unit = Math.max(1, cell.getChars().length); unit > 0; unit--) cellOfUnit.push(row * columns + column);
    }
  }
  return matches.map(({ index, length }) => {
    const start = cellOfUnit[index] ?? 0;
    const end = cellOfUnit[index + length] ?? rows * columns;
    return { row: from + Math.floor(start / columns), column: start % columns, cells: Math.max(1, end - start) };
  });
}

function choose(places: readonly Place[], which: 'newest' | 'previous' | 'next', at: Pick<Place, 'row' | 'column'> | undefined): number {
  if (which === 'newest' || at === undefined) return places.length - 1;
  const isBefore = (place: Place): boolean => place.row < at.row || (place.row === at.row && place.column < at.column);
  const before = places.filter(isBefore).length;
  if (which === 'previous') return before > 0 ? before - 1 : places.length - 1;
  const current = places[before];
  const after = current?.row === at.row && current.column === at.column ? before + 1 : before;
  return after < places.length ? after : 0;
}

function show(terminal: Terminal, { row, column, cells }: Place): void {
  terminal.select(column, row, cells);
  const { viewportY } = terminal.buffer.active;
  if (row < viewportY || row >= viewportY + terminal.rows) terminal.scrollToLine(Math.max(0, row - Math.floor(terminal.rows / 2)));
}
