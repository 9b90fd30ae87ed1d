import { expect, test } from 'vitest';
import { parseLibvirtUri } from '../uri.ts';
import { checkSshUri, forwardArguments, masterArguments, sessionArguments } from './ssh-arguments.ts';

const uri = (rest: string) => parseLibvirtUri(`qemu+ssh://${rest}`);
const master = (rest: string) => masterArguments(uri(rest), '/run/x/control');
const pairs = (words: readonly string[], option: string) => words.flatMap((word, index) => (words[index - 1] === option ? [word] : []));

test('the host comes last, after the end of the options', () => {
  const words = master('me@host.example:2222/system');
  expect(words.slice(-2)).toEqual(['--', 'host.example']);
  expect(pairs(words, '-p')).toEqual(['2222']);
  expect(pairs(words, '-l')).toEqual(['me']);
  expect(pairs(words, '-S')).toEqual(['/run/x/control']);
  expect(pairs(words, '-o')).toEqual(expect.arrayContaining(['StrictHostKeyChecking=ask', 'ControlPersist=no', 'RemoteCommand=none']));
});

test('nothing is said of the way there but what the address says', () => {
  const words = master('host/system').join(' ');
  expect(words).not.toMatch(/-p |-l |-i |IdentitiesOnly|ProxyJump|ProxyCommand|KnownHosts|-F|BatchMode/);
});

test('a dead link ends it within half a minute', () => {
  const options = new Map(pairs(master('host/system'), '-o').map((pair) => pair.split('=') as [string, string]));
  expect(Number(options.get('ServerAliveInterval')) * Number(options.get('ServerAliveCountMax'))).toBeLessThan(30);
});

test('a key file that is named is the one that is tried; ssh replaces nothing in its name', () => {
  const words = master('host/system?keyfile=/home/me/50%25h');
  expect(pairs(words, '-i')).toEqual(['/home/me/50%%h']);
  expect(pairs(words, '-o')).toContain('IdentitiesOnly=yes');
  expect(pairs(master('host/system?no_tty=1'), '-o')).toContain('BatchMode=yes');
});

test.each(['[fe80::1%25eth0]/system', 'host_1.example/system', '10.0.0.1/system', 'first.last@host/system'])('%s may be', (rest) => {
  expect(() => checkSshUri(uri(rest))).not.toThrow();
});

// Reliability: a host, a user or a path must not become an option, nor a word of a shell.
test.each([
  '/system',
  '-oProxyCommand=touch%20x/system',
  '%2DoProxyCommand=x/system',
  '-l@host/system',
  '%2Dl@host/system',
  'a%20b/system',
  'host%0a/system',
  'host%0aProxyCommand/system',
  'a%2Fb/system',
  '$(x)/system',
  'a;b/system',
  '%60x%60/system',
  'x%27y@host/system',
  'me%20you%0a@host/system',
  'a%24%7BIFS%7D@host/system',
  'host/system?command=/bin/sh',
  'host/system?keyfile=-oProxyCommand',
  'host/system?keyfile=${HOME}/x',
  'host/system?keyfile=a%0ab',
  'host/system?keyfile=',
])('%s may not', (rest) => {
  expect(() => checkSshUri(uri(rest))).toThrow(expect.objectContaining({ code: 'bad-uri' }));
});

test.each(['host/system?no_verify=1', 'host/system?known_hosts_verify=ignore'])('%s is refused as insecure', (rest) => {
  expect(() => checkSshUri(uri(rest))).toThrow(expect.objectContaining({ code: 'insecure' }));
});

test('no_verify=0 asks for nothing', () => {
  expect(checkSshUri(uri('host/system?no_verify=0'))).toBe('host');
});

test('what goes over the master reads no configuration and cannot connect by itself', () => {
  const words = sessionArguments(uri('me@host/system'), '/run/x/control', 'true; false');
  expect(words.slice(-3)).toEqual(['--', 'host', 'true; false']);
  expect(pairs(words, '-F')).toEqual(['none']);
  expect(pairs(words, '-o')).toEqual(expect.arrayContaining(['ProxyCommand=false', 'BatchMode=yes']));
});

test.each([
  [{ kind: 'tcp', host: '127.0.0.1', port: 5900 }, '/run/x/t1:127.0.0.1:5900'],
  [{ kind: 'tcp', host: '::1', port: 5900 }, '/run/x/t1:[::1]:5900'],
  [{ kind: 'unix', path: '/var/lib/a:b %h\\c.sock' }, '/run/x/t1:/var/lib/a\\:b %%h\\\\c.sock'],
] as const)('%o is forwarded as %s', (target, expected) => {
  const words = forwardArguments(uri('host/system'), '/run/x/control', { verb: 'forward', socket: '/run/x/t1', target });
  expect(pairs(words, '-L')).toEqual([expected]);
});

test.each([
  { kind: 'tcp', host: 'a b', port: 1 },
  { kind: 'tcp', host: '-x', port: 1 },
  { kind: 'unix', path: 'relative' },
  { kind: 'unix', path: '/a\nb' },
  { kind: 'unix', path: '/a-${SECRET}' },
] as const)('%o is not', (target) => {
  expect(() => forwardArguments(uri('host/system'), '/c', { verb: 'forward', socket: '/t', target })).toThrow(
    expect.objectContaining({ code: 'bad-input' }),
  );
});
