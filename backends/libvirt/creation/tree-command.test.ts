import { expect, test } from 'vitest';
import type { TreeFilling } from './guest-plan.ts';
import { treeCommands } from './tree-command.ts';

const tree = (fill: TreeFilling, idMap: { start: number; count: number } | null = null) => ({
  pool: 'roots',
  name: 'one',
  path: '/roots/one',
  init: '/sbin/init',
  idMap,
  fill,
});
const ofPackages = { kind: 'bootstrap', system: { tool: 'dnf', release: '42' } } as const;

test('dnf of either version takes the host’s own repositories', () => {
  const [folder, dnf] = treeCommands(tree(ofPackages), true) ?? [];
  expect(folder?.join(' ')).toBe('sudo install -d -o 0 -g 0 /roots/one');
  const words = '--setopt=reposdir=/etc/yum.repos.d --releasever=42 --setopt=install_weak_deps=False install systemd dnf passwd iproute';
  expect(dnf?.join(' ')).toBe(`sudo dnf -y --installroot=/roots/one ${words}`);
});

test('nothing is shown that would do something else: owners to be shifted, another computer', () => {
  expect(treeCommands(tree(ofPackages, { start: 300_000, count: 65_536 }), true)).toBeNull();
  expect(treeCommands(tree(ofPackages), false)).toBeNull();
});
