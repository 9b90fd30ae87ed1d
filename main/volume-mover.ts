import type { UploadWish } from '#contract/storage';
import type { Confirmation } from '#model/confirmation';
import type { DiskImage } from '#model/disk-image';
import type { HostId } from '#model/host';
import type { VolumeRef } from '#model/storage';
import type { HostConnection, Storage, VolumeTransfers } from '../backends/backend.ts';
import { BackendError, onlyLooking } from '../backends/errors.ts';
import { facetOf } from './facet.ts';
import { MediaTokens } from './media-tokens.ts';
import type { Questions } from './questions.ts';
import type { Registry } from './registry.ts';
import type { DiskFiles } from './surroundings.ts';
import type { Tasks } from './tasks.ts';
import type { VolumeLocks } from './volume-locks.ts';

export interface MoverServices {
  readonly registry: Registry;
  readonly tasks: Tasks;
  readonly questions: Questions;
  readonly locks: VolumeLocks;
  readonly files: DiskFiles;
  uuid(): string;
}

/** Moves disk images between this computer and hosts, as tasks. Windows point at files by tokens, or not at all. */
export class VolumeMover {
  readonly #services: MoverServices;
  readonly #tokens: MediaTokens;

  constructor(services: MoverServices) {
    this.#services = services;
    this.#tokens = new MediaTokens(services.uuid, undefined, 'disk image');
  }

  async chooseImage(window: number): Promise<{ file: string; image: DiskImage } | null> {
    const { files } = this.#services;
    const file = await files.chooseImage(window);
    return file === null ? null : { image: await files.inspect(file), file: this.#tokens.issue(window, file) };
  }

  /** Starts the task whose id is `operation`; the same wish once more does nothing more. Throws 'cancelled' when the person says no. */
  async upload(window: number, { host, to, file: token, operation: id }: UploadWish): Promise<void> {
    const { registry, tasks, questions, locks, files } = this.#services;
    const wish = JSON.stringify({ window, host, to, token });
    if (tasks.knows(id, wish)) return;
    const { saved, connection } = registry.reached(host);
    const storage = facetOf(connection, 'storage');
    const transfers = transfersOf(connection);
    const volume = to.kind === 'new' ? { pool: to.pool, name: to.name } : to.volume;
    locks.assertUnlocked(host, volume);
    const image = await files.inspect(this.#tokens.look(window, token));
    const path = await pathOf(storage, volume, to.kind);
    if (to.kind === 'existing') {
      const doubts = await transfers.doubtsAboutReplacing(volume);
      await questions.insist(window, replaceQuestion(volume, image, doubts, locks.isIncomplete(host, volume)), { host: saved });
    }
    // Another call with the same id may have come while this one looked and asked.
    if (tasks.knows(id, wish)) return;
    // The lock first: whom it refuses keeps the file.
    const release = locks.take(host, volume, path);
    const undo = [release];
    try {
      const { file, giveBack } = this.#tokens.use(window, token);
      undo.push(giveBack);
      const { result } = tasks.run(
        {
          id,
          wish,
          title: `Upload “${volume.name}”`,
          host,
          guest: null,
          volume,
          command: transfers.commandFor(to.kind === 'new' ? 'upload' : 'replace', volume, image),
          cancellable: true,
        },
        async (operation) => {
          await (to.kind === 'new' ? transfers.upload(volume, file, operation) : transfers.replace(volume, file, operation));
        },
      );
      result.catch(giveBack).finally(release);
    } catch (error) {
      for (const step of undo) step();
      throw error;
    }
  }

  /** The id of the task; null when the person chose no place for it. */
  async download(window: number, host: HostId, volume: VolumeRef): Promise<string | null> {
    const { registry, tasks, locks, files } = this.#services;
    transfersOf(registry.connection(host));
    locks.assertWhole(host, volume);
    const name = fileNameFor(volume.name);
    const target = await files.chooseSave(window, name);
    if (target === null) return null;
    // The person may have thought about it for an hour.
    locks.assertUnlocked(host, volume);
    const transfers = transfersOf(registry.connection(host));
    const command = transfers.commandFor('download', volume, { name });
    const job = { title: `Download “${volume.name}”`, host, guest: null, volume, command, cancellable: true };
    return tasks.run(job, async (operation) => transfers.download(volume, target, operation)).id;
  }

  windowClosed(window: number): void {
    this.#tokens.windowClosed(window);
  }
}

function transfersOf(connection: HostConnection): VolumeTransfers {
  const { transfers } = facetOf(connection, 'storage');
  if (transfers !== null) return transfers;
  throw connection.abilities.change ? new BackendError('unsupported', 'This host cannot move what it stores.') : onlyLooking();
}

async function pathOf(storage: Storage, { pool, name }: VolumeRef, kind: 'new' | 'existing'): Promise<string | null> {
  if (kind === 'existing') return (await storage.listVolumes(pool)).find((volume) => volume.name === name)?.path ?? null;
  const folder = (await storage.listPools()).find((other) => other.name === pool)?.path;
  return folder === undefined || folder === null ? null : `${folder}/${name}`;
}

function replaceQuestion(volume: VolumeRef, image: DiskImage, doubts: readonly string[], incomplete: boolean): Confirmation {
  const unseen = doubts.length === 0 ? [] : [`Not everything could be looked into, so something may need it. ${doubts.join(' ')}`];
  const before = incomplete ? ['What filled it last did not come to its end, so it is incomplete now.'] : [];
  return {
    title: `Overwrite “${volume.name}”?`,
    message: [`All that is in the volume is replaced by what is in “${image.name}”. This cannot be undone.`, ...before, ...unseen],
    choices: [],
    confirm: 'Overwrite',
    danger: true,
  };
}

/** As the save dialog proposes it: a volume's name may hold what a file's may not, or what would be another folder's. */
export function fileNameFor(name: string): string {
  const plain = Array.from(name.replaceAll(/[/\p{C}\p{Zl}\p{Zp}]/gu, '_'))
    .slice(0, 60)
    .join('')
    .replace(/^[.\s]+/, '');
  return plain === '' ? 'disk.img' : plain;
}
