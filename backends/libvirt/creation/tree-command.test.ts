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
  hostname: null,
  rootPasswordHash: null,
});
const ofPackages = { kind: 'bootstrap', system: { tool: 'dnf', release: '42' } } as const;

test('dnf of either version takes the host’s own repositories', () => {
  const [folder, dnf] = treeCommands(tree(ofPackages), true) ?? [];
  expect(folder?.join(' ')).toBe('sudo install -d -o 0 -g 0 /roots/one');
  const words =
    '--setopt=reposdir=/etc/yum.repos.d --releasever=42 --setopt=install_weak_deps=False install systemd util-linux dnf passwd iproute';
  expect(dnf?.join(' ')).toBe(`sudo dnf -y --installroot=/roots/one ${words}`);
});

test('the password is asked for by the program that sets it, and stands in no command', () => {
  const told = { ...tree(ofPackages), hostname: 'web', rootPasswordHash: `$6$salt$${'a'.repeat(86)}` };
  const commands = treeCommands(told, true)?.map((words) => words.join(' ')) ?? [];
  expect(commands.at(-1)).toBe('sudo systemd-firstboot --root=/roots/one --force --hostname=web --prompt-root-password');
  expect(commands.join('\n')).not.toContain('$6$');
});

test('nothing is shown that would do something else: owners to be shifted, another computer', () => {
  expect(treeCommands(tree(ofPackages, { start: 300_000, count: 65_536 }), true)).toBeNull();
  expect(treeCommands(tree(ofPackages), false)).toBeNull();
});
