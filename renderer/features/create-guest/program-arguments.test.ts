import { expect, test } from 'vitest';
import { argumentsOf } from './program-arguments.ts';

test.each([
  ['', []],
  ['  -l  -c ', ['-l', '-c']],
  [`-c "echo a b" 'c "d"'`, ['-c', 'echo a b', 'c "d"']],
  ['--title="a b" x', ['--title=a b', 'x']],
  ["it's", ["it's"]],
  ['""', ['']],
])('%s', (line, words) => {
  expect(argumentsOf(line)).toEqual(words);
});
