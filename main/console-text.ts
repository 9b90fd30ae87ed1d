import type { GuestRef } from '#model/guest';
import type { Registry } from './registry.ts';
import type { DiskFiles } from './surroundings.ts';
import { fileNameFor } from './volume-mover.ts';

interface ConsoleText {
  readonly guest: GuestRef;
  readonly text: string;
}

/** Saves what a terminal has shown where the person says. False: they chose no place. Throws BackendError. */
export async function saveConsoleText(
  registry: Pick<Registry, 'guest'>,
  files: Pick<DiskFiles, 'chooseSave' | 'save'>,
  window: number,
  { guest, text }: ConsoleText,
): Promise<boolean> {
  const { name } = registry.guest(guest);
  const target = await files.chooseSave(window, `${fileNameFor(name)}.txt`);
  if (target === null) return false;
  await files.save(target, new TextEncoder().encode(text));
  return true;
}
