import { expect, test, vi } from 'vitest';
import type { LoginAnswer } from '../../login.ts';
import type { DisplayPassword } from './display-definition.ts';
import { DisplayPasswords } from './display-passwords.ts';
import { letIn, type LetInOptions } from './let-in.ts';
import { PasswordRefused } from './password-refused.ts';

function setUp(right: string | null, answers: readonly string[] = [], change: Partial<LetInOptions> = {}) {
  const left = [...answers];
  const tried: (string | null)[] = [];
  const remember = vi.fn();
  const ask = vi.fn(async (): Promise<LoginAnswer> => {
    const secret = left.shift();
    return secret === undefined ? { kind: 'refused' } : { kind: 'secret', secret };
  });
  const outcome = letIn(
    async (password) => {
      tried.push(password);
      if (password !== right) throw new PasswordRefused('no');
      return 'in';
    },
    {
      guest: 'attic',
      hinted: false,
      typed: null,
      readDefinition: async () => null,
      ask,
      signal: new AbortController().signal,
      remember,
      ...change,
    },
  );
  return { outcome, tried, ask, remember };
}
const defined = (text: string, validTo: Date | null = null) => ({
  readDefinition: async (): Promise<DisplayPassword> => ({ text, validTo }),
});

test('a display without a password is opened at once', async () => {
  const { outcome, ask, remember } = setUp(null);
  expect(await outcome).toBe('in');
  expect([ask, remember].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});

test('where the definition says so, nothing is tried without one', async () => {
  const { outcome, tried } = setUp('right', [], { hinted: true, ...defined('right') });
  expect(await outcome).toBe('in');
  expect(tried).toEqual(['right']);
});

test('what was typed before is tried first; what is wrong is forgotten', async () => {
  const { outcome, tried, remember } = setUp('new', ['new'], { hinted: true, typed: 'old', ...defined('defined') });
  expect(await outcome).toBe('in');
  expect(tried).toEqual(['old', 'defined', 'new']);
  expect(remember.mock.calls).toEqual([[null], ['new']]);
});

test('three wrong ones are enough, and none of them is in what is thrown', async () => {
  const { outcome, tried, ask } = setUp('right', ['canary-1', 'canary-2', 'canary-3', 'right']);
  const error: unknown = await outcome.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'auth-failed', reason: 'no' });
  expect(`${String(error)}${JSON.stringify(error)}${error instanceof Error ? error.stack : ''}`).not.toContain('canary');
  expect(tried).toHaveLength(4);
  expect(ask.mock.calls).toHaveLength(3);
});

test('one that has run out is said to have, and not asked for', async () => {
  const past = setUp('right', ['right'], { hinted: true, ...defined('old', new Date(Date.now() - 60_000)) });
  await expect(past.outcome).rejects.toMatchObject({ code: 'auth-failed', reason: expect.stringContaining('valid until') });
  expect(past.ask).not.toHaveBeenCalled();
  // The host's clock is what counts, and this display still took it.
  expect(await setUp('old', [], { hinted: true, ...defined('old', new Date(0)) }).outcome).toBe('in');
});

test('any other failure ends it', async () => {
  const attempt = async (): Promise<never> => {
    throw new Error('cable');
  };
  const ask = vi.fn();
  const options = { guest: 'attic', hinted: false, typed: null, readDefinition: async () => null, remember: () => undefined };
  await expect(letIn(attempt, { ...options, ask, signal: new AbortController().signal })).rejects.toThrow('cable');
  expect(ask).not.toHaveBeenCalled();
});

test('what was typed is known for one run of the guest', () => {
  const passwords = new DisplayPasswords();
  const run = (id: number) => ({ name: 'attic', uuid: '00000000-0000-4000-8000-000000000001', id });
  passwords.set(run(7), 'vnc0', 'secret');
  expect([passwords.get(run(7), 'vnc0'), passwords.get(run(7), 'vnc1'), passwords.get(run(8), 'vnc0')]).toEqual(['secret', null, null]);
  passwords.keepUp(run(7));
  expect(passwords.get(run(7), 'vnc0')).toBe('secret');
  passwords.keepUp(run(-1));
  expect(passwords.get(run(7), 'vnc0')).toBeNull();
});
