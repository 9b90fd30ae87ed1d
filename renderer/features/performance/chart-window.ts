import type { SampleColumns } from '../../data/sample-ring.ts';

export type Measure = Exclude<keyof SampleColumns, 'at' | 'memory'>;

/** What uPlot draws: times in seconds, then one list per measure; null is a gap in the line. */
export type ChartData = [at: number[], ...values: (number | null)[][]];

/** Samples come every second, or every three where only a list is shown. After a longer silence nothing is known of what lies between. */
export const GAP = 10_000;

/** The samples of `measures` in the last `span` milliseconds before the newest one. */
export function chartWindow(columns: SampleColumns, measures: readonly Measure[], span: number): ChartData {
  const { at } = columns;
  const begin = (at.at(-1) ?? 0) - span;
  const data: ChartData = [[], ...measures.map(() => [])];
  const [times, ...values] = data;
  at.forEach((time, i) => {
    const before = at[i - 1];
    // One sample from before the window, so that the line comes in from the left edge.
    if ((at[i + 1] ?? time) < begin) return;
    if (before !== undefined && time - before > GAP && times.length > 0) {
      times.push((before + time) / 2000);
      for (const list of values) list.push(null);
    }
    times.push(time / 1000);
    measures.forEach((measure, m) => values[m]?.push(columns[measure][i] ?? null));
  });
  return data;
}
