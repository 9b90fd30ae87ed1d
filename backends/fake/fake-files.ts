import { GiB } from '#model/quantity';
import type { DiskImage } from '#model/disk-image';
import type { LocalFile, SaveTarget } from '../backend.ts';
import { BackendError } from '../errors.ts';

/** Dialogs that a test answers, and files of which there are only names. */
export function fakeFiles(answer: () => string | null) {
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  return {
    chooseImage: async (): Promise<LocalFile | null> => {
      const path = answer();
      return path === null ? null : { path };
    },
    inspect: async ({ path }: LocalFile): Promise<DiskImage> => {
      const name = nameOf(path);
      if (name.includes('overlay')) {
        throw new BackendError('bad-file', 'This image cannot be uploaded alone. It is an overlay: a part of its disk is in another file.');
      }
      return { name, size: 4 * GiB, capacity: 20 * GiB, format: name.endsWith('.img') ? 'raw' : 'qcow2' };
    },
    chooseSave: async (): Promise<SaveTarget | null> => {
      const path = answer();
      return path === null ? null : { path, replaces: null };
    },
    save: async () => undefined,
  };
}
