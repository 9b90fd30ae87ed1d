import { lstat, rm } from 'node:fs/promises';
import { codeOf } from '../kept-file.ts';
import type { OwnFiles } from './operation-record.ts';

/** Links are not followed: what an operation makes is a file. */
export const ownFiles: OwnFiles = {
  async identify(path) {
    try {
      const { dev, ino } = await lstat(path, { bigint: true });
      return `${dev}:${ino}`;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw error;
    }
  },
  remove: (path) => rm(path, { force: true }),
};
