import { lstat, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import type { SourceFile } from '#model/source-file';
import type { LocalFile, SaveTarget } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { Memory } from './remembered.ts';

const open = new WeakSet<BrowserWindow>();
const ALL = { name: 'All files', extensions: ['*'] };

const sources: Readonly<Record<SourceFile, { readonly title: string; readonly filters: FileFilter[] }>> = {
  iso: { title: 'Choose an ISO image', filters: [{ name: 'ISO images', extensions: ['iso', 'ISO'] }, ALL] },
  disk: {
    title: 'Choose a disk image',
    filters: [{ name: 'Disk images', extensions: ['qcow2', 'qcow', 'img', 'raw', 'vmdk', 'vdi', 'vhd', 'vhdx'] }, ALL],
  },
  appliance: { title: 'Choose an appliance', filters: [{ name: 'Appliances', extensions: ['ova', 'OVA', 'ovf', 'OVF'] }, ALL] },
  'root-folder': { title: 'Choose the root of the container', filters: [] },
  'root-archive': {
    title: 'Choose an archive of a root',
    filters: [{ name: 'Archives', extensions: ['tar', 'tar.gz', 'tgz', 'tar.xz', 'txz', 'tar.zst'] }, ALL],
  },
};

/** Lets the person choose what a guest is made from. Begins in the folder of the last one. Null: they chose none. */
export const chooseSource = (parent: BrowserWindow | null, memory: Memory, what: SourceFile): Promise<LocalFile | null> =>
  chooseFile(parent, memory, sources[what].title, sources[what].filters, what === 'root-folder' ? 'openDirectory' : 'openFile');

/** The same for a disk image. */
export const chooseImage = (parent: BrowserWindow | null, memory: Memory): Promise<LocalFile | null> =>
  chooseFile(parent, memory, 'Choose a disk image', [
    { name: 'Disk images', extensions: ['qcow2', 'img', 'raw', 'iso', 'vmdk', 'vdi', 'vhd'] },
    ALL,
  ]);

/** Where something of this name is to be saved; the dialog asks itself before a file that is there is replaced. Null: nowhere. */
export async function chooseSave(parent: BrowserWindow | null, memory: Memory, name: string): Promise<SaveTarget | null> {
  return alone(parent, async (window) => {
    const { canceled, filePath } = await dialog.showSaveDialog(window, {
      title: `Save ${name}`,
      defaultPath: join(memory.value.mediaFolder ?? homedir(), name),
      properties: ['showOverwriteConfirmation', 'dontAddToRecent'],
      filters: [ALL],
    });
    if (canceled || filePath === undefined || filePath === '') return null;
    memory.remember({ mediaFolder: dirname(filePath) });
    const there = await lstat(filePath, { bigint: true }).catch(() => null);
    return { path: filePath, replaces: there === null ? null : `${there.dev}:${there.ino}` };
  });
}

async function chooseFile(
  parent: BrowserWindow | null,
  memory: Memory,
  title: string,
  filters: FileFilter[],
  kind: 'openFile' | 'openDirectory' = 'openFile',
): Promise<LocalFile | null> {
  return alone(parent, async (window) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title,
      defaultPath: memory.value.mediaFolder ?? homedir(),
      properties: [kind, 'dontAddToRecent'],
      filters,
    });
    const [path] = filePaths;
    if (canceled || path === undefined) return null;
    memory.remember({ mediaFolder: dirname(path) });
    return identified(path);
  });
}

/** Rejects with 'busy' while the window has a dialog already: a page must not bury the person in them. Null where the window is gone. */
async function alone<T>(parent: BrowserWindow | null, ask: (window: BrowserWindow) => Promise<T>): Promise<T | null> {
  if (parent === null) return null;
  if (open.has(parent)) throw new BackendError('busy', 'A file is being chosen already.');
  open.add(parent);
  try {
    return await ask(parent);
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
