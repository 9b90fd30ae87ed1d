import { expect, test } from 'vitest';
import { matchesIn, patternOf, type SearchWish } from './line-match.ts';

const plain: SearchWish = { text: '', matchCase: false, wholeWord: false, regex: false };
const found = (line: string, wish: Partial<SearchWish>): string[] => {
  const pattern = patternOf({ ...plain, ...wish });
  if (pattern === null) return ['malformed'];
  return matchesIn(line, pattern, 100).map(({ index, length }) => line.slice(index, index + length));
};

test('text is found as it is, whatever it means to a regular expression', () => {
  expect(found('a.b axb A.B', { text: 'a.b' })).toEqual(['a.b', 'A.B']);
  expect(found('/dev/vda1 [ok] $1-2', { text: '[ok] $1-2' })).toEqual(['[ok] $1-2']);
  expect(found('a.b axb A.B', { text: 'a.b', matchCase: true })).toEqual(['a.b']);
});

test('whole words end where letters do, in any script', () => {
  expect(found('eth0 eth01 xeth0', { text: 'eth0', wholeWord: true })).toEqual(['eth0']);
  expect(found('größe Größen', { text: 'größe', wholeWord: true })).toEqual(['größe']);
});

test('a regular expression finds what it says; one that is none is said to be so', () => {
  expect(found('line 1, line 22', { text: String.raw`line \d+`, regex: true })).toEqual(['line 1', 'line 22']);
  expect(found('aaa', { text: 'b*', regex: true })).toEqual([]);
  expect(found('x', { text: '(', regex: true })).toEqual(['malformed']);
  // Half an expression each, and whole only when something is put around it.
  expect(found('x', { text: ')(?:x', regex: true, wholeWord: true })).toEqual(['malformed']);
});

test('no more than asked for', () => {
  const pattern = patternOf({ ...plain, text: 'x' });
  expect(pattern && matchesIn('x'.repeat(1000), pattern, 7)).toHaveLength(7);
});
