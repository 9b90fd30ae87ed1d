import { ImageFile } from '../backends/image-file.ts';
import { PartFile } from '../backends/part-file.ts';
import type { DiskFiles } from './surroundings.ts';

/** The files of this computer, and the dialogs to point at them. */
export function createDiskFiles(dialogs: Pick<DiskFiles, 'chooseImage' | 'chooseSave'>): DiskFiles {
  return {
    ...dialogs,
    async inspect(file) {
      const opened = await ImageFile.open(file);
      await opened.close();
      return opened.image;
    },
    async save(to, bytes) {
      const file = await PartFile.create(to, bytes.length);
      try {
        await file.write(bytes, 0);
        await file.settle(bytes.length);
        await file.keep();
      } catch (error) {
        await file.discard();
        throw error;
      }
    },
  };
}
