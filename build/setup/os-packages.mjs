import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { familyOf, missingPackages } from './packages.mjs';
import { asRoot, currentCaller } from './privilege.mjs';
import { SetupError, say } from './report.mjs';

/** @typedef {import('./packages.mjs').Family} Family */
/** @typedef {import('./packages.mjs').Group} Group */

const WHAT = 'install OS packages';
const APT_UPDATE = ['apt-get', 'update', '-q'];

/**
 * Installs what is missing of these groups, having named it.
 * @param {readonly Group[]} groups
 */
export function ensureOsPackages(groups) {
  const missing = missingPackages(groups, existsSync);
  if (missing.length === 0) return;
  const family = familyOf(existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '');
  if (family === undefined) {
    const names = missing.map((item) => item.fedora).join(' ');
    throw new SetupError(
      WHAT,
      'this is neither a Debian nor a Fedora family system',
      `your package manager, for (Fedora's names): ${names}`,
    );
  }
  say(`Installing OS packages: ${missing.map((item) => `${item[family]} (${item.purpose})`).join(', ')}`);
  if (family === 'fedora') run(installCommand(family, unique(missing.map((item) => item.fedora))));
  else installByApt(missing.map((item) => item.debian));
  const still = missingPackages(groups, existsSync);
  if (still.length > 0) {
    const names = still.map((item) => item[family]);
    throw new SetupError(
      WHAT,
      `still not there: ${still.flatMap((item) => item.proof[0]).join(', ')}`,
      installCommand(family, names).join(' '),
    );
  }
}

/**
 * The package lists are fetched only where they are absent or too old to install from.
 * @param {readonly string[]} wanted names or `a|b` alternatives
 */
function installByApt(wanted) {
  let names = chooseNames(wanted, knownToApt(wanted));
  if (names === undefined) {
    run(APT_UPDATE);
    names = chooseNames(wanted, knownToApt(wanted)) ?? wanted.map((name) => name.split('|').at(-1) ?? name);
    return run(installCommand('debian', names));
  }
  try {
    run(installCommand('debian', names));
  } catch {
    run(APT_UPDATE);
    run(installCommand('debian', names));
  }
}

/**
 * @param {readonly string[]} wanted names or `a|b` alternatives
 * @param {ReadonlySet<string>} known
 * @returns {string[] | undefined} undefined where one has no known name
 */
export function chooseNames(wanted, known) {
  const chosen = wanted.map((alternatives) => alternatives.split('|').find((name) => known.has(name)));
  const found = chosen.filter((name) => name !== undefined);
  return found.length === chosen.length ? unique(found) : undefined;
}

/**
 * @param {Family} family
 * @param {readonly string[]} names
 * @returns {string[]}
 */
export function installCommand(family, names) {
  if (family === 'fedora') return ['dnf', 'install', '-y', '--setopt=install_weak_deps=False', ...names];
  // env, because sudo and pkexec drop the variable. (man 7 debconf)
  return ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-q', '-y', '--no-install-recommends', ...names];
}

/** @param {readonly string[]} wanted */
function knownToApt(wanted) {
  const names = wanted.flatMap((name) => name.split('|'));
  const { stdout } = spawnSync('apt-cache', ['show', '--no-all-versions', ...names], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return new Set([...stdout.matchAll(/^Package: (.*)$/gm)].map((match) => match[1] ?? ''));
}

/** @param {readonly string[]} command */
function run(command) {
  const [program = '', ...args] = asRoot(command, currentCaller(), WHAT);
  const { status, error } = spawnSync(program, args, { stdio: ['inherit', 'ignore', 'inherit'] });
  if (status === 0) return;
  throw new SetupError(WHAT, error?.message ?? `${program} ended with code ${status}`, [program, ...args].join(' '));
}

/**
 * @template T
 * @param {readonly T[]} items
 */
function unique(items) {
  return [...new Set(items)];
}
