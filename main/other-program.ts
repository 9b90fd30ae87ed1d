import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

const SAYS_AT_MOST = 2000;
/** Chromium's sockets to its own helpers would be handed down, and keep those helpers alive for as long as the program runs. */
const SHELL = '/bin/bash';
const CLOSE_AND_RUN = 'for fd in /proc/self/fd/*; do fd=${fd##*/}; [ "$fd" -gt 2 ] && eval "exec $fd>&-"; done; exec "$0" "$@"';

/** Where the program lies; null where it is not installed. */
export async function findProgram(env: NodeJS.ProcessEnv, name: string): Promise<string | null> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    // A relative folder of the path is whoever's the working directory is.
    if (isAbsolute(folder) && (await canRun(path))) return path;
  }
  return null;
}

const canRun = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

interface StartOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds after which one that still runs is taken to show something. */
  readonly patience: number;
  /** What it said, if it ended badly, as an error. */
  failed(said: string): Error;
  readonly ended?: () => void;
}

/** Starts a program that goes on by itself. Resolves when it has run for a while or ended well; rejects with `failed` otherwise. */
export async function startProgram(words: readonly string[], { env, patience, failed, ended }: StartOptions): Promise<void> {
  const program = spawn(SHELL, ['-c', CLOSE_AND_RUN, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  program.once('close', () => ended?.());
  program.once('error', () => ended?.());
  let said = '';
  program.stderr?.on('data', (chunk: Buffer) => {
    if (said.length < SAYS_AT_MOST) said += chunk.toString().slice(0, SAYS_AT_MOST - said.length);
  });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, patience);
    program.once('error', (error) => reject(failed(error.message)));
    program.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(failed(said));
    });
  });
  program.unref();
}
