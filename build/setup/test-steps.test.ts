import { expect, test } from 'vitest';
import { nodeVersionProblem } from './node-version.mjs';
import { cacheFolderPath } from './cache-folder.mjs';
import { reportLines } from './test-steps.mjs';

const types = { step: 'types', passed: 1, failed: [], skipped: [], again: [], seconds: 2.34 };

test('the report ends with one line of totals', () => {
  const broken = {
    step: 'tests',
    passed: 7,
    failed: ['a.test.ts > b'],
    skipped: [{ name: 'c', reason: 'no KVM' }],
    again: [{ name: 'd', reason: 'late' }],
    seconds: 61,
  };
  expect(reportLines([types, broken])).toEqual([
    'ok      2.3 s  types',
    'FAIL   61.0 s  tests',
    'skipped: c (no KVM)',
    'passed at the second try only: d (late)',
    'failed: a.test.ts > b',
    '8 passed, 1 failed, 1 skipped',
  ]);
  expect(reportLines([types]).at(-1)).toBe('1 passed, 0 failed');
});

test.each(['20.19.0', '20.20.2', '22.0.0'])('Node %s will do', (version) => {
  expect(nodeVersionProblem(version)).toBeUndefined();
});

test.each(['18.20.1', '20.18.9', '6.0.0'])('Node %s is refused by name', (version) => {
  expect(nodeVersionProblem(version)).toContain(`this is Node ${version}`);
});

test("the cache is outside of root's closed home, and a user's own", () => {
  expect(cacheFolderPath(0, { XDG_CACHE_HOME: '/root/.cache' })).toBe('/var/cache/guesthouse');
  expect(cacheFolderPath(1000, { XDG_CACHE_HOME: '/home/ada/.cache' })).toBe('/home/ada/.cache/guesthouse');
});
