import { decodeUtf8 } from './utf8.ts';

const SLOTS = 2048;

interface Entry {
  readonly length: number;
  readonly words: Int32Array;
  readonly text: string;
}

/**
 * Strings that come again and again, as the field names of statistics do: a reply about 1000 guests repeats a few dozen names 10,000 times.
 * One slot per hash, a newcomer replaces who was there, so it never grows; a hit is verified word by word.
 */
export class NameTable {
  readonly #slots: (Entry | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

  /** The string of `length` bytes at `position`; the caller has checked that they and their padding are there. */
  read(bytes: Buffer, view: DataView, position: number, length: number): string {
    const end = position + ((length + 3) & ~3);
    let hash = length;
    for (let at = position; at < end; at += 4) hash = Math.imul(hash ^ view.getInt32(at), 0x5bd1e995);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const entry = this.#slots[slot];
    if (entry !== undefined && entry.length === length && sameWords(entry.words, view, position)) return entry.text;
    const words = new Int32Array((end - position) / 4);
    for (let index = 0; index < words.length; index++) words[index] = view.getInt32(position + index * 4);
    const text = decodeUtf8(bytes, position, position + length);
    this.#slots[slot] = { length, words, text };
    return text;
  }
}

function sameWords(words: Int32Array, view: DataView, position: number): boolean {
  for (let index = 0; index < words.length; index++) {
    if (words[index] !== view.getInt32(position + index * 4)) return false;
  }
  return true;
}
