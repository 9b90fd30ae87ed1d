import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { BackendError } from '../../errors.ts';
import { parseLibvirtUri } from './uri.ts';

test.each([
  ['qemu:///system', { driver: 'qemu', transport: 'unix', host: null, path: '/system', name: 'qemu:///system' }],
  ['QEMU+UNIX:///session', { driver: 'qemu', transport: 'unix', path: '/session', name: 'qemu:///session' }],
  ['test:///default?socket=/run/x', { path: '/default', name: 'test:///default' }],
  ['qemu://host/system', { transport: 'tls', host: 'host', port: null, name: 'qemu:///system' }],
  ['qemu+tcp://host:16509/system', { transport: 'tcp', host: 'host', port: 16509 }],
  [
    'qemu+ssh://me@host:22/system?keyfile=/k%20y&no_verify=1',
    { transport: 'ssh', user: 'me', host: 'host', port: 22, name: 'qemu:///system' },
  ],
  ['qemu+ssh://[fe80::1%25eth0]:2222/session', { host: 'fe80::1%eth0', port: 2222, name: 'qemu:///session' }],
  ['test:///default?no_verify=1&custom=a%20b;mode=legacy', { name: 'test:///default?custom=a%20b' }],
  ['qemu:///system?name=lxc:///system', { name: 'lxc:///system' }],
  ['qemu+ssh://DOMAIN%5Cme@host/system', { user: 'DOMAIN\\me', host: 'host' }],
  ['qemu+ssh://DOMAIN\\me@host/system', { user: 'DOMAIN\\me', host: 'host' }],
  ['qemu+ssh://me%40realm.example@host/system', { user: 'me@realm.example', host: 'host' }],
  ['lxc://', { driver: 'lxc', path: '/', name: 'lxc:///' }],
])('%s', (text, expected) => expect(parseLibvirtUri(text)).toMatchObject(expected));

test('the client keeps its own parameters, unescaped', () => {
  const { parameters } = parseLibvirtUri('qemu+ssh://host/system?keyfile=/k%20y&netcat=&other=1');
  expect([...parameters]).toEqual([
    ['keyfile', '/k y'],
    ['netcat', ''],
  ]);
});

