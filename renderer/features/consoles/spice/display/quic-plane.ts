import { corrupt } from './picture.ts';
import type { QuicBits } from './quic-bits.ts';
import { CODES, halvedAt, MASKS, pauses, PIXELS_A_MASK, runBits, type CodeFamily } from './quic-tables.ts';

/**
 * Values that are coded together: red, green and blue, or alpha or gray alone. A pixel holds channel n in its bits from `8 * n` on.
 * Source: spice-common, quic.c, quic_tmpl.c and quic_rgb_tmpl.c.
 */
export class QuicPlane {
  readonly #bits: QuicBits;
  readonly #family: CodeFamily;
  readonly #channels: readonly Channel[];
  readonly #mask: number;
  #waiting = 0;
  #pause = -1;
  #masks = 0;
  #pixelsOfMask = PIXELS_A_MASK;
  #runState = 0;

  constructor(options: {
    readonly bits: QuicBits;
    readonly family: CodeFamily;
    readonly channels: readonly number[];
    readonly width: number;
  }) {
    this.#bits = options.bits;
    this.#family = options.family;
    this.#channels = options.channels.map((shift) => createChannel(shift, options.family, options.width));
    this.#mask = options.channels.reduce((mask, shift) => mask | (0xff << shift), 0);
  }

  /** Fills `row`; `above` is the row before, null at the top. */
  row(row: Uint32Array, above: Uint32Array | null): void {
    for (const channel of this.#channels) channel.before = above === null ? 0 : (channel.coded[0] ?? 0);
    let from = 0;
    // The mask grows every so many pixels, which may be in the middle of a row.
    while (this.#masks < MASKS && this.#pixelsOfMask <= row.length - from) {
      this.#segment(row, above, from, from + this.#pixelsOfMask);
      from += this.#pixelsOfMask;
      this.#masks += 1;
      this.#pixelsOfMask = PIXELS_A_MASK;
    }
    if (from === row.length) return;
    this.#segment(row, above, from, row.length);
    if (this.#masks < MASKS) this.#pixelsOfMask -= row.length - from;
  }

  #segment(row: Uint32Array, above: Uint32Array | null, from: number, end: number): void {
    const mask = this.#mask;
    let stop = from + this.#waiting;
    let lastRun = 0;
    const isRunAt = (x: number): boolean => above !== null && x > 2 && isSame(above, x, mask) && isSame(row, x - 1, mask);
    for (let x = from; x < end; x++) {
      // A run of nothing leaves `x` where it is, and the pixel is coded like any other.
      while (x !== lastRun && isRunAt(x)) {
        const waiting = stop - x;
        const next = x + this.#runLength();
        if (next > end) throw corrupt();
        lastRun = x;
        const same = (row[x - 1] ?? 0) & mask;
        for (; x < next; x++) row[x] = ((row[x] ?? 0) & ~mask) | same;
        if (x === end) {
          this.#waiting = waiting;
          return;
        }
        stop = x + waiting;
      }
      row[x] = this.#pixel(row, above, x);
      if (x === stop) {
        this.#learn(x);
        stop = x + 1 + this.#nextPause();
      }
    }
    this.#waiting = stop - end;
  }

  #pixel(row: Uint32Array, above: Uint32Array | null, x: number): number {
    const { difference, bits } = this.#family;
    const most = (1 << bits) - 1;
    const left = x === 0 ? 0 : (row[x - 1] ?? 0);
    const over = above === null ? 0 : (above[x] ?? 0);
    let pixel = row[x] ?? 0;
    for (const channel of this.#channels) {
      const { coded, shift } = channel;
      const value = this.#value(channel.best[bucketOf(x === 0 ? channel.before : (coded[x - 1] ?? 0), bits)] ?? 0);
      coded[x] = value;
      const a = (left >>> shift) & 0xff;
      const b = (over >>> shift) & 0xff;
      const predicted = x === 0 ? b : above === null ? a : (a + b) >> 1;
      pixel = (pixel & ~(0xff << shift)) | ((((difference[value] ?? 0) + predicted) & most) << shift);
    }
    return pixel >>> 0;
  }

