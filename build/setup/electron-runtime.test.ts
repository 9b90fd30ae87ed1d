import { expect, test } from 'vitest';
import { FALLBACK, checkHash } from './electron-runtime.mjs';

test('a package with another hash is refused, and both hashes are named', () => {
  const archive = new TextEncoder().encode('not the runtime');
  expect(() => checkHash(archive, FALLBACK.sha512)).toThrow(/sha512 [A-Za-z0-9+/]+=*, not 8JrOUq1h[^]*By hand: npx install-electron/);
});

test('the very package passes', () => {
  // sha512 of the empty string
  const empty = 'z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==';
  expect(() => checkHash(new Uint8Array(), empty)).not.toThrow();
});
