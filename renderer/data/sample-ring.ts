import type { GuestSample } from '#model/sample';

const fields = ['at', 'cpu', 'memoryUsed', 'memory', 'diskRead', 'diskWrite', 'netReceive', 'netSend'] as const;
export type SampleField = (typeof fields)[number];

/** Samples as columns, oldest first: `at` in milliseconds since 1970, the rest as in GuestSample, NaN where nobody had looked. */
export type SampleColumns = Readonly<Record<SampleField, Float64Array>>;

/** The last samples of one guest, outside React: charts read it and are told of each new one. */
export class SampleRing {
  #capacity: number;
  #cells: Float64Array;
  #length = 0;
  #next = 0;
  readonly #listeners = new Set<() => void>();

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#cells = new Float64Array(capacity * fields.length);
  }

  get length(): number {
    return this.#length;
  }

  /** Adds one sample; one that is not newer than the last is dropped. */
  push(sample: GuestSample): void {
    if (sample.at <= this.last('at')) return;
    this.#write(sample);
    for (const listener of this.#listeners) listener();
  }

  /** Puts older samples, as guests.history gives them, before those already here. */
  seed(history: readonly GuestSample[]): void {
    const first = this.#length === 0 ? Infinity : this.#read('at', 0);
    const older = history.filter((sample) => sample.at < first);
    if (older.length === 0) return;
    const own = this.columns();
    this.#length = this.#next = 0;
    for (const sample of older) this.#write(sample);
    for (let i = 0; i < own.at.length; i++) this.#write(rowOf(own, i));
    for (const listener of this.#listeners) listener();
  }

  /** Makes room for at least `capacity` samples. */
  grow(capacity: number): void {
    if (capacity <= this.#capacity) return;
    const own = this.columns();
    this.#capacity = capacity;
    this.#cells = new Float64Array(capacity * fields.length);
    this.#length = this.#next = 0;
    for (let i = 0; i < own.at.length; i++) this.#write(rowOf(own, i));
  }

  /** The newest value of a field; NaN when there is none. */
  last(field: SampleField): number {
    return this.#length === 0 ? NaN : this.#read(field, this.#length - 1);
  }

  /** A copy of one field, oldest first. */
  column(field: SampleField): Float64Array {
    return Float64Array.from({ length: this.#length }, (_, i) => this.#read(field, i));
  }

  columns(): SampleColumns {
    return {
      at: this.column('at'),
      cpu: this.column('cpu'),
      memoryUsed: this.column('memoryUsed'),
      memory: this.column('memory'),
      diskRead: this.column('diskRead'),
      diskWrite: this.column('diskWrite'),
      netReceive: this.column('netReceive'),
      netSend: this.column('netSend'),
    };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #read(field: SampleField, index: number): number {
    const row = (this.#next - this.#length + index + this.#capacity) % this.#capacity;
    return this.#cells[row * fields.length + fields.indexOf(field)] ?? NaN;
  }

  #write(sample: Omit<GuestSample, 'id'>): void {
    fields.forEach((field, i) => (this.#cells[this.#next * fields.length + i] = sample[field] ?? NaN));
    this.#next = (this.#next + 1) % this.#capacity;
    this.#length = Math.min(this.#length + 1, this.#capacity);
  }
}

function rowOf(columns: SampleColumns, index: number): Omit<GuestSample, 'id'> {
  const value = (field: SampleField) => columns[field][index] ?? NaN;
  return {
    at: value('at'),
    cpu: value('cpu'),
    memoryUsed: value('memoryUsed'),
    memory: value('memory'),
    diskRead: value('diskRead'),
    diskWrite: value('diskWrite'),
    netReceive: value('netReceive'),
    netSend: value('netSend'),
  };
}
