import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The faults of the wire that the design numbers (reliability, 2c): W1 to W36. */
const ROWS = Array.from({ length: 36 }, (_, index) => `W${index + 1}`);

test('each numbered fault of the wire is named by the title of a test', () => {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.test.ts'], { encoding: 'utf8' });
  const titles = list
    .trim()
    .split('\n')
    .filter((file) => !file.endsWith('rows.test.ts'))
    // A title is the first string of a test, of a group, or of a row of cases.
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(?:^\s*\[|\b(?:test|describe)\b[^'"`]*\()\s*(['"`])(.*?)\1/gm)])
    .map(([, , title = '']) => title);
  const named = new Set(titles.flatMap((title) => title.match(/\bW\d+\b/g) ?? []));
  expect(ROWS.filter((row) => !named.has(row))).toEqual([]);
});
