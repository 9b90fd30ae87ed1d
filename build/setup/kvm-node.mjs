import { existsSync, readFileSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { familyOf } from './packages.mjs';
import { asRoot, currentCaller } from './privilege.mjs';
import { SetupError, say } from './report.mjs';

const NODE = '/dev/kvm';
const WHAT = `let QEMU open ${NODE}`;

/**
 * Does for /dev/kvm what udev's rules do, where no udev runs and only root may open it.
 * libvirt would otherwise take the node for usable, find that QEMU's user cannot open it,
 * and probe QEMU again at each call, for seconds.
 */
export function ensureKvmNode() {
  if (!existsSync(NODE) || existsSync('/run/udev/control')) return;
  if ((statSync(NODE).mode & 0o066) !== 0) return;
  const family = familyOf(existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '');
  const hasGroup = /^kvm:/m.test(readFileSync('/etc/group', 'utf8'));
  const commands = kvmNodeCommands(family, hasGroup);
  say(`Only root may open ${NODE} and no udev runs: ${commands.map((command) => command.join(' ')).join(', ')}`);
  for (const command of commands) {
    const [program = '', ...args] = asRoot(command, currentCaller(), WHAT);
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) throw new SetupError(WHAT, error?.message ?? stderr.trim(), `as root: ${command.join(' ')}`);
  }
}

/**
 * What udev's rules come to in each family (50-udev-default.rules): Debian admits the group
 * kvm, which QEMU's user is in; Fedora admits everybody.
 * @param {import('./packages.mjs').Family | undefined} family
 * @param {boolean} hasGroup
 */
export function kvmNodeCommands(family, hasGroup) {
  if (family === 'fedora' || !hasGroup) return [['chmod', '0666', NODE]];
  return [
    ['chgrp', 'kvm', NODE],
    ['chmod', '0660', NODE],
  ];
}
