import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { MediaTokens, tokenLife } from './media-tokens.ts';

const file = { path: '/srv/debian.iso' };
const bad = expect.objectContaining({ code: 'bad-token' });

test('a token is good for its window, for ten minutes and for one use', () => {
  let now = 0;
  const tokens = new MediaTokens(randomUUID, () => now);
  const token = tokens.issue(1, file);
  expect(token).toMatch(/^[0-9a-f-]{36}$/);
  expect(tokens.look(1, token)).toBe(file);
  expect(tokens.look(1, token)).toBe(file);
  expect(() => tokens.look(2, token)).toThrow(bad);
  expect(() => tokens.use(2, token)).toThrow(bad);
  const late = tokens.issue(1, file);
  now += tokenLife;
  expect(tokens.use(1, token).file).toBe(file);
  expect(() => tokens.use(1, token)).toThrow(bad);
  expect(() => tokens.look(1, token)).toThrow(bad);
  now += 1;
  expect(() => tokens.look(1, late)).toThrow(bad);
  expect(() => tokens.look(1, '/etc/shadow')).toThrow(bad);
});

test('a use of which nothing came is given back', () => {
  const tokens = new MediaTokens(randomUUID);
  const token = tokens.issue(1, file);
  const { giveBack } = tokens.use(1, token);
  expect(() => tokens.look(1, token)).toThrow(bad);
  giveBack();
  expect(tokens.use(1, token).file).toBe(file);
});

test('a window keeps its last 32 choices, and none when it closes', () => {
  const tokens = new MediaTokens(randomUUID);
  const other = tokens.issue(2, file);
  const mine = Array.from({ length: 33 }, () => tokens.issue(1, file));
  expect(() => tokens.look(1, mine[0] ?? '')).toThrow(bad);
  expect(tokens.look(1, mine[1] ?? '')).toBe(file);
  tokens.windowClosed(1);
  expect(() => tokens.look(1, mine[32] ?? '')).toThrow(bad);
  expect(tokens.look(2, other)).toBe(file);
});
