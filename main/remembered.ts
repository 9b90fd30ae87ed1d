import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileSafely } from './write-file-safely.ts';

const Bounds = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int().min(1), height: z.number().int().min(1) });

/** What the window was like, for the next start. Nothing is lost with it. */
const Remembered = z.object({ bounds: Bounds.nullable(), maximized: z.boolean(), mediaFolder: z.string().nullable() });
export type Remembered = z.infer<typeof Remembered>;

export interface Memory {
  readonly value: Remembered;
  /** Kept in memory at once and in the file soon; a file that cannot be written is forgotten. */
  remember(change: Partial<Remembered>): void;
  /** Resolves when the file has what was remembered until now. */
  flush(): Promise<void>;
}

export async function openMemory(file: string): Promise<Memory> {
  let value: Remembered = { bounds: null, maximized: false, mediaFolder: null };
  try {
    value = Remembered.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Absent or unreadable: start afresh.
  }
  let written = Promise.resolve();
  return {
    get value() {
      return value;
    },
    remember(change) {
      value = { ...value, ...change };
      const text = JSON.stringify(value);
      written = written.then(() => writeFileSafely(file, text)).catch(() => undefined);
    },
    flush: () => written,
  };
}
