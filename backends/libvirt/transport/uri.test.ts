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
  ])('%j', (text) => {
    const attempt = () => parseLibvirtUri(text);
    expect(attempt).toThrow(BackendError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-uri' }));
  });
});
