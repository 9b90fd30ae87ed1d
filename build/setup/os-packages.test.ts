import { expect, test } from 'vitest';
import { chooseNames, installCommand } from './os-packages.mjs';

test('the install command never asks, and names each package once', () => {
  expect(installCommand('debian', ['xvfb'])).toEqual(
    expect.arrayContaining(['DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', 'xvfb']),
  );
  expect(installCommand('fedora', ['openbox', 'openbox'])).toEqual(['dnf', 'install', '-y', '--setopt=install_weak_deps=False', 'openbox']);
});

test('of alternative names the first that apt knows is taken', () => {
  const known = new Set(['libasound2', 'xvfb']);
  expect(chooseNames(['libasound2t64|libasound2', 'xvfb'], known)).toEqual(['libasound2', 'xvfb']);
  expect(chooseNames(['libasound2t64|libasound2'], new Set(['libasound2t64', 'libasound2']))).toEqual(['libasound2t64']);
});

test('a name that apt does not know calls for new package lists', () => {
  expect(chooseNames(['xvfb', 'openbox'], new Set(['xvfb']))).toBeUndefined();
});
