import { expect, test } from 'vitest';
import { BackendError } from '../errors.ts';
import { LibvirtError } from './rpc/libvirt-error.ts';
import { toBackendError } from './to-backend-error.ts';

const libvirt = (
  code: number,
  { operation = 'domainCreateWithFlags', ...more }: { domain?: number; int1?: number; message?: string | null; operation?: string } = {},
) =>
  new LibvirtError(operation, {
    code,
    domain: 10,
    message: 'what the daemon says',
    level: 2,
    dom: null,
    str1: null,
    str2: null,
    str3: null,
    int1: -1,
    int2: -1,
    net: null,
    ...more,
  });

test('what Xen did not tell libvirt is to be found in its own logs', () => {
  expect(toBackendError(libvirt(1, { domain: 41 })).remedy).toContain('/var/log/xen');
  expect(toBackendError(libvirt(1)).remedy).toBeNull();
  expect(toBackendError(libvirt(42, { domain: 41 })).remedy).toBeNull();
});

test('a driver that never began has to be started again', () => {
  const asleep = libvirt(1, { domain: 41, operation: 'connectOpen', message: 'internal error: libxenlight state driver is not active' });
  expect(toBackendError(asleep)).toMatchObject({ message: asleep.text, remedy: expect.stringContaining('systemctl restart libvirtd') });
});

test.each([
  ['no such guest', libvirt(42), 'not-found'],
  ['no such pool', libvirt(49), 'not-found'],
  ['already running', libvirt(55), 'invalid-state'],
  ['name taken', libvirt(90), 'exists'],
  ['read only', libvirt(29), 'permission'],
  ['wrong password', libvirt(45), 'auth-failed'],
  ['dialogue closed', libvirt(79), 'auth-cancelled'],
  ['no agent', libvirt(94), 'auth-no-agent'],
  ['no system bus', libvirt(1, { domain: 47 }), 'auth-no-agent'],
  ['lock not had', libvirt(68), 'busy'],
  ['disk full', libvirt(38, { int1: 28 }), 'no-space'],
  ['file missing', libvirt(38, { int1: 2 }), 'not-found'],
  ['another errno', libvirt(38, { int1: 5 }), 'internal'],
  ['procedure too new', libvirt(39, { domain: 7, message: 'unknown procedure: 447' }), 'unsupported'],
  ['another RPC error', libvirt(39, { domain: 7 }), 'internal'],
  ['another daemon of the host ended', libvirt(1, { domain: 7 }), 'daemon-missing'],
  ['another daemon of the host is not there', libvirt(38, { domain: 7, int1: 2 }), 'daemon-missing'],
  ['anything else', libvirt(1), 'internal'],
])('%s', (_, error, code) => {
  expect(toBackendError(error)).toMatchObject({ code, cause: error });
});

test('the daemon speaks, the operation and number are the reason', () => {
  expect(toBackendError(libvirt(55))).toMatchObject({
    message: 'what the daemon says',
    reason: 'domainCreateWithFlags: libvirt error 55, domain 10',
  });
  expect(toBackendError(libvirt(55, { message: null })).message).toContain('55');
});

test('a BackendError stays itself, a bug becomes internal and keeps its cause', () => {
  const own = new BackendError('timeout', 'late');
  expect(toBackendError(own)).toBe(own);
  const bug = new TypeError('x is not a function');
  expect(toBackendError(bug)).toMatchObject({ code: 'internal', cause: bug });
});
