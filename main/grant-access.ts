import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BackendError } from '../backends/errors.ts';

const run = promisify(execFile);
const PATIENCE_MS = 30_000;

/** Runs commands that give a right to a file of this computer, one after the other. Rejects with 'permission' at the first that fails. */
export async function grantAccess(commands: readonly (readonly string[])[]): Promise<void> {
  for (const [program, ...words] of commands) {
    if (program === undefined) continue;
    await run(program, words, { timeout: PATIENCE_MS }).catch((cause: unknown) => {
      throw notGranted(program, cause);
    });
  }
}

function notGranted(program: string, cause: unknown): BackendError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  const reason = cause instanceof Error ? cause.message.slice(0, 500) : null;
  return new BackendError('permission', 'The right could not be given.', {
    reason: missing ? `The program ${program} is not installed.` : reason,
    remedy: missing ? 'Install the package acl, or have the image copied into a pool.' : 'Have the image copied into a pool instead.',
    cause,
  });
}
