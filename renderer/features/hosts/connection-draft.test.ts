import { expect, test } from 'vitest';
import { HostWish } from '#contract/hosts';
import type { Host } from '#model/host';
import {
  addressOf,
  draftOf,
  emptyDraft,
  nameOf,
  problemsOf,
  uriPreview,
  wishOf,
  withDriver,
  withKind,
  type ConnectionDraft,
} from './connection-draft.ts';

const ssh: ConnectionDraft = { ...emptyDraft, kind: 'ssh', host: ' attic ', user: 'ada', port: '2222' };

test('each kind becomes the address that the contract knows, and reads as libvirt writes it', () => {
  const cases: readonly (readonly [ConnectionDraft, string])[] = [
    [emptyDraft, 'qemu:///system'],
    [{ ...emptyDraft, kind: 'session' }, 'qemu:///session'],
    [ssh, 'qemu+ssh://ada@attic:2222/system'],
    [{ ...ssh, user: '', port: '', scope: 'session' }, 'qemu+ssh://attic/session'],
    [{ ...ssh, host: 'fe80::1' }, 'qemu+ssh://ada@[fe80::1]:2222/system'],
    [{ ...ssh, kind: 'tls', driver: 'xen', port: '' }, 'xen+tls://attic/system'],
    [{ ...ssh, kind: 'tcp', port: '' }, 'qemu+tcp://attic/system'],
    [{ ...emptyDraft, driver: 'test' }, 'test:///default'],
    [{ ...emptyDraft, kind: 'uri', uri: ' lxc:/// ' }, 'lxc:///'],
    [{ ...emptyDraft, kind: 'uri', uri: 'hail' }, 'hail'],
  ];
  for (const [draft, uri] of cases) {
    expect(HostWish.parse(wishOf(draft)).address).toEqual(addressOf(draft));
    expect(uriPreview(draft)).toBe(uri);
  }
});

test('what is wrong is said at its field, and nothing is sent', () => {
  const wrong = (change: Partial<ConnectionDraft>) => {
    const draft = { ...ssh, ...change };
    expect(addressOf(draft)).toBeNull();
    expect(wishOf(draft)).toBeNull();
    return problemsOf(draft);
  };
  expect(wrong({ host: '' }).host).toContain('Enter the name');
  expect(wrong({ host: 'ada@attic' }).host).toContain('field of its own');
  expect(wrong({ host: 'qemu+ssh://attic/system' }).host).toContain('libvirt address');
  expect(wrong({ host: '[::1]' }).host).toContain('without brackets');
  expect(wrong({ host: '-oProxyCommand=x' }).host).toContain('begins with a letter');
  expect(wrong({ host: 'a'.repeat(254) }).host).toContain('253');
  expect(wrong({ user: '-l root' }).user).toBeDefined();
  expect(wrong({ user: 'a b' }).user).toBeDefined();
  for (const port of ['0', '65536', '2.5', 'ssh', '-1']) expect(wrong({ port }).port).toBeDefined();
  for (const uri of ['', 'ada@attic', 'qemu:///a b', `qemu:///${'x'.repeat(4096)}`]) expect(wrong({ kind: 'uri', uri }).uri).toBeDefined();
});

test('what a kind does not ask for is not judged, and is there when the person comes back', () => {
  const bad = { ...ssh, host: 'not a host', uri: 'nor this' };
  expect(problemsOf(withKind(bad, 'system'))).toEqual({});
  expect(withKind(withKind(bad, 'system'), 'ssh').host).toBe('not a host');
});

test('a port belongs to its road', () => {
  expect(withKind(ssh, 'tls').port).toBe('');
  expect(withKind(ssh, 'ssh').port).toBe('2222');
});

test('a hypervisor without such a daemon gives way to one that has it', () => {
  expect(withKind({ ...emptyDraft, driver: 'xen' }, 'session').driver).toBe('qemu');
  expect(withDriver({ ...ssh, scope: 'session' }, 'lxc').scope).toBe('system');
  expect(withDriver(ssh, 'vbox').scope).toBe('session');
});

test('a name is suggested until there is one', () => {
  expect(nameOf(emptyDraft)).toBe('This computer');
  expect(nameOf(ssh)).toBe('attic');
  expect(nameOf({ ...ssh, name: '  ' })).toBe('attic');
  expect(nameOf({ ...ssh, name: 'The attic' })).toBe('The attic');
  expect(nameOf({ ...emptyDraft, kind: 'uri', uri: 'qemu+ssh://ada@attic:22/system' })).toBe('attic');
});

test('a host that there is fills the form; its files are named, and stay where they are', () => {
  const host: Host = {
    id: 'attic',
    name: 'Attic',
    uri: 'qemu+ssh://ada@attic/session?keyfile=%2Fhome%2Fada%2F.ssh%2Fattic',
    autoconnect: false,
    readOnly: false,
    state: { kind: 'disconnected' },
    address: { road: 'ssh', driver: 'qemu', scope: 'session', host: 'attic', user: 'ada', port: null, keyFile: '/home/ada/.ssh/attic' },
  };
  const draft = draftOf(host);
  expect(draft.keyFile).toEqual({ kind: 'kept', name: 'attic' });
  expect(wishOf(draft)).toEqual({
    name: 'Attic',
    autoconnect: false,
    readOnly: false,
    address: { road: 'ssh', driver: 'qemu', scope: 'session', host: 'attic', user: 'ada', port: null, keyFile: { kind: 'kept' } },
  });
  const tls = draftOf({ ...host, address: { road: 'tls', driver: 'qemu', host: 'attic', port: 1, certificates: '/etc/pki/mine/' } });
  expect(tls.certificates).toEqual({ kind: 'kept', name: 'mine/' });
});
