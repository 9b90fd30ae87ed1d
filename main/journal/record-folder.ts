import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BackendError } from '../../backends/errors.ts';
import { codeOf, saveError } from '../kept-file.ts';
import { writeFileSafely } from '../write-file-safely.ts';
import { OperationRecord, type RecordShelf, recordVersion } from './operation-record.ts';
import { isAlive, ownMark } from './process-mark.ts';

/** Bytes; ours have a few thousand. */
const LARGEST = 1024 * 1024;
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const recordName = new RegExp(`^${uuid}\\.json$`, 'i');
/** As writeFileSafely names what it has not finished. */
const unfinishedName = new RegExp(`^${uuid}\\.json\\.(\\d+)\\.tmp$`, 'i');
const AnyVersion = z.object({ version: z.number() });

interface RecordFolderOptions {
  readonly folder: string;
  log(line: string): void;
}

/** The records of operations as files for the user alone, `<id>.json`. A file is there whole or not at all. */
export function openRecordFolder({ folder, log }: RecordFolderOptions): RecordShelf {
  const fileOf = (id: string) => join(folder, `${id}.json`);

  /** Null: nothing to act upon. A file that is damaged is moved out of the way; a later release's stays for that release. */
  async function readRecord(name: string, unusable: string[]): Promise<OperationRecord | null> {
    const path = join(folder, name);
    try {
      if ((await stat(path)).size > LARGEST) throw new Error('it is too large');
      const content: unknown = JSON.parse(await readFile(path, 'utf8'));
      const version = AnyVersion.safeParse(content);
      if (version.success && version.data.version > recordVersion) {
        unusable.push(name);
        return null;
      }
      const record = OperationRecord.parse(content);
      if (`${record.id}.json` !== name) throw new Error('it is the record of another operation');
      return (await isAlive(record.owner)) ? null : record;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      log(`Cannot use ${path}: ${String(error)}`);
      unusable.push(name);
      // What cannot be read at all cannot be judged either, and stays.
      if (codeOf(error) === null) await rename(path, `${path}.unusable`).catch((cause: unknown) => log(String(cause)));
      return null;
    }
  }

  return {
    owner: ownMark,

    async read() {
      const names = await readdir(folder).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') log(`Cannot read ${folder}: ${String(error)}`);
        return [];
      });
      const records: OperationRecord[] = [];
      const unusable: string[] = [];
      for (const name of names) {
        const writer = unfinishedName.exec(name)?.[1];
        if (writer !== undefined && !(await exists(`/proc/${writer}`))) await rm(join(folder, name), { force: true });
        const record = recordName.test(name) ? await readRecord(name, unusable) : null;
        if (record !== null) records.push(record);
      }
      return { records, unusable };
    },

    async write(record) {
      if (!recordName.test(`${record.id}.json`)) throw new BackendError('internal', 'An operation has no name that a file can have.');
      await writeFileSafely(fileOf(record.id), `${JSON.stringify(record, null, 2)}\n`).catch((error: unknown) => {
        throw saveError('It could not be written down what would be made, so nothing was made.', error);
      });
    },

    async remove(id) {
      await rm(fileOf(id), { force: true });
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
