import type { IDisposable, Terminal } from '@xterm/xterm';

/**
 * Sequences whose repeat count xterm 6 takes at its word, up to 2^31: twelve bytes of a guest would freeze the page for minutes
 * (as VTE once did, CVE-2011-2198). Insert and delete lines, scroll, tabs forwards and back, repeat, insert and delete characters.
 */
const counted = [
  { final: 'L' },
  { final: 'M' },
  { final: 'S' },
  { final: 'T' },
  { final: 'I' },
  { final: 'Z' },
  { final: 'b' },
  { final: '@' },
  { final: 'P' },
  { final: 'X' },
  { intermediates: ' ', final: '@' },
  { intermediates: ' ', final: 'A' },
  { intermediates: "'", final: '}' },
  { intermediates: "'", final: '~' },
] as const;

/**
 * Titles and icons (0-2), colours of the terminal (4, 10-12, 104, 110-112: setting them can hide text, asking for them makes the terminal
 * type), links (8) and the clipboard (52). A guest has no business with any of them.
 */
const ignoredStrings = [0, 1, 2, 4, 8, 10, 11, 12, 52, 104, 110, 111, 112];

/** Makes hostile output harmless. Call before the first byte is written. */
export function guardTerminal(terminal: Terminal): IDisposable[] {
  const { parser } = terminal;
  return [
    // No honest program repeats anything more often than the screen has cells in one direction.
    ...counted.map((id) =>
      parser.registerCsiHandler(id, (params) => params.flat().some((count) => count > Math.max(terminal.rows, terminal.cols))),
    ),
    ...ignoredStrings.map((code) => parser.registerOscHandler(code, () => true)),
    // DECRQSS: the one question whose answer is made of what the guest sent.
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true),
  ];
}
