import { fc, test as fuzz } from '@fast-check/vitest';
import { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { createAnswerBudget } from './answer-budget.ts';
import { guardTerminal } from './terminal-guards.ts';

const ESC = '\u001b';

/** A guarded terminal without a window, and what it would type. */
function guarded(): { readonly terminal: Terminal; readonly answers: string[]; write(text: string): Promise<void> } {
  const terminal = new Terminal({ cols: 80, rows: 24, scrollback: 100, allowProposedApi: true });
  const answers: string[] = [];
  guardTerminal(
    terminal,
    createAnswerBudget(() => 0),
  );
  terminal.onData((text) => answers.push(text));
  return { terminal, answers, write: async (text) => new Promise((resolve) => terminal.write(text, resolve)) };
}

/** Letters and digits of a fixed set: nothing that a guest chose, no line end. */
// oxlint-disable-next-line no-control-regex -- that is what answers begin with
const permitted = /^(?:\u001b\[[0-9;?>$]*[IORcny])*$/u;

/** What hostile output is made of: pieces of sequences more often than chance would bring them together. */
const piece = fc.oneof(
  fc.constantFrom(`${ESC}[`, `${ESC}]`, `${ESC}P`, ESC, `${ESC}\\`, '\u0007', '\u0005', '\r', '\n', '\u009b', '\u0090', '\u009d'),
  fc.constantFrom('?', '>', '=', '!', '$', '"', "'", ' ', ';', ':', '+q', '$q', '52;c;?', '4;1;?', '10;?', '0;', '8;;', 'rm -rf /'),
  fc.integer({ min: 0, max: 3000 }).map(String),
  fc.constantFrom(...Array.from({ length: 0x7f - 0x40 }, (_, index) => String.fromCharCode(0x40 + index))),
  fc.string({ maxLength: 4 }),
);

fuzz.prop([fc.array(piece, { maxLength: 60 })], { numRuns: 400 })(
  'G3: whatever a guest writes, what is typed back is of a fixed set',
  async (parts) => {
    const { terminal, answers, write } = guarded();
    await write(parts.join(''));
    expect(answers.join('')).toMatch(permitted);
    terminal.dispose();
  },
  60_000,
);

test('G3: a flood of questions is answered a hundred times a second', async () => {
  const { answers, write } = guarded();
  await write(`${ESC}[6n`.repeat(50_000));
  expect(answers).toHaveLength(100);
}, 60_000);

test('G1: counts as long as the screen are obeyed, larger ones are not', async () => {
  const { terminal, write } = guarded();
  await write(`x${ESC}[10b`);
  expect(terminal.buffer.active.cursorX).toBe(11);
  await write(`\rx${ESC}[2147483647b`);
  expect(terminal.buffer.active.cursorX).toBe(1);
});
