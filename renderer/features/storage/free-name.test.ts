import { expect, test } from 'vitest';
import { freeName, splitName } from './free-name.ts';

test('a name is counted up until it is free', () => {
  expect(freeName(new Set(), 'disk', '.qcow2')).toBe('disk.qcow2');
  expect(freeName(new Set(['disk.qcow2', 'disk-2.qcow2']), 'disk', '.qcow2')).toBe('disk-3.qcow2');
});

test('only what looks like a suffix is taken for one', () => {
  expect(splitName('web.qcow2')).toEqual({ stem: 'web', suffix: '.qcow2' });
  expect(splitName('.hidden')).toEqual({ stem: '.hidden', suffix: '' });
  expect(splitName('release 1.something long')).toEqual({ stem: 'release 1.something long', suffix: '' });
});
