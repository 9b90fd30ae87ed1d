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
  readonly #mask: number;
  readonly #channels: number;
  readonly #shift: number;
  /** What was coded in each column last, channel by channel, each behind what stands for the value left of the first column. */
  readonly #coded: Uint8Array;
  readonly #stride: number;
  /** By channel and bucket of the value before: which code is best. */
  readonly #best: Uint8Array;
  /** By channel, bucket and code: how long recent values would have been by it. */
  readonly #counters: Uint32Array;
  #waiting = 0;
  #pause = -1;
  #masks = 0;
  #pixelsOfMask = PIXELS_A_MASK;
  #runState = 0;

  /** @param channels how many, the first of which is in the bits from `shift` on */
  constructor(options: {
    readonly bits: QuicBits;
    readonly family: CodeFamily;
    readonly channels: number;
    readonly shift: number;
    readonly width: number;
  }) {
    const { bits, family, channels, shift, width } = options;
    this.#bits = bits;
    this.#family = family;
    this.#channels = channels;
    this.#shift = shift;
    this.#mask = ((2 ** (8 * channels) - 1) << shift) | 0;
    this.#stride = width + 1;
    this.#coded = new Uint8Array(channels * this.#stride);
    this.#best = new Uint8Array(channels * CODES).fill(family.bits - 1);
    this.#counters = new Uint32Array(channels * CODES * CODES);
  }

  /** Fills `row`; `above` is the row before, null at the top. */
  row(row: Uint32Array, above: Uint32Array | null): void {
    for (let at = 0; at < this.#coded.length; at += this.#stride) this.#coded[at] = above === null ? 0 : (this.#coded[at + 1] ?? 0);
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
    const before = x === 0 ? 0 : (row[x - 1] ?? 0);
    const over = above === null ? before : (above[x] ?? 0);
    const left = x === 0 ? over : before;
    // Half the sum of each channel of the two, all at once.
    const predicted = (left & over) + (((left ^ over) & 0xfefe_fefe) >>> 1);
    let pixel = (row[x] ?? 0) & ~this.#mask;
    let at = x;
    let first = 0;
    for (let shift = this.#shift, end = shift + 8 * this.#channels; shift < end; shift += 8) {
      const value = this.#value(this.#best[first + bucketOf(this.#coded[at] ?? 0, bits)] ?? 0);
      this.#coded[at + 1] = value;
      pixel |= (((difference[value] ?? 0) + (predicted >>> shift)) & most) << shift;
      at += this.#stride;
      first += CODES;
    }
    return pixel;
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
    for (let channel = 0; channel < this.#channels; channel++) {
      const at = channel * this.#stride + x;
      const bucket = channel * CODES + bucketOf(this.#coded[at] ?? 0, bits);
      const lengths = (this.#coded[at + 1] ?? 0) * CODES;
      this.#best[bucket] = chooseCode(
        this.#counters.subarray(bucket * CODES, (bucket + 1) * CODES),
        codeLength.subarray(lengths, lengths + bits),
        halved,
      );
    }
  }

  #nextPause(): number {
    this.#pause = (this.#pause + 1) & 0xff;
    return (pauses[this.#pause] ?? 0) & ((1 << this.#masks) - 1);
  }
}

/** Adds what a value would take by each code, and returns the code that has taken least. */
function chooseCode(counters: Uint32Array, lengths: Uint8Array, halved: number): number {
  let chosen = lengths.length - 1;
  let least = Number.POSITIVE_INFINITY;
  for (let code = chosen; code >= 0; code--) {
    const sum = (counters[code] ?? 0) + (lengths[code] ?? 0);
    counters[code] = sum;
    if (sum >= least) continue;
    chosen = code;
    least = sum;
  }
  if (least > halved) for (let code = 0; code < lengths.length; code++) counters[code] = (counters[code] ?? 0) >> 1;
  return chosen;
}

/** Values share a model with others of their size: 0, 1-2, 3-6, 7-14 and so on. */
const bucketOf = (value: number, bits: number): number => Math.min(31 - Math.clz32(value + 1), bits - 1);

/** Whether the pixel at `x` is as the one before it. */
const isSame = (row: Uint32Array, x: number, mask: number): boolean => (((row[x] ?? 0) ^ (row[x - 1] ?? 0)) & mask) === 0;
