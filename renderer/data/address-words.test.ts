import { expect, test } from 'vitest';
import type { HostAddress } from '#model/host-address';
import { addressWords, privacyOf } from './address-words.ts';

const uri = (text: string): HostAddress => ({ road: 'uri', uri: text });

test.each([
  ['qemu:///system', 'here'],
  ['qemu+unix:///system?socket=/run/x', 'here'],
  ['qemu+ssh://ada@attic/system', 'encrypted'],
  ['xen+libssh2://attic/', 'encrypted'],
  ['qemu://attic/system', 'encrypted'],
  ['qemu+tls://attic/system', 'encrypted'],
  ['qemu+tcp://attic/system', 'open'],
  ['QEMU+TCP://attic/system', 'open'],
  ['qemu+ext://attic/system?command=x', 'unknown'],
  ['no address', 'unknown'],
] as const)('%s: %s', (text, privacy) => {
  expect(privacyOf(uri(text))).toBe(privacy);
});

test('an address in words', () => {
  expect(addressWords({ road: 'local', driver: 'qemu', scope: 'session' })).toBe('QEMU/KVM on this computer, your own session');
  expect(addressWords({ road: 'ssh', driver: 'xen', scope: 'system', host: 'attic', user: 'ada', port: 2222, keyFile: null })).toBe(
    'Xen, ada on attic, port 2222, by ssh',
  );
});
