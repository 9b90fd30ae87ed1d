import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileSafely } from './write-file-safely.ts';

const Bounds = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int().min(1), height: z.number().int().min(1) });

/** Where a window was, and how large. */
export const Spot = z.object({ bounds: Bounds, maximized: z.boolean() });
export type Spot = z.infer<typeof Spot>;

/** What the windows were like, for the next start. Nothing is lost with it. */
const Remembered = z.object({
  bounds: Bounds.nullable(),
  maximized: z.boolean(),
  mediaFolder: z.string().nullable(),
  /** Windows for consoles, by the guest in them; who comes last was there last. */
  consoles: z.array(z.object({ guest: z.string().max(512), spot: Spot })).default([]),
});
export type Remembered = z.infer<typeof Remembered>;

export interface Memory {
  readonly value: Remembered;
  /** Kept in memory at once and in the file soon; a file that cannot be written is forgotten. */
  remember(change: Partial<Remembered>): void;
  /** Resolves when the file has what was remembered until now. */
  flush(): Promise<void>;
}

export async function openMemory(file: string): Promise<Memory> {
  let value: Remembered = { bounds: null, maximized: false, mediaFolder: null, consoles: [] };
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
