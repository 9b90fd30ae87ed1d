import { expect, test } from 'vitest';
import { busWords } from './bus-value.ts';

test.each([
  [{ type: 's', data: 'br0' }, ['br0']],
  [{ type: 'b', data: false }, ['false']],
  [{ type: 'i', data: -1 }, ['-1']],
  [{ type: 'as', data: ['a', 'b'] }, ['2', 'a', 'b']],
  [{ type: 'ao', data: [] }, ['0']],
  [{ type: 'v', data: { type: 'u', data: 7 } }, ['u', '7']],
  [{ type: 'a{ss}', data: { key: 'value' } }, ['1', 'key', 'value']],
  [{ type: 'aau', data: [[1, 24, 2]] }, ['1', '3', '1', '24', '2']],
  [{ type: 'a(ayuay)', data: [[[1, 2], 64, []]] }, ['1', '2', '1', '2', '64', '0']],
  [
    { type: 'a{sa{sv}}', data: { ipv4: { 'address-data': { type: 'aa{sv}', data: [{ prefix: { type: 'u', data: 24 } }] } } } },
    ['1', 'ipv4', '1', 'address-data', 'aa{sv}', '1', '1', 'prefix', 'u', '24'],
  ],
])('%j is said to busctl word by word', (value, words) => expect(busWords(value)).toEqual(words));

test('what is not of its type is not passed on', () => {
  expect(() => busWords({ type: 'as', data: 'text' })).toThrow(/expected array/);
  expect(() => busWords({ type: 'h', data: 3 })).toThrow(/cannot be copied/);
});
