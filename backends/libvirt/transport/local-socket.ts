import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BackendError } from '../../errors.ts';
import type { LibvirtDriver, LibvirtUri } from './uri.ts';

/** Which socket of this computer serves a URI, and what would have to run behind it. */
export interface LocalSocket {
  readonly path: string;
  /** The person's own daemon, which a client starts when it is not there. */
  readonly session: boolean;
  /** The daemon's program: libvirtd, virtqemud … */
  readonly daemon: string;
  /** What it is to drive: qemu, lxc … */
  readonly driver: LibvirtDriver;
}

/** What the choice depends on, so that it can be tested. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  readonly home: string;
  exists(path: string): boolean;
}

export const here = (): Surroundings => ({
  environment: process.env,
  uid: process.getuid?.() ?? 0,
  home: homedir(),
  exists: existsSync,
});

const SYSTEM_DIRECTORY = '/var/run/libvirt';

/**
 * Chooses as the C library does: `socket=` wins, `mode=` may force "legacy" (libvirtd) or "direct" (the modular daemon of the driver), else the
 * one whose socket is there, else whose program is there. That the file exists is enough: behind it systemd may start the daemon at the first
 * connect. Root has no session: its "/session" is the system's socket. The driver "test" lives in libvirtd only (the modular daemons refuse it);
 * for people who are not root it is taken from their session, which needs no rights.
 * Who only wants to look has a socket of the system's that lets everybody in; a session's daemon has one for both.
 */
export function chooseLocalSocket(uri: LibvirtUri, surroundings: Surroundings, readOnly = false): LocalSocket {
  const session = (uri.path === '/session' || uri.driver === 'test') && surroundings.uid !== 0;
  const directory = session ? sessionDirectory(surroundings) : SYSTEM_DIRECTORY;
  const { driver } = uri;
  const modular = `virt${driver}d`;
  const ending = readOnly && !session ? 'sock-ro' : 'sock';
  const legacy: LocalSocket = { path: join(directory, `libvirt-${ending}`), session, daemon: 'libvirtd', driver };
  const direct: LocalSocket = { path: join(directory, `${modular}-${ending}`), session, daemon: modular, driver };
  const given = uri.parameters.get('socket');
  const mode = uri.parameters.get('mode') ?? 'auto';
  if (given !== undefined) return { ...(mode === 'direct' ? direct : legacy), path: given, session: false };
  switch (mode) {
    case 'legacy':
      return legacy;
    case 'direct':
      return direct;
    case 'auto':
      break;
    default:
      throw new BackendError('bad-uri', `${JSON.stringify(uri.text)}: mode is auto, legacy or direct, not ${JSON.stringify(mode)}.`);
  }
  if (driver === 'test') return legacy;
  if (surroundings.exists(direct.path)) return direct;
  if (surroundings.exists(legacy.path)) return legacy;
  return findDaemon('libvirtd', surroundings) !== null && findDaemon(modular, surroundings) === null ? legacy : direct;
}

function sessionDirectory({ environment, home }: Surroundings): string {
  return join(environment['XDG_RUNTIME_DIR'] || environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'libvirt');
}

/** The daemon's program; sbin is often not in a person's PATH. */
export function findDaemon(daemon: string, { environment, exists }: Surroundings): string | null {
  const given = environment['VIRTD_PATH'] ?? environment['LIBVIRTD_PATH'];
  const directories = given === undefined ? ['/usr/sbin', '/usr/local/sbin', '/sbin'] : [given];
  return directories.map((directory) => join(directory, daemon)).find((program) => exists(program)) ?? null;
}
