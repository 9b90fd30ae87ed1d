/** One line of `npm run bench`: a figure beside its rival's, both measured in the same run. */
export interface Row {
  /** Begins with its number in the performance targets: "B1 list and statistics, 1000 guests". */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The rival and its figure; null when the rival is not installed, which is never a target met. */
  readonly against: { readonly name: string; readonly value: number } | null;
  readonly runs: number;
  readonly note?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('no runs to take a median of');
  return middle;
}

export function printRow(row: Row): void {
  const ratio = row.against === null ? null : round(row.value / row.against.value);
  console.log(JSON.stringify({ ...row, value: round(row.value), ratio }));
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** Milliseconds that `work` takes, `rounds` times one after the other. */
export async function timed(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}
