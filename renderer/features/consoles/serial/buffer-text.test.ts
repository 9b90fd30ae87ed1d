import { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { linesFromEnd, terminalText } from './buffer-text.ts';

async function showing(text: string): Promise<Terminal> {
  const terminal = new Terminal({ cols: 20, rows: 5, scrollback: 1000, allowProposedApi: true });
  await new Promise<void>((resolve) => {
    terminal.write(text, resolve);
  });
  return terminal;
}

test('lines come out as the guest wrote them, however they are folded, without what is empty below', async () => {
  const long = 'a line that is longer than the terminal is wide, twice';
  const terminal = await showing(`first\r\n\r\n${long}\r\nlast é 你好\r\n`);
  expect(terminalText(terminal, 1e6)).toBe(`first\n\n${long}\nlast é 你好\n`);
});

test('where there is too much, it is the end', async () => {
  const terminal = await showing(Array.from({ length: 300 }, (_, index) => `line ${index}`).join('\r\n'));
  expect(terminalText(terminal, 18)).toBe('line 298\nline 299\n');
});

test('a full-screen program comes below what was before it', async () => {
  const terminal = await showing('before\u001b[?1049h\u001b[Hin the program');
  expect(terminalText(terminal, 1e6)).toBe('before\nin the program\n');
});

test('text without an end is cut into lines of so many rows', async () => {
  const terminal = await showing('x'.repeat(20 * 50));
  expect(Array.from(linesFromEnd(terminal.buffer.active, 20), ({ rows }) => rows)).toEqual([20, 20, 10]);
});