describe('what is no address is said to be none', () => {
  test.each([
    '',
    'qemu',
    'qemu:/system',
    'qemu//',
    '://host/system',
    'qemu+carrier-pigeon://host/system',
    'qemu+pigeon://host/system',
    'qemu://host:0/system',
    'qemu://host:70000/system',
    'qemu:///sys%zztem',
    'qemu:///a%00b',
    'qemu+ssh://-oProxyCommand=x/system',
    'qemu+ssh://%2doProxyCommand=x/system',
    'qemu:///system\nqemu:///other',
    'qemu:///a%0ab',
    'qemu:///system?x=%1b',
    'qemu:///sys\ud800tem',
    'qemu:///sys\u202etem',
    `qemu:///${'x'.repeat(5000)}`,
    'qemu+ext:///system?command=/bin/sh',
    'qemu+ssh://host/system?command=/bin/sh',
    'qemu+ssh://host/system?c%6fmmand=x&command=y',
    'qemu+ssh://host/system?keyfile=/a&keyfile=/b',
    'qemu:///system?name=qemu%2bssh://other/system',
    'qemu:///system?name=qemu://other/system',
    'qemu+ssh://ho%73t/system',
    'qemu+ssh://ho%0ast/system',
    'qemu+ssh://hö.example/system',
    'qemu+ssh://ho$(id)st/system',
    'qemu+ssh://[fe80::1%25]/system',
    'qemu+ssh://[fe80::1%25-oX]/system',
    'qemu+ssh://[fe80::1%25a%25b]/system',
    'qemu+ssh://[fe80::1%eth0]/system',
    'qemu+ssh://[2001:db8::1%25eth0]/system',
    'qemu+ssh://[::g]/system',
    'qemu+ssh://[host]/system',
    'qemu+ssh://[::1/system',
    'qemu+ssh://fe80::1/system',
    'qemu+ssh://-oProxyCommand=x@host/system',
    'qemu+ssh://%2doX@host/system',
    'qemu+ssh://us%65%20r@host/system',
    'qemu+ssh://@host/system',
    'qemu+ssh://me%5C@host/system',
    'qemu+ssh://%5Cme@host/system',
    'qemu+ssh://%40me@host/system',
    'qemu+ssh://a@b@host/system',
    'qemu+ssh://user@/system',
    'qemu+ssh://:22/system',
    'network:///system',
    'qemu:///system#fragment',
  ])('%j', (text) => {
    const attempt = () => parseLibvirtUri(text);
    expect(attempt).toThrow(BackendError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-uri' }));
  });
});

describe('a password in an address', () => {
  test.each([
    'qemu+ssh://me:hunter2@host/system',
    'qemu+ssh://me%3Ahunter2@host/system',
    'qemu+ssh://me:hun/ter2@host/system',
    'me:hunter2@host',
    `qemu+ssh://me:hunter2${'x'.repeat(300_000)}@host/system`,
    'qemu+ssh://me:hunter2@host:99999/system',
    'qemu+pigeon://me:hunter2@host/system',
  ])('%# is refused and not repeated', (text) => {
    const attempt = () => parseLibvirtUri(text);
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-uri', message: expect.not.stringMatching(/hun|ter2/) }));
  });
});

test.each(['esx://host/', 'vpx://host/dc', 'hyperv://host/', 'vmwarews:///session', 'openvz:///system'])(
  '%s says where its driver lives',
  (text) => {
    expect(() => parseLibvirtUri(text)).toThrow(
      expect.objectContaining({ code: 'unsupported', reason: expect.stringContaining("libvirt's C library") }),
    );
  },
);

// prettier-ignore
const piece = fc.constantFrom(
  'qemu', 'lxc', '+', 'ssh', 'ext', 'unix', '://', '/', '?', '&', ';', '#', '@', ':', '[', ']', '%', '%25', '%2d', '%00', '%0a', '-', '-o',
  'me', 'host', '::1', 'fe80::1', 'eth0', '22', '0', 'system', 'session', 'command=', 'name=', 'socket=', 'mode=', 'x',
  ' ', '\n', '\0', '\ud800', '\u202e', '"', "'", '`', '$', '\\',
);
const hostile = fc.oneof(
  fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 12 }).map((pieces) => `qemu+ssh://${pieces.join('')}`),
  fc.string({ unit: 'binary', maxLength: 400 }),
);

property.prop([hostile], { numRuns: 5000 })('whatever is written, it is refused or harmless', (text) => {
  let uri;
  try {
    uri = parseLibvirtUri(text);
  } catch (error) {
    expect(error).toBeInstanceOf(BackendError);
    expect(error).toMatchObject({ code: expect.stringMatching(/^(bad-uri|unsupported)$/) });
    return;
  }
  const { host, user, port, path, parameters, name } = uri;
  for (const part of [host, user, path, name, ...parameters.values()]) expect(part ?? '').not.toMatch(/\p{C}/u);
  expect(host ?? 'host').toMatch(/^[A-Za-z0-9_:][A-Za-z0-9._:-]*(%[A-Za-z0-9_][A-Za-z0-9._-]*)?$/);
  expect(user ?? 'user').toMatch(/^[^\s@:/?#\\'"%-](?:[^\s:/?#'"%]*[^\s:/?#\\'"%])?$/u);
  expect(port ?? 1).toSatisfy((number) => number > 0 && number < 65_536);
  expect(parameters.has('command')).toBe(false);
  expect(name).toMatch(/^$|^[a-z]+:\/\/(\/|$)/);
});

property.prop([fc.string({ minLength: 300_000, maxLength: 300_001 })], { numRuns: 3 })(
  '300 kB are refused at once, in few words',
  (text) => {
    const attempt = () => parseLibvirtUri(`qemu+ssh://${text}`);
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-uri', message: expect.toSatisfy((words: string) => words.length < 400) }));
  },
);
