import type { Operation } from '../../backend.ts';

/** Milliseconds between two reports, and for which the rate is taken. */
const REPORT_MS = 250;
const RATE_MS = 3000;

/** Tells how far a transfer is: "1.2 of 4 GiB, 310 MB/s, 9 s left". */
export class TransferProgress {
  readonly #operation: Pick<Operation, 'report'>;
  readonly #verb: string;
  readonly #total: number;
  readonly #now: () => number;
  readonly #marks: { readonly at: number; readonly done: number }[] = [];
  #toldAt = Number.NEGATIVE_INFINITY;

  /** `total` in bytes, 0 where it is not known; `now` in milliseconds, never going back. */
  constructor(operation: Pick<Operation, 'report'>, verb: string, total: number, now: () => number = () => performance.now()) {
    this.#operation = operation;
    this.#verb = verb;
    this.#total = total;
    this.#now = now;
  }

  /** So many bytes are done, holes included. */
  tell(done: number): void {
    const now = this.#now();
    if (now - this.#toldAt < REPORT_MS) return;
    this.#toldAt = now;
    this.#marks.push({ at: now, done });
    while (this.#marks.length > 2 && now - (this.#marks[0]?.at ?? now) > RATE_MS) this.#marks.shift();
    this.#operation.report(`${this.#verb} ${this.#text(now, done)}`, this.#total > 0 ? Math.min(1, done / this.#total) : null);
  }

  #text(now: number, done: number): string {
    const sizes = this.#total > 0 ? amounts(done, this.#total) : amounts(done, done).replace(/ of .*? /, ' ');
    const first = this.#marks[0];
    if (first === undefined || now - first.at < REPORT_MS || done <= first.done) return sizes;
    const rate = ((done - first.done) / (now - first.at)) * 1000;
    const left = this.#total > 0 ? `, ${duration((this.#total - done) / rate)} left` : '';
    return `${sizes}, ${rateText(rate)}${left}`;
  }
}

/** Both in the unit that fits the larger: "1.2 of 4 GiB". */
function amounts(done: number, total: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [scale, unit] = [1, 'B'];
  for (const next of units.slice(1)) {
    if (total < scale * 1024) break;
    scale *= 1024;
    unit = next;
  }
  const round = (bytes: number) => String(Math.round((bytes / scale) * 10) / 10);
  return `${round(done)} of ${round(total)} ${unit}`;
}

function rateText(bytesPerSecond: number): string {
  const megabytes = bytesPerSecond / 1_000_000;
  return megabytes >= 10 ? `${Math.round(megabytes)} MB/s` : `${Math.max(0.1, Math.round(megabytes * 10) / 10)} MB/s`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
