import type { Terminal } from '@xterm/xterm';

/** xterm looks at the clock only between two writes: larger pieces of hostile output would be taken in at one go, and block. */
const PIECE = 4096;
/** Bytes that one terminal may take in before the next has its turn: some ten milliseconds of work. */
const TURN = 128 * 1024;
/** Milliseconds after which the next has its turn at the latest: a terminal that failed never says that it is done. */
const STUCK = 2000;

type Sink = Pick<Terminal, 'write'>;

interface Packet {
  readonly bytes: Uint8Array;
  readonly done: () => void;
}

/**
 * Lets the terminals of a page take in output one after the other. Each works for twelve milliseconds at a time and then lets the page
 * breathe (xterm 6, WRITE_TIMEOUT_MS); four that are flooded at once would take four times that.
 */
export class WriteTurns {
  /** The one that has waited longest stands first. */
  readonly #waiting = new Map<Sink, Packet[]>();
  #busy = false;
  #working: { readonly terminal: Sink; readonly finish: () => void } | null = null;

  /** Has the terminal show `bytes` after all that it was given before, then calls `done`. */
  write(terminal: Sink, bytes: Uint8Array, done: () => void): void {
    const packets = this.#waiting.get(terminal);
    if (packets === undefined) this.#waiting.set(terminal, [{ bytes, done }]);
    else packets.push({ bytes, done });
    if (!this.#busy) this.#next();
  }

  /** The terminal will say nothing any more. */
  forget(terminal: Sink): void {
    this.#waiting.delete(terminal);
    if (this.#working?.terminal === terminal) this.#working.finish();
  }

  #next(): void {
    const [first] = this.#waiting;
    this.#busy = first !== undefined;
    if (first === undefined) return;
    const [terminal, packets] = first;
    this.#waiting.delete(terminal);
    const turn = packets.splice(0, lengthOfTurn(packets));
    if (packets.length > 0) this.#waiting.set(terminal, packets);

    let over = false;
    const finish = (): void => {
      if (over) return;
      over = true;
      clearTimeout(stuck);
      this.#working = null;
      this.#next();
    };
    const stuck = setTimeout(finish, STUCK);
    this.#working = { terminal, finish };
    for (const { bytes, done } of turn) writeInPieces(terminal, bytes, done);
    terminal.write('', finish);
  }
}

/** How many of the packets belong to one turn: at least one. */
function lengthOfTurn(packets: readonly Packet[]): number {
  let size = 0;
  const end = packets.findIndex(({ bytes }) => (size += bytes.length) >= TURN);
  return end === -1 ? packets.length : end + 1;
}

function writeInPieces(terminal: Sink, bytes: Uint8Array, done: () => void): void {
  const last = Math.max(0, Math.ceil(bytes.length / PIECE) - 1) * PIECE;
  for (let from = 0; from < last; from += PIECE) terminal.write(bytes.subarray(from, from + PIECE));
  terminal.write(bytes.subarray(last), done);
}
