import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { BackendError } from '../backends/errors.ts';
import { findProgram, startProgram } from './other-program.ts';

const PROGRAM = 'remote-viewer';
/** The number of the process follows, by which a later one knows what was left behind. */
const FOLDER = 'guesthouse-viewer-';
const SETTLED = 3000;
const AT_ONCE = 16;

/** Another program that shows displays: virt-viewer's. */
export interface RemoteViewer {
  isInstalled(): Promise<boolean>;
  /** Shows what the text of a .vv file says. Rejects with 'unsupported' where it is not installed, 'internal' where it ends at once. */
  open(file: string): Promise<void>;
  /** Removes what it left. Viewers go on. */
  close(): Promise<void>;
}

interface RemoteViewerOptions {
  readonly env: NodeJS.ProcessEnv;
  log(line: string): void;
  /** Milliseconds after which one that still runs is taken to show something. */
  readonly patience?: number;
}

/** Removes what an earlier Guesthouse left behind, too. */
export function createRemoteViewer({ env, log, patience = SETTLED }: RemoteViewerOptions): RemoteViewer {
  const folders = new Set<string>();
  let opening = 0;
  const runtime = env['XDG_RUNTIME_DIR'];
  const parent = runtime !== undefined && isAbsolute(runtime) ? runtime : tmpdir();

  const find = () => findProgram(env, PROGRAM);
  const remove = async (folder: string): Promise<void> => {
    folders.delete(folder);
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => log(`cannot remove ${folder}: ${String(error)}`));
  };

  removeLeftovers(parent).catch((error: unknown) => log(`cannot remove what an earlier viewer was given: ${String(error)}`));

  return {
    isInstalled: async () => (await find()) !== null,
    open: async (text) => {
      const program = await find();
      if (program === null) throw notInstalled();
      if (folders.size + opening >= AT_ONCE) throw new BackendError('busy', 'Too many viewers are open.', { remedy: 'Close one of them.' });
      // The display's password may be in it: for the person alone, and for as long as the viewer runs at most.
      opening += 1;
      const folder = await mkdtemp(join(parent, `${FOLDER}${process.pid}-`)).finally(() => (opening -= 1));
      folders.add(folder);
      try {
        const file = join(folder, 'console.vv');
        await writeFile(file, text, { mode: 0o600, flag: 'wx' });
        await startProgram([program, file], { env, patience, failed, ended: () => void remove(folder) });
      } catch (error) {
        await remove(folder);
        throw error;
      }
    },
    close: async () => {
      await Promise.all([...folders].map(remove));
    },
  };
}

/** What one of ours could not remove because it was killed: the password of a display may be in it. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${FOLDER}(\\d{1,10})-`).exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const path = join(parent, name);
    const found = await lstat(path).catch(() => null);
    if (found?.isDirectory() === true && found.uid === process.getuid?.()) await rm(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's is one that runs as well.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

const notInstalled = (): BackendError =>
  new BackendError('unsupported', 'remote-viewer is not installed.', { remedy: 'Install the package virt-viewer.' });

const failed = (said: string): BackendError =>
  new BackendError('internal', 'remote-viewer could not show this console.', {
    reason: said.trim() === '' ? null : said.trim(),
    remedy: 'Use the console in Guesthouse, or start remote-viewer in a terminal to see what it lacks.',
  });
