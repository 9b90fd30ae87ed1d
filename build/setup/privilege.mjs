import { existsSync } from 'node:fs';
import { SetupError } from './report.mjs';
import { proofPaths } from './packages.mjs';

/**
 * @typedef {object} Caller who runs the set-up
 * @property {number} uid
 * @property {boolean} unattended nobody can answer a question
 * @property {(command: string) => boolean} has
 */

/** @returns {Caller} */
export function currentCaller() {
  return {
    uid: process.getuid?.() ?? 0,
    unattended: process.env['CI'] === 'true',
    has: (command) => proofPaths(command).some(existsSync),
  };
}

/**
 * The command line that runs a command as root.
 * @param {readonly string[]} command
 * @param {Caller} caller
 * @param {string} what the step, for the error
 * @returns {string[]}
 * @throws {SetupError} where there is no way
 */
export function asRoot(command, caller, what) {
  if (caller.uid === 0) return [...command];
  if (caller.has('sudo')) return ['sudo', ...(caller.unattended ? ['--non-interactive'] : []), ...command];
  // pkexec always asks, in a window.
  if (caller.has('pkexec') && !caller.unattended) return ['pkexec', ...command];
  throw new SetupError(what, 'it needs root, and neither sudo nor pkexec can be used', `as root: ${command.join(' ')}`);
}
