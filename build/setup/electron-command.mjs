import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { electronRuntime } from './electron-runtime.mjs';
import { ROOT } from './repository.mjs';
import { becomeUser, windowEnvironment, windowUser } from './window-user.mjs';

/** @typedef {import('./window-user.mjs').WindowUser} WindowUser */

/**
 * @typedef {object} ElectronCommand
 * @property {string} executable runs the app, as the window's user and with Chromium's
 *   sandbox on; the arguments are the app's. Playwright's `executablePath` as well.
 * @property {string[]} args
 * @property {Record<string, string>} env the whole environment to start it in
 * @property {number | undefined} uid what it will run as; undefined for the caller
 * @property {number | undefined} gid
 */

/**
 * How to start a built app in Electron.
 * @param {object} options
 * @param {string} options.appDir holds the app's package.json
 * @returns {Promise<ElectronCommand>}
 */
export async function electronCommand({ appDir }) {
  const runtime = await electronRuntime(ROOT);
  const user = windowUser();
  const program = join(assemble(runtime.dir, realpathSync(appDir)), 'electron');
  if (user === undefined) {
    return { executable: program, args: [], env: definedOnly(process.env), uid: undefined, gid: undefined };
  }
  return {
    executable: wrapper(program, user),
    args: [],
    env: windowEnvironment(user, process.env),
    uid: user.uid,
    gid: user.gid,
  };
}

/**
 * A folder with the runtime and the app in it: the runtime's files are links, the app is a
 * copy, because the window's user may not be allowed into the repository, and because a
 * build must not change the app under a running window. Without an app beside it, the
 * fallback runtime would start nothing: it takes no path argument.
 * @param {string} runtimeDir
 * @param {string} appDir
 */
function assemble(runtimeDir, appDir) {
  const apps = cacheFolder('apps');
  const name = hash(appDir);
  const dir = join(apps, `${name}-${hash(runtimeDir, stamp(appDir))}`);
  if (existsSync(dir)) return dir;
  removeOld(apps, name);
  const work = mkdtempSync(`${dir}-`);
  linkTree(runtimeDir, work);
  cpSync(appDir, join(work, 'resources/app'), { recursive: true, dereference: true });
  spawnSync('chmod', ['-R', 'a+rX', work]); // whatever the umask was
  try {
    renameSync(work, dir);
  } catch (error) {
    // Another process made the same folder meanwhile.
    rmSync(work, { recursive: true });
    if (!existsSync(dir)) throw error;
  }
  return dir;
}

/**
 * Builds of the same app older than a day; a younger one may still be running.
 * @param {string} apps
 * @param {string} name
 */
function removeOld(apps, name) {
  for (const entry of readdirSync(apps).filter((entry) => entry.startsWith(name))) {
    const path = join(apps, entry);
    if (Date.now() - statSync(path).mtimeMs > 24 * 60 * 60 * 1000) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * @param {string} from
 * @param {string} to an existing folder
 */
function linkTree(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      mkdirSync(target);
      linkTree(source, target);
      continue;
    }
    try {
      // Hard links: Electron looks for its files beside what its executable's path resolves to.
      linkSync(source, target);
    } catch {
      copyFileSync(source, target); // on another file system
    }
  }
}

/**
 * Changes whenever a file below changes.
 * @param {string} path
 * @returns {string}
 */
function stamp(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return `${path} ${status.size} ${status.mtimeMs}`;
  return readdirSync(path)
    .map((name) => stamp(join(path, name)))
    .join('\n');
}

/** @param {string[]} parts */
function hash(...parts) {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

/**
 * A program that becomes the user and then the app, for starters that cannot change the user
 * themselves (Playwright).
 * @param {string} program
 * @param {WindowUser} user
 */
function wrapper(program, user) {
  const path = `${program}-as-${user.uid}`;
  const temporary = `${path}-${process.pid}`;
  writeFileSync(temporary, `#!/bin/sh\nexec ${becomeUser(user).join(' ')} '${program}' "$@"\n`, { mode: 0o755 });
  renameSync(temporary, path);
  return path;
}

/** @param {NodeJS.ProcessEnv} env */
function definedOnly(env) {
  /** @type {Record<string, string>} */
  const result = {};
  for (const [key, value] of Object.entries(env)) if (value !== undefined) result[key] = value;
  return result;
}
