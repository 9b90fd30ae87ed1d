import type { PlannedTree } from './guest-plan.ts';
import { ownerOf } from './tree-making.ts';

/**
 * What root does on the host itself to the same end. Owners are shifted by LXC's own tool (lxc-usernsexec(1)), since neither tar nor util-linux
 * before 2.39 can. Null: it takes more than a few lines there.
 */
export function treeCommands(tree: PlannedTree, local: boolean): string[][] | null {
  const { path, idMap, fill } = tree;
  if (!local) return null;
  const owner = String(ownerOf(idMap));
  const folder = ['sudo', 'install', '-d', '-o', owner, '-g', owner, path];
  const users = idMap === null ? [] : ['lxc-usernsexec', '-m', `b:0:${idMap.start}:${idMap.count}`, '--'];
  if (fill.kind === 'archive') {
    // A file of this computer by its name alone: the window is not told where it lies.
    const archive = fill.copied === null ? fill.path : fill.copied.make.kind === 'upload' && fill.copied.make.file?.path.split('/').at(-1);
    if (typeof archive !== 'string') return null;
    return [folder, ['sudo', ...users, 'tar', '--numeric-owner', '-xpf', archive, '-C', path], ...identityCommands(tree, users)];
  }
  const { system } = fill;
  if (idMap !== null) return null;
  const made = system.tool === 'dnf' ? dnfWords(path, system.release) : debootstrapWords(system.suite, path, system.mirror);
  return [folder, ['sudo', ...made], ...identityCommands(tree, [])];
}

/** It runs nothing of the tree, and asks for the password, which stands in no command (systemd-firstboot(1)). */
function identityCommands({ path, hostname, rootPasswordHash }: PlannedTree, users: readonly string[]): string[][] {
  const wanted = [
    ...(hostname === null ? [] : [`--hostname=${hostname}`]),
    ...(rootPasswordHash === null ? [] : ['--prompt-root-password']),
  ];
  return wanted.length === 0 ? [] : [['sudo', ...users, 'systemd-firstboot', `--root=${path}`, '--force', ...wanted]];
}

const debootstrapWords = (suite: string, path: string, mirror: string) => [
  'debootstrap',
  '--force-check-gpg',
  '--variant=minbase',
  '--include=init,login,dbus,iproute2,ifupdown',
  suite,
  path,
  mirror,
];
const dnfWords = (path: string, release: string) => [
  'dnf',
  '-y',
  `--installroot=${path}`,
  // dnf 4 comes to them by itself, dnf 5 looks in the new root alone; to both a path given here is the host's.
  '--setopt=reposdir=/etc/yum.repos.d',
  `--releasever=${release}`,
  '--setopt=install_weak_deps=False',
  'install',
  'systemd',
  'util-linux',
  'dnf',
  'passwd',
  'iproute',
];
