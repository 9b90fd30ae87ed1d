import { readFile, stat } from 'node:fs/promises';
import { BackendError } from '../../errors.ts';
import { findDaemon, type LocalSocket, type Surroundings } from './local-socket.ts';
import type { LibvirtDriver } from './uri.ts';

/** What the distributions call the package with a driver's daemon: [Fedora, Debian]. */
const PACKAGES: Partial<Record<LibvirtDriver, readonly [string, string]>> = {
  qemu: ['libvirt-daemon-kvm', 'libvirt-daemon-system'],
  test: ['libvirt-daemon', 'libvirt-daemon-system'],
  lxc: ['libvirt-daemon-lxc', 'libvirt-daemon-driver-lxc'],
  xen: ['libvirt-daemon-xen', 'libvirt-daemon-driver-xen'],
  vbox: ['libvirt-daemon-vbox', 'libvirt-daemon-driver-vbox'],
};

/** Why a socket of this computer could not be connected to, and what mends it. `cause` is the system's error. */
export async function localFault(socket: LocalSocket, surroundings: Surroundings, cause: NodeJS.ErrnoException): Promise<BackendError> {
  const details = { reason: cause.message, cause };
  const { path, daemon, session } = socket;
  switch (cause.code ?? '') {
    case 'ENOENT':
    case 'ENOTDIR':
      if (findDaemon(daemon, surroundings) === null) return notInstalled(socket, cause);
      return new BackendError('daemon-missing', `${daemon} is not running: there is no ${path}.`, {
        ...details,
        remedy: session ? startByHand(daemon) : `Start it, now and with this computer: sudo systemctl enable --now ${daemon}.socket`,
      });
    case 'ECONNREFUSED':
      return new BackendError('daemon-missing', `${daemon} has ended: nothing answers at ${path}.`, {
        ...details,
        remedy: session ? startByHand(daemon) : `Start it again: sudo systemctl restart ${daemon}.socket`,
      });
    case 'EACCES':
    case 'EPERM':
      return forbidden(socket, surroundings, cause);
    default:
      return new BackendError('connection-lost', `The connection to ${path} failed.`, details);
  }
}

export function notInstalled({ driver, daemon }: LocalSocket, cause: Error): BackendError {
  const names = PACKAGES[driver];
  return new BackendError('daemon-missing', `libvirt is not set up for “${driver}” on this computer: there is no ${daemon}.`, {
    reason: cause.message,
    remedy:
      names === undefined
        ? `Install libvirt with its driver for “${driver}”.`
        : `Install it: "sudo dnf install ${names[0]}" on Fedora, "sudo apt install ${names[1]}" on Debian. Then start it: sudo systemctl enable --now ${daemon}.socket`,
    cause,
  });
}

const startByHand = (daemon: string) => `Run “${daemon} --timeout=120” in a terminal, and see what it says.`;

async function forbidden({ path }: LocalSocket, { exists }: Surroundings, cause: NodeJS.ErrnoException): Promise<BackendError> {
  const group = await groupOf(path);
  const look = exists(`${path}-ro`) ? ` To look only, edit the connection and tick “Only look”.` : '';
  const remedy =
    group === null
      ? 'Ask who looks after this computer for the right to manage its guests.'
      : `Join that group, and log in again: sudo usermod --append --groups ${group} "$USER".`;
  const owner = group === null ? '' : ` It is for root and the group “${group}”.`;
  return new BackendError('permission', `You may not use ${path}.${owner}`, { reason: cause.message, remedy: remedy + look, cause });
}

/** The group that may use a socket; null where none but root's may, or it cannot be seen. */
async function groupOf(path: string): Promise<string | null> {
  const status = await stat(path).catch(() => null);
  if (status === null || status.gid === 0 || (status.mode & 0o020) === 0) return null;
  // Groups from elsewhere than this file (LDAP) have a number only.
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  const found = groups.split('\n').find((line) => line.split(':')[2] === String(status.gid));
  return found?.split(':')[0] ?? String(status.gid);
}
