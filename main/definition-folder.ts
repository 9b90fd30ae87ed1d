import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import { DefinitionRecord, DeletedRecord, type DefinitionShelf, recordVersion } from './definition-record.ts';
import { codeOf } from './kept-file.ts';
import { writeFileSafely } from './write-file-safely.ts';

/** Bytes of one file; a record is kept below that (`DefinitionHistory`). */
const LARGEST = 8 * 1024 * 1024;
/** So many guests are remembered; of more, those go that were written least lately. */
const FILES_MAX = 2000;

interface DefinitionFolderOptions {
  readonly folder: string;
  log(line: string): void;
}

/** Records of definitions as files for the user alone, `<host>-<guest>.json` in short, `<host>-deleted.json` for who is gone. A file is there whole or not at all. */
export function openDefinitionFolder({ folder, log }: DefinitionFolderOptions): DefinitionShelf {
  const prefixOf = (host: HostId) => `${hash(host)}-`;
  const fileOf = ({ host, id }: GuestRef) => join(folder, `${prefixOf(host)}${hash(id)}.json`);
  const names = async () => (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));

  const deletedOf = (host: HostId) => join(folder, `${prefixOf(host)}deleted.json`);

  /** Null where there is none; what cannot be used is moved out of the way. */
  const readAt = async <T>(path: string, parse: (content: unknown) => T): Promise<T | null> => {
    try {
      if ((await stat(path)).size > LARGEST) throw new Error('it is too large');
      return parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      log(`Cannot use ${path}: ${String(error)}`);
      // What cannot be read at all cannot be judged either, and stays.
      if (codeOf(error) === null) await rename(path, `${path}.unusable`).catch((cause: unknown) => log(String(cause)));
      return null;
    }
  };

  return {
    read: async (ref) =>
      readAt(fileOf(ref), (content) => {
        const record = DefinitionRecord.parse(content);
        if (record.host !== ref.host || record.guest !== ref.id) throw new Error('it is the record of another guest');
        return record;
      }),

    readDeleted: async (host) =>
      readAt(deletedOf(host), (content) => {
        const record = DeletedRecord.parse(content);
        if (record.host !== host) throw new Error('it is the record of another host');
        return record;
      }),

    writeDeleted: async (record) => writeFileSafely(deletedOf(record.host), `${JSON.stringify(record)}\n`),

    async write(record) {
      await writeFileSafely(fileOf({ host: record.host, id: record.guest }), `${JSON.stringify(record)}\n`);
      const all = (await names()).filter((name) => !name.endsWith('-deleted.json'));
      if (all.length > FILES_MAX) await removeOldest(folder, all, all.length - FILES_MAX);
    },

    async forget(host) {
      const prefix = prefixOf(host);
      const own = (await names()).filter((name) => name.startsWith(prefix));
      await Promise.all(own.map((name) => rm(join(folder, name), { force: true })));
    },
  };
}

/** A host's id is its own affair: as a file's name it could be anything. */
const hash = (text: string): string => createHash('sha256').update(`${recordVersion} ${text}`).digest('hex').slice(0, 32);

async function removeOldest(folder: string, names: readonly string[], count: number): Promise<void> {
  const aged = await Promise.all(
    names.map(async (name) => ({
      name,
      at: await stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
  const oldest = aged.sort((a, b) => a.at - b.at).slice(0, count);
  await Promise.all(oldest.map(({ name }) => rm(join(folder, name), { force: true })));
}
