import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, say } from './report.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [optional]
 * @typedef {{ packages: Record<string, LockedPackage> }} Lockfile
 */

/**
 * Installs the npm packages of the lockfile unless they are all there.
 * @param {string} root the repository's folder
 */
export function ensureNpmPackages(root) {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (existsSync(installed) && matchesLock(readLock(join(root, 'package-lock.json')), readLock(installed))) return;
  say('Installing npm packages from package-lock.json');
  const { status, error } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  throw new SetupError('install npm packages', error?.message ?? `npm ended with code ${status}`, `cd ${root} && npm ci`);
}

/**
 * Whether npm's record of what it installed has all that the lockfile asks for. Their
 * times tell nothing, since a checkout renews them.
 * @param {Lockfile} wanted
 * @param {Lockfile} installed
 */
export function matchesLock(wanted, installed) {
  return Object.entries(wanted.packages).every(
    // '' is the project itself; optional packages are for some platforms only.
    ([path, { version, optional }]) => path === '' || optional === true || installed.packages[path]?.version === version,
  );
}

/**
 * @param {string} path
 * @returns {Lockfile}
 */
function readLock(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
