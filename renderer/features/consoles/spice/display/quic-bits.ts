import { truncated } from './picture.ts';

/** The bits of a QUIC picture: little-endian words of 32, the highest bit of each first. */
export class QuicBits {
  readonly #words: Uint32Array;
  readonly #end: number;
  #at = 0;

  constructor(input: Uint8Array) {
    // A copy, because words must be aligned and what is left of the last one filled up.
    const bytes = new Uint8Array((input.length + 3) & ~3);
    bytes.set(input);
    this.#words = new Uint32Array(bytes.buffer);
    this.#end = input.length * 8;
  }

  /** The next 32 bits as a number of any sign; zeroes beyond the end, which `check` finds out about. */
  peek(): number {
    const index = this.#at >>> 5;
    const shift = this.#at & 31;
    const word = this.#words[index] ?? 0;
    return shift === 0 ? word : (word << shift) | ((this.#words[index + 1] ?? 0) >>> (32 - shift));
  }

  skip(count: number): void {
    this.#at += count;
  }

  word(): number {
    const word = this.peek() >>> 0;
    this.#at += 32;
    this.check();
    return word;
  }

  /** Throws SpiceError when more was read than there is. */
  check(): void {
    if (this.#at > this.#end) throw truncated();
  }
}
