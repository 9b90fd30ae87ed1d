import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { hashPassword } from './password-hash.ts';

test.each(['x', 'pässword "$x', 'p'.repeat(64), 'long '.repeat(50)])('is what OpenSSL makes: %j', async (password) => {
  const salt = 'ab./CD01efGH23ij';
  const made = execFileSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], { input: `${password}\n`, encoding: 'utf8' });
  expect(await hashPassword(password, salt)).toBe(made.trim());
});

test('each has a salt of its own, and others are served meanwhile', async () => {
  let served = 0;
  let working = true;
  const serve = () => {
    served++;
    if (working) setImmediate(serve);
  };
  setImmediate(serve);
  const [one, other] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
  working = false;
  expect(one).not.toBe(other);
  expect(one).toMatch(/^\$6\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}$/);
  // Had it been done in one go, nobody would have had a turn; how many there are is a matter of speed.
  expect(served).toBeGreaterThan(0);
});
