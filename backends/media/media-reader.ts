import type { Media } from '#model/guest-spec';
import type { LocalFile, MediaReader } from '../backend.ts';
import { badFile, openChosen, unreadable } from '../chosen-file.ts';
import { osinfoDb, type OsinfoDb } from '../osinfo-db.ts';
import { type IsoIdentity, readIsoIdentity } from './iso9660.ts';

const MEDIUM = 'an installation image: a file that usually ends in .iso';

/** `database` is asked for at the first medium. */
export function createMediaReader(database: () => Promise<OsinfoDb> = osinfoDb): MediaReader {
  return {
    async read(file) {
      const { identity, size, name } = await readIdentity(file);
      const label = identity.volumeId || identity.jolietLabel;
      const os = await (await database()).identify(identity);
      return { name, size, label, bootable: identity.bootable, os } satisfies Media;
    },
  };
}

async function readIdentity(file: LocalFile): Promise<{ identity: IsoIdentity; size: number; name: string }> {
  const { handle, name, status } = await openChosen(file, MEDIUM);
  try {
    const size = Number(status.size);
    const identity = await readIsoIdentity(async (offset, length) => {
      // A hostile image may point beyond any file; the system call would refuse such an offset.
      if (offset + length > size) return new Uint8Array(0);
      const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
    if (identity === null) throw badFile(`“${name}” is not an ISO 9660 image.`, `Choose ${MEDIUM}.`);
    return { identity, size, name };
  } catch (error) {
    throw unreadable(name, error);
  } finally {
    await handle.close();
  }
}
