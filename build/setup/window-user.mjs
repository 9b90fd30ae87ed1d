import { chownSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';

/**
 * The user the window runs as where the launcher is root. Chromium's sandbox refuses root.
 * @typedef {object} WindowUser
 * @property {number} uid
 * @property {number} gid
 * @property {string} home
 * @property {string | undefined} name of an account; undefined for the one without a home of its own
 */

/** Linux's user and group without rights, also called the overflow ids. */
export const NOBODY = 65534;

/**
 * Who the window runs as: undefined where that is the caller, the desktop user behind sudo or
 * pkexec, or else an account without rights.
 * @param {number | undefined} uid the caller's
 * @param {NodeJS.ProcessEnv} env
 * @param {string} passwd text of /etc/passwd
 * @returns {WindowUser | undefined}
 */
export function chooseWindowUser(uid, env, passwd) {
  if (uid !== 0) return undefined;
  const asker = Number(env['SUDO_UID'] ?? env['PKEXEC_UID'] ?? 0);
  for (const line of passwd.split('\n')) {
    const [name = '', , id, gid, , home = ''] = line.split(':');
    if (asker !== 0 && Number(id) === asker) return { uid: asker, gid: Number(gid), home, name };
  }
  return { uid: NOBODY, gid: NOBODY, home: join(cacheFolder(), 'home'), name: undefined };
}

/** The one that this process's window runs as, with its home folder made. */
export function windowUser() {
  const user = chooseWindowUser(process.getuid?.(), process.env, readFileSync('/etc/passwd', 'utf8'));
  if (user !== undefined && user.name === undefined) makeOwnFolder(user.home, user);
  return user;
}

/**
 * Leading words of a command line that root runs as the user.
 * @param {Pick<WindowUser, 'uid' | 'gid' | 'name'>} user
 * @returns {string[]}
 */
export function becomeUser(user) {
  const groups = user.name === undefined ? '--clear-groups' : '--init-groups';
  return ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, groups];
}

/**
 * @param {string} path of a folder that is to be the user's alone
 * @param {WindowUser} user
 */
export function makeOwnFolder(path, user) {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chownSync(path, user.uid, user.gid);
}

/**
 * The caller's environment as the window's user needs it.
 * @param {WindowUser} user
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string>}
 */
export function windowEnvironment(user, env) {
  // Root's own folders, bus and Wayland socket are closed to the user.
  const rootsOwn = /^(XDG_(CONFIG|CACHE|DATA|STATE)_HOME|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|WAYLAND_DISPLAY|SUDO_.*|PKEXEC_UID)$/;
  const kept = Object.entries(env).filter(([key]) => !rootsOwn.test(key));
  /** @type {Record<string, string>} */
  const result = {};
  for (const [key, value] of kept) if (value !== undefined) result[key] = value;
  const runtime = user.name === undefined ? join(user.home, 'run') : `/run/user/${user.uid}`;
  if (user.name === undefined) makeOwnFolder(runtime, user);
  if (existsSync(runtime)) result['XDG_RUNTIME_DIR'] = runtime;
  result['HOME'] = user.home;
  result['USER'] = result['LOGNAME'] = user.name ?? 'nobody';
  const cookie = env['XAUTHORITY'] ?? join(homedir(), '.Xauthority');
  if (user.name === undefined && existsSync(cookie)) result['XAUTHORITY'] = lendCookie(cookie, user);
  return result;
}

/**
 * The X server's key to its display, which is in a file only root may read.
 * @param {string} cookie
 * @param {WindowUser} user
 */
function lendCookie(cookie, user) {
  const lent = join(user.home, 'Xauthority');
  copyFileSync(cookie, lent);
  chownSync(lent, user.uid, user.gid);
  return lent;
}
