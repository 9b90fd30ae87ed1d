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
  const names = family === 'fedora' ? missing.map((item) => item.fedora) : aptNames(missing.map((item) => item.debian));
  say(`Installing OS packages: ${missing.map((item, index) => `${names[index]} (${item.purpose})`).join(', ')}`);
  install(family, names);
  const still = missingPackages(groups, existsSync);
  if (still.length === 0) return;
  const files = still.map((item) => item.proof[0]).join(', ');
  throw new SetupError(WHAT, `they are installed, but these are still not there: ${files}`, installCommand(family, names).join(' '));
}

/**
 * The names by which apt knows them. The package lists are fetched only where they are absent.
 * @param {readonly string[]} wanted names or `a|b` alternatives
 */
function aptNames(wanted) {
  const names = chooseNames(wanted, knownToApt(wanted));
  if (names !== undefined) return names;
  run(APT_UPDATE);
  return chooseNames(wanted, knownToApt(wanted)) ?? wanted.map((name) => name.split('|').at(-1) ?? name);
}

/**
 * @param {Family} family
 * @param {readonly string[]} names
 */
function install(family, names) {
  try {
    run(installCommand(family, names));
  } catch (error) {
    // apt's lists may name versions that are no longer offered; dnf sees to its own.
    if (family === 'fedora') throw error;
    run(APT_UPDATE);
    run(installCommand(family, names));
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
  return found.length === chosen.length ? found : undefined;
}

/**
 * @param {Family} family
 * @param {readonly string[]} names
 * @returns {string[]}
 */
export function installCommand(family, names) {
  if (family === 'fedora') return ['dnf', 'install', '-y', '--setopt=install_weak_deps=False', ...new Set(names)];
  // env, because sudo and pkexec drop the variable. (man 7 debconf)
  return ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-q', '-y', '--no-install-recommends', ...new Set(names)];
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
