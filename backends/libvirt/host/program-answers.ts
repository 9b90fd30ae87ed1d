import type { z } from 'zod';
import { failedWith } from '../failed-with.ts';
import type { RunProgram } from '../transport/run-program.ts';

/** For what answers at once on a computer that does. */
const PATIENCE_MS = 20_000;

/** Null where the program fails, or is not there. */
export async function outputOf(run: RunProgram, ...words: readonly [string, ...string[]]): Promise<string | null> {
  try {
    const { code, stdout } = await run(words, undefined, { patienceMs: PATIENCE_MS });
    return code === 0 ? stdout : null;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return null;
  }
}

/** Null too where it is not told as expected: by a release that does not know the option, or by another program of that name. */
export async function toldAsJson<T>(run: RunProgram, schema: z.ZodType<T>, ...words: readonly [string, ...string[]]): Promise<T | null> {
  const text = await outputOf(run, ...words);
  try {
    return text === null ? null : schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
