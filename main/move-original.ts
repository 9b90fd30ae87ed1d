import type { Confirmation } from '#model/confirmation';
import type { GuestSpec } from '#model/guest-spec';
import type { VolumeRef } from '#model/storage';
import type { StorageOutlook } from '#model/storage-outlook';
import type { VolumeChange } from '#model/volume-spec';
import type { HostConnection, LocalFile, Operation } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { Sources } from '../backends/sources/sources.ts';
import { facetOf } from './facet.ts';

/** The original of a disk that is moved: it goes when the guest is there that has the copy. */
export interface MovedOriginal {
  readonly question: Confirmation;
  /** Null: it is a file of this computer. */
  readonly volume: VolumeRef | null;
  /** What to say of it: null when it is gone. Never rejects: the guest is there, and an original too many is no harm. */
  remove(operation: Operation): Promise<string | null>;
}

/** Null: nothing is moved. Rejects with 'in-use' where something else needs the original. */
export async function originalOf(
  { name, source }: GuestSpec,
  connection: HostConnection,
  sources: Pick<Sources, 'holdOriginal'>,
  look: (token: string) => LocalFile,
): Promise<MovedOriginal | null> {
  if (source.kind !== 'disk' || source.move !== true || source.into === null) return null;
  const { from, into } = source;
  if (from.kind === 'url') throw new BackendError('bad-input', 'What is fetched has no original here to remove.');
  if (from.kind === 'drive') throw new BackendError('bad-input', 'A drive of the host is used where it is.');
  if (from.kind === 'file') {
    const original = await sources.holdOriginal(look(from.token));
    return {
      question: questionAbout({ name, into, path: original.path, outlook: null }),
      volume: null,
      remove: async () => told(original.path, original.remove()),
    };
  }
  const { volumes } = facetOf(connection, 'storage');
  if (volumes === null) throw new BackendError('unsupported', 'This host’s volumes cannot be removed from here.', { remedy: 'Copy it.' });
  const change: VolumeChange = { kind: 'delete', volumes: [from.volume] };
  const outlook = await volumes.outlook(change);
  const path = outlook.paths[0] ?? from.volume.name;
  return {
    question: questionAbout({ name, into, path, outlook }),
    volume: from.volume,
    remove: async (operation) => told(path, volumes.change(change, outlook.doubts, operation)),
  };
}

async function told(path: string, removing: Promise<void>): Promise<string | null> {
  try {
    await removing;
    return null;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'The reason is not known.';
    return `The guest has its copy, but the original stays at ${path}: ${why}`;
  }
}

interface Moving {
  readonly name: string;
  readonly into: string;
  readonly path: string;
  readonly outlook: StorageOutlook | null;
}

function questionAbout({ name, into, path, outlook }: Moving): Confirmation {
  const doubts = outlook?.doubts ?? [];
  return {
    title: `Remove the original when “${name}” is made?`,
    message: [
      `It is copied into the pool “${into}”, and the copy is compared with it byte for byte. When the guest is there, the original is removed, which cannot be undone. If anything fails, it stays.`,
      ...(doubts.length === 0 ? [] : [`Not everything could be looked into, so something may need it. ${doubts.join(' ')}`]),
    ],
    details: [{ label: 'Original', value: path, exact: true }],
    choices: [],
    confirm: 'Move it',
    danger: true,
  };
}
