import type { LookupAddress } from 'node:dns';
import { expect, test } from 'vitest';
import { agreeToPrivate, guardedLookup, placeByWords, placeOfAddress, placeOfHost } from './web-place.ts';

test.each([
  ['127.0.0.1', 'here'],
  ['0.0.0.0', 'here'],
  ['169.254.169.254', 'here'],
  ['::1', 'here'],
  ['::', 'here'],
  ['fe80::1%eth0', 'here'],
  ['::ffff:127.0.0.1', 'here'],
  ['::ffff:7f00:1', 'here'],
  ['64:ff9b::a9fe:a9fe', 'here'],
  ['10.0.0.1', 'near'],
  ['172.31.255.255', 'near'],
  ['172.32.0.1', 'far'],
  ['192.168.1.1', 'near'],
  ['100.64.0.1', 'near'],
  ['fd12::1', 'near'],
  ['::ffff:192.168.1.1', 'near'],
  ['203.0.113.5', 'far'],
  ['2001:db8::1', 'far'],
])('%s is %s', (address, place) => expect(placeOfAddress(address)).toBe(place));

test.each([
  ['localhost', 'here'],
  ['a.localhost.', 'here'],
  ['[::1]', 'here'],
  ['192.168.1.1', 'near'],
  ['example.org', 'far'],
  ['10.example.org', 'far'],
])('%s says that it is %s', (hostname, place) => expect(placeByWords(hostname)).toBe(place));

const named =
  (...addresses: string[]) =>
  async (): Promise<LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test('the nearest of a name’s places counts', async () => {
  expect(await placeOfHost('mirror.corp', named('203.0.113.5', '10.0.0.1'))).toBe('near');
  expect(await placeOfHost('example.org', named('203.0.113.5'))).toBe('far');
  expect(await placeOfHost('example.org', () => Promise.reject(new Error('no DNS')))).toBe('far');
  await expect(placeOfHost('evil.example.org', named('203.0.113.5', '::1'))).rejects.toMatchObject({ code: 'insecure' });
});

const connect = (resolve: ReturnType<typeof named>, name: string, options: { all?: boolean; family?: number } = {}) =>
  new Promise((done, fail) => guardedLookup(resolve)(name, options, (error, address) => (error === null ? done(address) : fail(error))));

test('a connection goes to what was looked at, and only where that may be', async () => {
  expect(await connect(named('203.0.113.5', '2001:db8::1'), 'example.org')).toBe('203.0.113.5');
  expect(await connect(named('203.0.113.5', '2001:db8::1'), 'example.org', { family: 6 })).toBe('2001:db8::1');
  expect(await connect(named('203.0.113.5'), 'example.org', { all: true })).toEqual([{ address: '203.0.113.5', family: 4 }]);
  await expect(connect(named('10.0.0.1'), 'agreed.corp')).rejects.toMatchObject({ code: 'insecure' });
  agreeToPrivate('Agreed.corp');
  expect(await connect(named('10.0.0.1'), 'agreed.corp')).toBe('10.0.0.1');
  // It stood for a private network when the person was asked.
  await expect(connect(named('10.0.0.1', '127.0.0.1'), 'agreed.corp')).rejects.toMatchObject({ code: 'insecure' });
});
