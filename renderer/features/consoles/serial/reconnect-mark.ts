import type { Terminal } from '@xterm/xterm';

const ESC = '\u001b';
/** Ends whatever sequence the last packet has left unfinished. */
const CAN = '\u0018';

/**
 * What the program before may have left behind: the second screen, reports of the mouse and of the focus, bracketed paste, then all that
 * DECSTR resets (margins, character sets, attributes, a hidden cursor).
 */
const reset = `${ESC}[?1049l${ESC}[?9;1000;1002;1003;1004;1005;1006;1015;1016;2004;2026l${ESC}[!p${ESC}(B\u000f${ESC}[?7h${ESC}[?25h`;

/**
 * Writes a thin line below all that is shown, then calls `done`. `restarted`: the guest's programs are not those that wrote it. Else a
 * full-screen program still has the screen, and gets no line across it.
 */
export function markReconnect(terminal: Terminal, text: string, restarted: boolean, done: () => void): void {
  terminal.write(`${CAN}${restarted ? reset : ''}`, () => {
    if (terminal.buffer.active.type === 'alternate') return done();
    terminal.write(`${ESC}[${lastRow(terminal)};1H\r\n${ESC}[0;2m— ${text} —${ESC}[0m\r\n`, done);
  });
}

/** The last one of the screen that has something on it, counted from 1. */
function lastRow({ buffer, rows }: Terminal): number {
  const { baseY, cursorY } = buffer.active;
  let row = rows;
  while (row > cursorY + 1 && buffer.active.getLine(baseY + row - 1)?.translateToString(true) === '') row -= 1;
  return row;
}
