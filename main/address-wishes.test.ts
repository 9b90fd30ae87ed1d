import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AddressWish, FileChoice } from '#contract/hosts';
import type { HostAddress } from '#model/host-address';
import { AddressWishes } from './address-wishes.ts';
import { tokenLife } from './media-tokens.ts';

const bad = expect.objectContaining({ code: 'bad-token' });
const ssh = (keyFile: FileChoice): AddressWish => ({
  road: 'ssh',
  driver: 'qemu',
  scope: 'system',
  host: 'shelf',
  user: null,
  port: null,
  keyFile,
});
const tls = (certificates: FileChoice): AddressWish => ({ road: 'tls', driver: 'qemu', host: 'shelf', port: null, certificates });
const chosen = (token: string): FileChoice => ({ kind: 'chosen', token });

test('20, 21: a file is what a person chose: for one window, one purpose, one use and ten minutes', () => {
  let now = 0;
  const wishes = new AddressWishes(randomUUID, () => now);
  const token = wishes.issue(1, 'ssh-key', '/home/ada/.ssh/work');
  const first = wishes.resolve(1, ssh(chosen(token)), null);
  expect(first.address).toMatchObject({ keyFile: '/home/ada/.ssh/work' });
  expect(() => wishes.resolve(2, ssh(chosen(token)), null)).toThrow(bad);
  expect(() => wishes.resolve(1, tls(chosen(token)), null)).toThrow(bad);
  expect(() => wishes.resolve(1, ssh(chosen('/etc/shadow')), null)).toThrow(bad);
  // Trying it uses nothing up; keeping it does.
  wishes.resolve(1, ssh(chosen(token)), null).spend();
  expect(() => wishes.resolve(1, ssh(chosen(token)), null)).toThrow(bad);
  const late = wishes.issue(1, 'certificates', '/home/ada/pki');
  expect(wishes.resolve(1, tls(chosen(late)), null).address).toMatchObject({ certificates: '/home/ada/pki' });
  now += tokenLife + 1;
  expect(() => wishes.resolve(1, tls(chosen(late)), null)).toThrow(bad);
  const gone = wishes.issue(1, 'ssh-key', '/k');
  wishes.windowClosed(1);
  expect(() => wishes.resolve(1, ssh(chosen(gone)), null)).toThrow(bad);
});

test('a file is kept only for the host that has it, on the same road', () => {
  const wishes = new AddressWishes(randomUUID);
  const kept: HostAddress = { road: 'ssh', driver: 'qemu', scope: 'system', host: 'old', user: null, port: null, keyFile: '/k' };
  expect(wishes.resolve(1, ssh({ kind: 'kept' }), kept).address).toMatchObject({ host: 'shelf', keyFile: '/k' });
  expect(wishes.resolve(1, ssh({ kind: 'none' }), kept).address).toMatchObject({ keyFile: null });
  expect(() => wishes.resolve(1, ssh({ kind: 'kept' }), null)).toThrow(bad);
  expect(() => wishes.resolve(1, ssh({ kind: 'kept' }), { ...kept, keyFile: null })).toThrow(bad);
  expect(() => wishes.resolve(1, tls({ kind: 'kept' }), kept)).toThrow(bad);
});

test('a typed address becomes a form where one can say it, and is judged as it was typed', () => {
  const wishes = new AddressWishes(randomUUID);
  const { address, concerns } = wishes.resolve(1, { road: 'uri', uri: 'qemu+ssh://ada@shelf/system?keyfile=/etc/shadow' }, null);
  expect(address).toMatchObject({ road: 'ssh', user: 'ada', host: 'shelf', keyFile: '/etc/shadow' });
  expect(concerns).toHaveLength(1);
});
