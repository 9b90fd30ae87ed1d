import { homedir } from 'node:os';
import { join } from 'node:path';
import { dialog, type BrowserWindow } from 'electron';
import type { LocalFile } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { LoginFileKind } from './address-wishes.ts';
import { checkLoginFile } from './login-file.ts';

const open = new WeakSet<BrowserWindow>();

/**
 * Lets the person choose a private key, or the folder with certificates. Null: they chose none. Rejects with 'bad-file' for what is neither,
 * and with 'busy' while the window has such a dialog already.
 */
export async function chooseLoginFile(parent: BrowserWindow | null, what: LoginFileKind): Promise<LocalFile | null> {
  if (parent === null) return null;
  if (open.has(parent)) throw new BackendError('busy', 'A file is being chosen already.');
  open.add(parent);
  try {
    const { canceled, filePaths } = await dialog.showOpenDialog(
      parent,
      what === 'ssh-key'
        ? {
            title: 'Choose a private key',
            defaultPath: join(homedir(), '.ssh'),
            properties: ['openFile', 'showHiddenFiles', 'dontAddToRecent'],
          }
        : {
            title: 'Choose the folder with cacert.pem, clientcert.pem and clientkey.pem',
            defaultPath: homedir(),
            properties: ['openDirectory', 'showHiddenFiles', 'dontAddToRecent'],
          },
    );
    const [path] = filePaths;
    if (canceled || path === undefined) return null;
    await checkLoginFile(path, what);
    return { path };
  } finally {
    open.delete(parent);
  }
}
