import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logLine, openLog } from './log.ts';

const now = new Date('2026-11-22T08:00:00Z');

test('a line has its time and nothing but text', () => {
  expect(logLine('started', now)).toBe('2026-11-22T08:00:00.000Z started\n');
  expect(logLine('a\n[ERROR] b\u001b[31m\u202ec\u2028\\', now)).toBe(
    '2026-11-22T08:00:00.000Z a\\u{a}[ERROR] b\\u{1b}[31m\\u{202e}c\\u{2028}\\\\\n',
  );
});

test.each(['x'.repeat(10_000_000), '\n'.repeat(9000), '😀'.repeat(9000), 'é'.repeat(5000), '\ud83d'.repeat(9000)])(
  'a long text makes one line of at most 8 kB',
  (text) => {
    const line = logLine(text, now);
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(8192);
    expect(Buffer.byteLength(line)).toBeGreaterThan(8000);
    expect(line.indexOf('\n')).toBe(line.length - 1);
  },
);

test('the file is the user’s alone, and the one before it is kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guesthouse-log-'));
  const file = join(folder, 'state/guesthouse.log');
  const log = openLog(file);
  log('first');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  for (let line = 0; line < 200; line += 1) log('x'.repeat(8000));
  expect((await stat(file)).size).toBeLessThanOrEqual(1024 * 1024);
  expect(await readFile(`${file}.1`, 'utf8')).toContain('first');
  await rm(folder, { recursive: true });
});
