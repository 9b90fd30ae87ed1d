import { expect, test } from 'vitest';
import type { HostAddress } from '#model/host-address';
import { judgeAddress } from './address-rules.ts';

// The numbers are those of the hostile inputs in the security bar.
const typed = (uri: string): HostAddress => ({ road: 'uri', uri });
const refused = (code: string) => expect.objectContaining({ name: 'BackendError', code });

test.each([
  ['23', 'qemu+ext:///system?command=touch%20/tmp/guesthouse-was-here'],
  ['23', 'qemu+ssh://shelf/system?command=touch%20/tmp/guesthouse-was-here'],
  ['24', 'qemu+ssh://-oProxyCommand=touch/system'],
  ['24', 'qemu+ssh://-l@shelf/system'],
  ['24', 'qemu+ssh://she lf/system'],
  ['24', 'qemu+ssh://shelf\n/system'],
  ['24', 'qemu+ssh://shelf%0a/system'],
  ['24', 'qemu+ssh://a%0ab@shelf/system'],
  ['27', 'test:///etc/passwd'],
  ['27', 'test:///home/ada/x.xml'],
  ['27', 'test+ssh://shelf/etc/passwd'],
  ['27', 'test+tcp://127.0.0.1/etc/passwd'],
  ['27', 'qemu:///system?name=test:///etc/passwd'],
  ['27', 'test:///default?name=test:///etc/passwd'],
  ['28', 'qemu+ssh://ada:canary@shelf/system'],
  ['28', 'qemu+ssh://ada%3acanary@shelf/system'],
  ['28', `qemu+ssh://shelf/${'x'.repeat(300_000)}`],
  ['28', 'qemu+ssh://[fe80::1%25eth0%25-oProxyCommand]/system'],
  ['28', 'qemu+ssh://[::1%25lo]/system'],
  ['45', 'qemu+ssh://'.concat('shelf', '/system?name=qemu+ssh://elsewhere/system')],
])('%s: %.80s is no address', (_number, uri) => {
  const judge = () => judgeAddress(typed(uri));
  expect(judge).toThrow(refused('bad-uri'));
  expect(judge).not.toThrow(/canary/);
});

test.each([
  'qemu://shelf/system?no_verify=1',
  'qemu+ssh://shelf/system?known_hosts_verify=ignore',
  'qemu+libssh2://shelf/system?known_hosts_verify=auto',
  'qemu+ssh://shelf/system?no_sanity=1',
  'qemu+tcp://shelf/system',
])('26: %s is insecure, whoever wants it', (uri) => expect(() => judgeAddress(typed(uri))).toThrow(refused('insecure')));

test.each([
  ['netcat=nc', 'qemu+ssh://shelf/system?netcat=nc'],
  ['proxy=native', 'qemu+ssh://shelf/system?proxy=native'],
  ['socket=../../x', 'qemu:///system?socket=../../x'],
  ['keyfile=/etc/shadow', 'qemu+ssh://shelf/system?keyfile=/etc/shadow'],
  ['pkipath=/tmp', 'qemu://shelf/system?pkipath=/tmp'],
  ['mode=legacy', 'qemu:///system?mode=legacy'],
  ['name=lxc:///system', 'qemu:///system?name=lxc:///system'],
  ['tls_priority=NULL', 'qemu://shelf/system?tls_priority=NULL'],
  ['authfile=/tmp/auth.conf', 'qemu+ssh://shelf/system?authfile=/tmp/auth.conf'],
  ['known_hosts=/tmp/known', 'qemu+ssh://shelf/system?known_hosts=/tmp/known'],
])('25: %s has to be agreed to', (what, uri) => {
  expect(judgeAddress(typed(uri))).toEqual([{ what, why: expect.stringMatching(/\.$/) }]);
});

test.each([
  'qemu:///system',
  'qemu:///session',
  'test:///default',
  'qemu+ssh://ada@shelf:22/system',
  'qemu+tcp://localhost/system',
  'fake://x/',
])('%s needs nothing', (uri) => expect(judgeAddress(typed(uri))).toEqual([]));

test('without encryption only to this computer, or when the person agrees', () => {
  const tcp = (host: string) => judgeAddress({ road: 'tcp', driver: 'qemu', host, port: null });
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1', 'x.localhost']) expect(tcp(host)).toEqual([]);
  for (const host of ['shelf', '127.0.0.1.example.org', '10.0.0.1', '::2', 'localhost.example.org']) {
    expect(tcp(host)).toEqual([{ what: 'No encryption', why: expect.stringContaining(host) }]);
  }
});
