import type { IDisposable, Terminal } from '@xterm/xterm';
import type { AnswerBudget } from './answer-budget.ts';

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

/**
 * Questions that the terminal answers: what it is (DA), where the cursor is and whether all is well (DSR), which modes are set (DECRQM).
 * Each answer is a few letters of a fixed set, but a flood of questions would fill the window with what it wants to type.
 */
const questions = [
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
] as const;

/** Makes hostile output harmless. Call before the first byte is written. */
export function guardTerminal(terminal: Pick<Terminal, 'parser' | 'rows' | 'cols'>, answers: AnswerBudget): IDisposable[] {
  const { parser } = terminal;
  return [
    // No honest program repeats anything more often than the screen has cells in one direction.
    ...counted.map((id) =>
      parser.registerCsiHandler(id, (params) => params.flat().some((count) => count > Math.max(terminal.rows, terminal.cols))),
    ),
    ...ignoredStrings.map((code) => parser.registerOscHandler(code, () => true)),
    ...questions.map((id) => parser.registerCsiHandler(id, () => !answers.take())),
    // DECRQSS: the one question whose answer is made of what the guest sent.
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true),
  ];
}
