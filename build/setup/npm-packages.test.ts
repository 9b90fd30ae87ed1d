import { expect, test } from 'vitest';
import { matchesLock } from './npm-packages.mjs';

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/only-on-macos': { version: '1.0.0', optional: true },
  },
};

test('an install with all that the lockfile wants is kept', () => {
  expect(matchesLock(wanted, { packages: { 'node_modules/zod': { version: '4.6.7' }, 'node_modules/extra': { version: '1.0.0' } } })).toBe(
    true,
  );
});

test('another version or an absent package is not', () => {
  expect(matchesLock(wanted, { packages: { 'node_modules/zod': { version: '4.6.6' } } })).toBe(false);
  expect(matchesLock(wanted, { packages: {} })).toBe(false);
});
