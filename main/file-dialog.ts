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
    return { path };
  } finally {
    open.delete(parent);
  }
}
