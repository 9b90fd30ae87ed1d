import { type OrderedGuest, type PlaceChange, samePlace, startSteps } from '#model/start-order';

/** One guest of the order, as it is arranged. */
export interface OrderRow {
  readonly id: string;
  readonly name: string;
  /** It starts together with the one above it. */
  readonly together: boolean;
  /** As typed: seconds. */
  readonly delay: string;
}

/** What is arranged, and what it was begun with: the host refuses it where somebody has changed that. */
export interface OrderDraft {
  readonly base: readonly OrderedGuest[];
  readonly rows: readonly OrderRow[];
}

export const rowsOf = (guests: readonly OrderedGuest[]): readonly OrderRow[] =>
  startSteps(guests).flatMap((step) => step.map(({ id, name, place }, at) => ({ id, name, together: at > 0, delay: String(place.delay) })));

/** Null where it is none: whole seconds, an hour at most. */
export function delayOf({ delay }: OrderRow): number | null {
  const seconds = /^\d{1,4}$/.test(delay.trim()) ? Number(delay) : Number.NaN;
  return seconds <= 3600 ? seconds : null;
}

/** The step that each row is in, from 1. */
export function stepsOf(rows: readonly OrderRow[]): readonly number[] {
  let step = 0;
  return rows.map(({ together }, at) => (at > 0 && together ? step : (step += 1)));
}

/** What is to be told to the host. A number that still fits is kept, so that as few guests as can be are changed. */
export function changesOf({ base, rows }: OrderDraft): readonly PlaceChange[] {
  const was = new Map(base.map(({ id, place }) => [id, place]));
  const there = new Set(rows.map(({ id }) => id));
  const changes: PlaceChange[] = base.filter(({ id }) => !there.has(id)).map(({ id, place }) => ({ id, was: place, place: null }));
  let order = 0;
  rows.forEach((row, at) => {
    if (at === 0 || !row.together) {
      const kept = was.get(row.id)?.order ?? 0;
      order = kept > order && kept <= roomLeft(rows, at) ? kept : order + 1;
    }
    const place = { order, delay: delayOf(row) ?? 0 };
    const before = was.get(row.id) ?? null;
    if (!samePlace(before, place)) changes.push({ id: row.id, was: before, place });
  });
  return changes;
}

/** The highest number that leaves one for each row after it. */
const roomLeft = (rows: readonly OrderRow[], at: number): number => 9999 - (rows.length - 1 - at);

/** The row is put before (or after) that which stands at `to`; the first one starts with nobody. */
export function moved(rows: readonly OrderRow[], from: number, to: number): readonly OrderRow[] {
  const row = rows[from];
  if (row === undefined || to < 0 || to >= rows.length || from === to) return rows;
  const others = withoutRow(rows, from);
  return [...others.slice(0, to), row, ...others.slice(to)];
}

/** Who started together with a row that goes still does so with each other. */
export function withoutRow(rows: readonly OrderRow[], at: number): readonly OrderRow[] {
  const gone = rows[at];
  return rows.flatMap((row, index) =>
    index === at ? [] : [index === at + 1 && gone !== undefined && !gone.together && row.together ? { ...row, together: false } : row],
  );
}
