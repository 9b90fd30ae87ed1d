import type { OnReadOpts } from 'node:net';

const LEAST_READ = 16 * 1024;
const SMALL_READ = 64 * 1024;
const LARGE_READ = 1024 * 1024;
/** A block that was filled by reads of at least so much, on the average, was bulk data: a packet's last piece is small in any case. */
const BULK_READ = 8 * 1024;
/** Large blocks that are kept for use again: as much as a stream holds unread and a file has on its way to the disk. */
const MOST_SPARE = 12;

/**
 * What a socket reads, in the memory it was read into. Node's own way takes 64 KiB at a time and costs half as much CPU again; here a bulk
 * stream is read by up to a megabyte, while an idle connection holds 64 KiB. New memory costs as much as the read itself, since the system
 * clears each page of it: whoever gives back what was delivered has it used again.
 */
export class Inlet implements OnReadOpts {
  #deliver: ((bytes: Uint8Array) => void) | null = null;
  /** What came before the listener. */
  #early: Uint8Array[] = [];
  #memory: Uint8Array = Buffer.alloc(0);
  /** How many reads have filled the block at hand, and how large it was. */
  #reads = 0;
  #size = 0;
  /** Large blocks that are full, oldest first, until something after them is given back. */
  #lent: Uint8Array[] = [];
  #spare: Uint8Array[] = [];

  readonly buffer = (): Uint8Array => {
    if (this.#memory.length < LEAST_READ) this.#memory = this.#next();
    return this.#memory;
  };

  readonly callback = (length: number, buffer: Uint8Array): boolean => {
    const bytes = buffer.subarray(0, length);
    this.#reads += 1;
    this.#memory = buffer.subarray(length);
    if (this.#deliver === null) this.#early.push(bytes);
    else this.#deliver(bytes);
    return this.#deliver !== null;
  };

  start(deliver: (bytes: Uint8Array) => void): void {
    this.#deliver = deliver;
    for (const bytes of this.#early.splice(0)) deliver(bytes);
  }

  /**
   * `bytes`, a part of what was delivered, and all that was delivered before it is not looked at any more. The block it lies in may hold
   * more, so only those before it are used again.
   */
  giveBack(bytes: Uint8Array): void {
    const upTo = this.#lent.findIndex(({ buffer }) => buffer === bytes.buffer);
    if (upTo === -1) return;
    this.#spare.push(...this.#lent.splice(0, upTo).slice(0, MOST_SPARE - this.#spare.length));
  }

  #next(): Uint8Array {
    const bulk = this.#reads > 0 && this.#size >= this.#reads * BULK_READ;
    this.#size = bulk ? LARGE_READ : SMALL_READ;
    this.#reads = 0;
    if (!bulk) {
      this.#lent = [];
      this.#spare = [];
    }
    const block = this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#size);
    if (bulk) this.#lent.push(block);
    // Nobody gives these back.
    if (this.#lent.length > 2 * MOST_SPARE) this.#lent = [];
    return block;
  }
}
