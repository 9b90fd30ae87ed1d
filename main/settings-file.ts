import { readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { Settings } from '#contract/settings';
import { BackendError } from '../backends/errors.ts';
import { writeFileSafely } from './write-file-safely.ts';

const defaults: Settings = { theme: 'system', sidebarWidth: 260, sidebarOpen: true };

const SettingsFile = z.object({ version: z.literal(1), settings: z.record(z.string(), z.unknown()) });
/** Keys of a later release are passed over. */
const KnownSettings = z.object(Settings.shape);

export interface SettingsStore {
  read(): Promise<Settings>;
  /** Rejects with 'permission', 'no-space' or 'internal' when it could not be kept; then nothing has changed. */
  write(change: Partial<Settings>): Promise<Settings>;
}

/**
 * What the person chose, in `file`. A second copy, `file`.last, is written after it and used where the first is cut short or of another
 * version. A file that could not be used is kept aside before another takes its place.
 */
export function openSettings(file: string, log: (line: string) => void): SettingsStore {
  const copy = `${file}.last`;
  let unusable = false;
  let current: Promise<Settings> | null = null;

  const load = async (): Promise<Settings> => {
    const first = await readOne(file, log);
    unusable = first === 'unusable';
    const found = typeof first === 'string' ? await readOne(copy, log) : first;
    return typeof found === 'string' ? defaults : found;
  };
  const read = (): Promise<Settings> => (current ??= load());

  const save = async (settings: Settings): Promise<Settings> => {
    const text = `${JSON.stringify({ version: 1, settings }, null, 2)}\n`;
    try {
      if (unusable) await rename(file, `${file}.unusable`);
      unusable = false;
      await writeFileSafely(file, text);
      await writeFileSafely(copy, text);
    } catch (error) {
      throw saveError(error);
    }
    return settings;
  };

  return {
    read,
    write(change) {
      const before = read();
      const after = before.then((settings) => save({ ...settings, ...change }));
      // The next change builds on this one, or on what was before where it failed.
      current = after.catch(() => before);
      return after;
    },
  };
}

async function readOne(file: string, log: (line: string) => void): Promise<Settings | 'absent' | 'unusable'> {
  try {
    const { settings } = SettingsFile.parse(JSON.parse(await readFile(file, 'utf8')));
    return KnownSettings.parse({ ...defaults, ...settings });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'absent';
    log(`Cannot use ${file}: ${String(error)}`);
    return 'unusable';
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function saveError(error: unknown): BackendError {
  const message = 'The settings could not be saved.';
  const reason = codeOf(error);
  if (reason === 'EACCES' || reason === 'EPERM' || reason === 'EROFS') {
    return new BackendError('permission', message, { reason, remedy: 'Make your configuration folder writable.', cause: error });
  }
  if (reason === 'ENOSPC' || reason === 'EDQUOT') {
    return new BackendError('no-space', message, { reason, remedy: 'Free some space in your home folder.', cause: error });
  }
  return new BackendError('internal', message, { reason, cause: error });
}
