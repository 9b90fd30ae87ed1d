import type { Terminal } from '@xterm/xterm';

/** xterm looks at the clock only between two writes: larger pieces of hostile output would be taken in at one go, and block. */
const PIECE = 4096;

export function writeInTurn(terminal: Terminal, bytes: Uint8Array, done: () => void): void {
  for (let from = 0; from < bytes.length - PIECE; from += PIECE) terminal.write(bytes.subarray(from, from + PIECE));
  terminal.write(bytes.subarray(Math.floor(Math.max(0, bytes.length - 1) / PIECE) * PIECE), done);
}
