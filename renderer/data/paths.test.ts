import { expect, test } from 'vitest';
import { namesIn, paths } from './paths.ts';

// As wouter's relativePath does before it matches.
const parts = (address: string) => namesIn(decodeURI(address).split('/').slice(4).join('/'));

test.each(['default', 'a b', 'a/b', '100%', '%2F', 'é#?&', '..', '⸮\u202e'])('the pool %j is found again in its address', (name) => {
  expect(parts(paths.storage('local', name))).toEqual([name]);
  expect(parts(paths.storage('local', name, name))).toEqual([name, name]);
  expect(new URL(`app://bundle/#${paths.storage('local', name)}`).hash).not.toContain(' ');
});

test('an address that means nothing is a name that nothing has', () => {
  expect(namesIn('%E0%A4%A')).toEqual(['%E0%A4%A']);
  expect(namesIn(undefined)).toEqual([]);
});