  /** Reads one value by `code`. */
  #value(code: number): number {
    const { longestPrefix, escapeLength, escapeBits, escapeFrom } = this.#family;
    const word = this.#bits.peek();
    const zeroes = Math.clz32(word);
    if (zeroes <= (longestPrefix[code] ?? 0)) {
      const length = zeroes + 1 + code;
      this.#bits.skip(length);
      return (zeroes << code) | ((word >>> (32 - length)) & ((1 << code) - 1));
    }
    const length = escapeLength[code] ?? 0;
    this.#bits.skip(length);
    return ((escapeFrom[code] ?? 0) + ((word >>> (32 - length)) & ((1 << (escapeBits[code] ?? 0)) - 1))) & 0xff;
  }

  /** How many pixels are as the one before. */
  #runLength(): number {
    let length = 0;
    for (let ones = 8; ones === 8;) {
      ones = Math.min(8, Math.clz32(~this.#bits.peek()));
      this.#bits.skip(ones === 8 ? 8 : ones + 1);
      for (let index = 0; index < ones; index++) {
        length += 1 << (runBits[this.#runState] ?? 0);
        this.#runState = Math.min(this.#runState + 1, runBits.length - 1);
      }
      this.#bits.check();
    }
    const rest = runBits[this.#runState] ?? 0;
    if (rest > 0) {
      length += this.#bits.peek() >>> (32 - rest);
      this.#bits.skip(rest);
    }
    this.#runState = Math.max(this.#runState - 1, 0);
    return length;
  }

  /** Tells each channel's model what the pixel at `x` was. */
  #learn(x: number): void {
    const { bits, codeLength } = this.#family;
    const halved = halvedAt[this.#masks] ?? 0;
    for (const { coded, before, best, counters } of this.#channels) {
      const bucket = bucketOf(x === 0 ? before : (coded[x - 1] ?? 0), bits);
      const lengths = (coded[x] ?? 0) * CODES;
      const first = bucket * CODES;
      let chosen = bits - 1;
      let least = Number.POSITIVE_INFINITY;
      for (let code = bits - 1; code >= 0; code--) {
        const sum = (counters[first + code] ?? 0) + (codeLength[lengths + code] ?? 0);
        counters[first + code] = sum;
        if (sum >= least) continue;
        chosen = code;
        least = sum;
      }
      best[bucket] = chosen;
      if (least > halved) for (let code = 0; code < bits; code++) counters[first + code] = (counters[first + code] ?? 0) >> 1;
    }
  }

  #nextPause(): number {
    this.#pause = (this.#pause + 1) & 0xff;
    return (pauses[this.#pause] ?? 0) & ((1 << this.#masks) - 1);
  }
}

/** One channel's model: what was coded in each column last, and by what came before a value, which code is best for it. */
interface Channel {
  readonly shift: number;
  readonly coded: Uint8Array;
  /** What stands for the value left of the first column. */
  before: number;
  readonly best: Uint8Array;
  readonly counters: Uint32Array;
}

const createChannel = (shift: number, { bits }: CodeFamily, width: number): Channel => ({
  shift,
  coded: new Uint8Array(width),
  before: 0,
  best: new Uint8Array(bits).fill(bits - 1),
  counters: new Uint32Array(bits * CODES),
});

/** Values share a model with others of their size: 0, 1-2, 3-6, 7-14 and so on. */
const bucketOf = (value: number, bits: number): number => Math.min(31 - Math.clz32(value + 1), bits - 1);

/** Whether the pixel at `x` is as the one before it. */
const isSame = (row: Uint32Array, x: number, mask: number): boolean => (((row[x] ?? 0) ^ (row[x - 1] ?? 0)) & mask) === 0;
