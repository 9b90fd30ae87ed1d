import { expect, test } from 'vitest';
import { asRoot } from './privilege.mjs';

const caller = (uid: number, programs: string[], unattended = false) => ({
  uid,
  unattended,
  has: (name: string) => programs.includes(name),
});
const command = ['apt-get', 'update'];

test('root runs the command itself', () => {
  expect(asRoot(command, caller(0, ['sudo']), 'x')).toEqual(command);
});

test('a user runs it by sudo, which asks nothing where nobody could answer', () => {
  expect(asRoot(command, caller(1000, ['sudo', 'pkexec']), 'x')).toEqual(['sudo', ...command]);
  expect(asRoot(command, caller(1000, ['sudo'], true), 'x')).toEqual(['sudo', '--non-interactive', ...command]);
});

test('without sudo pkexec asks, but not where nobody could answer', () => {
  expect(asRoot(command, caller(1000, ['pkexec']), 'x')).toEqual(['pkexec', ...command]);
  expect(() => asRoot(command, caller(1000, ['pkexec'], true), 'install OS packages')).toThrow(
    /install OS packages[^]*By hand: as root: apt-get update/,
  );
});

test('without either the error names the step and the command', () => {
  expect(() => asRoot(command, caller(1000, []), 'install OS packages')).toThrow(
    'Could not install OS packages.\n  Why: it needs root, and neither sudo nor pkexec can be used\n  By hand: as root: apt-get update',
  );
});
