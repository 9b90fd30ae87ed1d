import { readFile, rename } from 'node:fs/promises';
import { BackendError } from '../backends/errors.ts';
import { writeFileSafely } from './write-file-safely.ts';

export interface KeptFileOptions<T> {
  readonly file: string;
  /** From what JSON gave; throws for what cannot be used. */
  parse(content: unknown): T;
  /** To what JSON takes. */
  format(value: T): unknown;
  /** Where there is no file yet, or none that could be used. */
  readonly otherwise: T;
  /** The sentence for a person when it cannot be written. */
  readonly notSaved: string;
  log(line: string): void;
}

export interface KeptFile<T> {
  read(): Promise<T>;
  /** Rejects with 'permission', 'no-space' or 'internal' when it could not be kept; then nothing has changed. */
  change(next: (before: T) => T): Promise<T>;
}

/**
 * Something that must outlive the program, as JSON for the user alone. A second copy, `file`.last, is written after it and used where the
 * first is gone, cut short or of another version. What could not be used is kept aside before anything takes its place: a good file is never
 * lost to an empty one.
 */
export function openKeptFile<T>({ file, parse, format, otherwise, notSaved, log }: KeptFileOptions<T>): KeptFile<T> {
  const copy = `${file}.last`;
  const unusable = new Set<string>();
  let current: Promise<T> | null = null;

  const readOne = async (path: string): Promise<{ readonly value: T } | null> => {
    try {
      return { value: parse(JSON.parse(await readFile(path, 'utf8'))) };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      unusable.add(path);
      log(`Cannot use ${path}: ${String(error)}`);
      return null;
    }
  };
  const load = async (): Promise<T> => ((await readOne(file)) ?? (await readOne(copy)) ?? { value: otherwise }).value;
  const read = (): Promise<T> => (current ??= load());

  const save = async (value: T): Promise<T> => {
    const text = `${JSON.stringify(format(value), null, 2)}\n`;
    try {
      for (const path of unusable) {
        await rename(path, `${path}.unusable`).catch((error: unknown) => {
          // Somebody else took it away.
          if (codeOf(error) !== 'ENOENT') throw error;
        });
        unusable.delete(path);
      }
      await writeFileSafely(file, text);
      await writeFileSafely(copy, text);
    } catch (error) {
      throw saveError(notSaved, error);
    }
    return value;
  };

  return {
    read,
    change(next) {
      const before = read();
      const after = before.then((value) => save(next(value)));
      // The next change builds on this one, or on what was before where it failed.
      current = after.catch(() => before);
      return after;
    },
  };
}

/** The system's name for what went wrong, as ENOENT; null for errors of another kind. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** For what could not be written into one of our own folders. */
export function saveError(message: string, error: unknown): BackendError {
  const reason = codeOf(error);
  if (reason === 'EACCES' || reason === 'EPERM' || reason === 'EROFS') {
    return new BackendError('permission', message, { reason, remedy: 'Make your home folder writable.', cause: error });
  }
  if (reason === 'ENOSPC' || reason === 'EDQUOT') {
    return new BackendError('no-space', message, { reason, remedy: 'Free some space in your home folder.', cause: error });
  }
  return new BackendError('internal', message, { reason, cause: error });
}
