import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { dialog, type BrowserWindow } from 'electron';
import type { LocalFile } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { Memory } from './remembered.ts';

const open = new WeakSet<BrowserWindow>();

/**
 * Lets the person choose an installation medium. Begins in the folder of the last one. Null: they chose none.
 * Rejects with 'busy' while the window has such a dialog already: a page must not bury the person in them.
 */
export async function chooseMedia(parent: BrowserWindow | null, memory: Memory): Promise<LocalFile | null> {
  if (parent === null) return null;
  if (open.has(parent)) throw new BackendError('busy', 'A file is being chosen already.');
  open.add(parent);
  try {
    const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
      title: 'Choose an ISO image',
      defaultPath: memory.value.mediaFolder ?? homedir(),
      properties: ['openFile', 'dontAddToRecent'],
      filters: [
        { name: 'ISO images', extensions: ['iso', 'ISO'] },
        { name: 'All files', extensions: ['*'] },
      ],
    });
    const [path] = filePaths;
    if (canceled || path === undefined) return null;
    memory.remember({ mediaFolder: dirname(path) });
    return await identified(path);
  } finally {
    open.delete(parent);
  }
}

/** The file itself, where the person chose a link to it. What cannot be looked at is for the reader of media to refuse. */
async function identified(chosen: string): Promise<LocalFile> {
  try {
    const path = await realpath(chosen);
    const { dev, ino } = await stat(path, { bigint: true });
    return { path, identity: `${dev}:${ino}` };
  } catch {
    return { path: chosen };
  }
}
