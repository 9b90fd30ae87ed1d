import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { parseLibvirtUri } from '../uri.ts';
import { remoteCommand } from './remote-command.ts';
import { shellWord } from './shell-words.ts';

const command = (rest: string) => remoteCommand(parseLibvirtUri(`qemu+ssh://host${rest}`));

test('the helper where there is one, else netcat on either socket', () => {
  const words = command('/system');
  expect(words).toMatch(/^sh -c '/);
  expect(words).toContain('exec virt-ssh-helper');
  expect(words).toContain('/var/run/libvirt/virtqemud-sock');
  expect(words).toContain('/var/run/libvirt/libvirt-sock');
});

test('a session is reached by the helper, which knows where it is', () => {
  expect(command('/session')).toBe(`virt-ssh-helper 'qemu:///session'`);
  expect(command('/session?proxy=native&mode=legacy')).toBe(`virt-ssh-helper 'qemu:///session?mode=legacy'`);
  expect(command('/system?proxy=native&name=xen:///x')).toBe(`virt-ssh-helper 'xen:///x'`);
});

test('who only wants to look is led to the sockets that let everybody in', () => {
  const looking = (rest: string) => remoteCommand(parseLibvirtUri(`qemu+ssh://host${rest}`), true);
  expect(looking('/system?proxy=native')).toBe(`virt-ssh-helper -r 'qemu:///system'`);
  const words = looking('/system');
  expect(words).toContain('exec virt-ssh-helper -r ');
  expect(words).toContain('/var/run/libvirt/virtqemud-sock-ro');
  expect(words).toContain('/var/run/libvirt/libvirt-sock-ro');
  expect(looking('/system?socket=/run/x')).not.toContain('-ro');
});

test.each(['/system?socket=/run/x', '/system?netcat=/opt/nc', '/system?proxy=netcat'])('%s goes by netcat', (rest) => {
  expect(command(rest)).not.toContain('virt-ssh-helper 1');
  expect(command(rest)).not.toContain('exec virt-ssh-helper');
});

test('mode says which socket', () => {
  expect(command('/system?proxy=netcat&mode=direct')).not.toContain('libvirt-sock');
  expect(command('/system?proxy=netcat&mode=legacy')).not.toContain('virtqemud-sock');
});

test.each([
  '/session?proxy=netcat',
  '/session?netcat=nc',
  '/system?proxy=native&socket=/s',
  '/system?proxy=other',
  '/system?proxy=netcat&mode=other',
  '/system?socket=relative',
  '/system?socket=-U',
  '/system?socket=/a%0ab',
  '/system?netcat=-e',
  '/system?netcat=',
  '/system?name=-r',
])('%s is refused', (rest) => {
  expect(() => command(rest)).toThrow(expect.objectContaining({ code: 'bad-uri' }));
});

describe('what two shells read', () => {
  const dir = mkdtempSync(join(tmpdir(), 'guesthouse-words-'));
  const netcat = join(dir, 'it\'s a "net" $(cat) \\n');
  afterAll(() => rmSync(dir, { recursive: true }));
  // A login shell runs what ssh sends as its -c.
  const run = (text: string, shell = 'sh') => execFileSync(shell, ['-c', text], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  // Many to a shell, since starting one takes longer than all of them.
  const texts = fc.array(fc.string({ unit: fc.constantFrom('\u{1f600}', ...'\'"\\$`!;&|<>(){}[]*?~# \t=-abc%^ü'.split('')) }), {
    minLength: 100,
    maxLength: 200,
  });
  property.prop([texts], { numRuns: 10, endOnFailure: true })('any text stays one word through both', (words) => {
    const once = words.map((text) => `printf '%s\\0' ${shellWord(text)}`).join('; ');
    const expected = words.map((text) => `${text}\0`).join('');
    expect(run(once)).toBe(expected);
    expect(run(`sh -c ${shellWord(once)}`)).toBe(expected);
    expect(run(`sh -c ${shellWord(once)}`, 'bash')).toBe(expected);
  });

  test('a netcat and a socket of any name are run as they are', () => {
    writeFileSync(netcat, '#!/bin/sh\n[ "$1" = -q ] && exit 1\nprintf "<%s>" "$@"\n', { mode: 0o755 });
    const socket = `/run/a 'b" $(touch x) \\; $HOME`;
    const rest = `/system?proxy=netcat&netcat=${encodeURIComponent(netcat)}&socket=${encodeURIComponent(socket)}`;
    expect(run(command(rest))).toBe(`<-U><${socket}>`);
  });

  test('a netcat that stays is told to go', () => {
    writeFileSync(netcat, '#!/bin/sh\n[ "$*" = -q ] && { echo "nc: option requires an argument" >&2; exit 1; }\nprintf "<%s>" "$@"\n');
    expect(run(command(`/system?netcat=${encodeURIComponent(netcat)}&socket=/s`))).toBe('<-q0><-U></s>');
  });

  test('a host without either says so', () => {
    expect(() => run(command('/system?netcat=no-such-program'))).toThrow(/neither virt-ssh-helper nor no-such-program is installed/);
  });
});
