import type { HostId } from '#model/host';
import { canPool, type PoolAction, poolActions } from '#model/pool-action';
import type { PoolSpec } from '#model/pool-spec';
import type { Pool, VolumeRef } from '#model/storage';
import type { StorageOutlook } from '#model/storage-outlook';
import type { VolumeUse } from '#model/storage-use';
import type { VolumeChange, VolumeSpec } from '#model/volume-spec';
import type { VolumeText } from '#model/volume-text';
import type { HostConnection, Operation, PoolKeeping, Storage } from '../backends/backend.ts';
import type { VolumeKeeping } from '../backends/volume-keeping.ts';
import { BackendError, onlyLooking } from '../backends/errors.ts';
import { facetOf } from './facet.ts';
import type { AskedHost, Questions } from './questions.ts';
import type { ReachedHost, Registry } from './registry.ts';
import {
  buildQuestion,
  changeTitle,
  namesQuestion,
  originalQuestion,
  placeQuestion,
  poolQuestion,
  volumeQuestion,
} from './storage-questions.ts';
import type { Outcome, Tasks } from './tasks.ts';
import type { VolumeLocks } from './volume-locks.ts';

export interface KeeperServices {
  readonly registry: Registry;
  readonly tasks: Tasks;
  readonly questions: Questions;
  readonly locks: VolumeLocks;
}

/** Which wish of which window it is; `operation` is the id of the task that it becomes. */
export interface StorageWish {
  readonly window: number;
  readonly host: HostId;
  readonly operation: string;
}

interface StorageJob {
  readonly title: string;
  readonly command: string | null;
  readonly cancellable: boolean;
  readonly volume?: VolumeRef | undefined;
}
type Run = (job: StorageJob, steps: (operation: Operation) => Promise<Outcome | void>) => Promise<void>;

/** Makes, changes and removes pools and volumes, each as a task; asks in main's own window before anything is lost. */
export class StorageKeeper {
  readonly #services: KeeperServices;
  /** What is asked or runs now, for whoever wishes the same once more. */
  readonly #underWay = new Map<string, { readonly wish: string; readonly end: Promise<void> }>();

  constructor(services: KeeperServices) {
    this.#services = services;
  }

  async makePool(wish: StorageWish, spec: PoolSpec): Promise<void> {
    const { saved, connection } = this.#reached(wish);
    const { pools } = keeping(connection);
    await this.#once(wish, { spec }, async (run) => {
      // What lies in a pool may be given to guests, and files be made there: whoever names its place names what they may have of the host.
      const question = spec.build === 'overwrite' ? buildQuestion(spec, await pools.examine(spec)) : placeQuestion(spec);
      await this.#services.questions.insist(wish.window, question, {
        host: saved,
      });
      const job = { title: `Make the pool “${spec.name}”`, command: pools.commandFor({ kind: 'make', spec }), cancellable: true };
      await run(job, async (operation) => pools.make(spec, operation));
    });
  }

  async actOnPool(wish: StorageWish, name: string, action: PoolAction): Promise<void> {
    const { questions, locks } = this.#services;
    await this.#once(wish, { name, action }, async (run) => {
      const { saved, connection } = this.#reached(wish);
      const { pools } = keeping(connection);
      const { persistent } = await requirePermission(connection, name, action);
      const outlook = withPool(await pools.outlook(name, action), action, persistent);
      if (poolActions[action].confirmed || outlook.losses.length > 0) {
        await questions.insist(wish.window, poolQuestion(name, action, outlook), { host: saved });
      }
      // The person may have thought about it for an hour.
      await requirePermission(connection, name, action);
      requireNothingMore(outlook, await pools.outlook(name, action));
      locks.assertFree(wish.host, outlook.paths);
      const command = pools.commandFor({ kind: action, name });
      const job = { title: `${poolActions[action].label}: pool “${name}”`, command, cancellable: action === 'delete' };
      await run(job, async (operation) => pools.act(name, action, outlook.doubts, operation));
    });
  }

  async makeVolume(wish: StorageWish, spec: VolumeSpec): Promise<void> {
    const { saved, connection } = this.#reached(wish);
    const { storage, volumes } = keeping(connection);
    const volume = { pool: spec.pool, name: spec.name };
    const { backing } = spec;
    await this.#once(wish, { spec }, async (run) => {
      if (backing !== null) await this.#insistOnOriginal(wish.window, saved, storage, backing.path, ({ path }) => path === backing.path);
      const release = await this.#lock(wish.host, storage, [volume]);
      const job = { title: `Make “${spec.name}”`, command: volumes.commandFor({ kind: 'make', spec }), cancellable: true, volume };
      await run(job, async (operation) => {
        const { name } = await volumes.make(spec, operation);
        return { note: name === spec.name ? null : `The host has called it “${name}”.` };
      }).finally(release);
    });
  }

  async makeVolumeByText(wish: StorageWish, text: VolumeText): Promise<void> {
    const { saved, connection } = this.#reached(wish);
    const { storage, volumes } = keeping(connection);
    const { texts } = volumes;
    await this.#once(wish, { text }, async (run) => {
      const { name, base, names } = await texts.outlook(text);
      const volume = { pool: text.pool, name };
      if (names.length > 0) await this.#services.questions.insist(wish.window, namesQuestion(name, names), { host: saved });
      if (base !== null) await this.#insistOnOriginal(wish.window, saved, storage, base, ({ path }) => path === base);
      const release = await this.#lock(wish.host, storage, [volume]);
      const job = { title: `Make “${name}”`, command: texts.commandFor(text, name), cancellable: true, volume };
      await run(job, async (operation) => void (await texts.make(text, operation))).finally(release);
    });
  }

  async changeVolume(wish: StorageWish, change: VolumeChange): Promise<void> {
    const { locks, questions } = this.#services;
    const { saved, connection } = this.#reached(wish);
    const { storage, volumes } = keeping(connection);
    const taken = volumesOf(change);
    await this.#once(wish, { change }, async (run) => {
      for (const volume of taken) {
        // What is incomplete may be deleted and wiped, which both ask first.
        if (change.kind === 'delete' || change.kind === 'wipe' || (change.kind === 'clone' && volume === change.to))
          locks.assertUnlocked(wish.host, volume);
        else locks.assertWhole(wish.host, volume);
      }
      const outlook = await volumes.outlook(change);
      if (outlook.losses.length > 0) await questions.insist(wish.window, volumeQuestion(change, outlook), { host: saved });
      if (change.kind === 'clone') {
        const { pool, name } = change.volume;
        await this.#insistOnOriginal(wish.window, saved, storage, name, ({ volume }) => volume.pool === pool && volume.name === name);
      }
      const release = await this.#lock(wish.host, storage, taken);
      const volume = taken.length === 1 || change.kind === 'clone' ? taken.at(-1) : undefined;
      const command = volumes.commandFor(change);
      const job = { title: changeTitle(change), command, cancellable: change.kind === 'clone' || change.kind === 'delete', volume };
      await run(job, async (operation) => volumes.change(change, outlook.doubts, operation)).finally(release);
    });
  }

  /**
   * A copy of a guest's disk, and what is built on it, tell all that is in it to whoever gets them; so does what is built on a file of the
   * host. What nobody has, or is a disc for everybody, is no secret of a guest's.
   */
  async #insistOnOriginal(window: number, host: AskedHost, storage: Storage, what: string, is: (use: VolumeUse) => boolean): Promise<void> {
    const original = (await storage.uses()).volumes.find(is);
    const owners = original?.users.filter(({ kinds }) => kinds.some((kind) => kind !== 'medium')).map(({ name }) => name);
    if (owners?.length === 0) return;
    await this.#services.questions.insist(window, originalQuestion(what, owners ?? null), { host });
  }

  #reached({ host }: StorageWish): ReachedHost {
    return this.#services.registry.reached(host);
  }

  /** The same wish once more does nothing more, and ends as the first. */
  async #once({ window, host, operation: id }: StorageWish, details: object, work: (run: Run) => Promise<void>): Promise<void> {
    const { tasks } = this.#services;
    const wish = JSON.stringify([window, host, details], withoutSecrets);
    const same = this.#underWay.get(id);
    if (same?.wish === wish) return same.end;
    if (same !== undefined) throw new BackendError('bad-input', 'This operation is another one already.');
    if (tasks.knows(id, wish)) return undefined;
    const run: Run = async ({ volume, ...job }, steps) => {
      const more = volume === undefined ? {} : { volume };
      await tasks.run({ id, wish, host, guest: null, ...job, ...more }, steps).result;
    };
    const end = work(run).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, { wish, end });
    return end;
  }

  /** Returns the release of all. Throws 'busy' without having taken any. */
  async #lock(host: HostId, storage: Storage, volumes: readonly VolumeRef[]): Promise<() => void> {
    const paths = await Promise.all(volumes.map((volume) => pathOf(storage, volume)));
    const releases: (() => void)[] = [];
    const release = () => {
      for (const each of releases.splice(0)) each();
    };
    try {
      for (const [index, volume] of volumes.entries()) releases.push(this.#services.locks.take(host, volume, paths[index] ?? null));
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }
}

async function requirePermission(connection: HostConnection, name: string, action: PoolAction): Promise<Pool> {
  const pool = (await facetOf(connection, 'storage').listPools()).find((other) => other.name === name);
  if (pool === undefined) throw new BackendError('not-found', `There is no pool “${name}” any more.`);
  const permission = canPool(pool, action, connection.abilities);
  if (!permission.allowed) throw new BackendError('invalid-state', `${permission.why}.`);
  return pool;
}

function withPool(outlook: StorageOutlook, action: PoolAction, persistent: boolean): StorageOutlook {
  if (action !== 'stop' || persistent) return outlook;
  return { ...outlook, losses: [...outlook.losses, 'The pool exists only while it is active: stopped, it is gone from this host’s list.'] };
}

/** Throws 'invalid-state' where more would go by now than the person was told of. */
function requireNothingMore(told: StorageOutlook, now: StorageOutlook): void {
  if (now.losses.every((loss) => told.losses.includes(loss))) return;
  throw new BackendError('invalid-state', 'More is in the pool, or uses it, since the question was asked. Nothing was done.', {
    remedy: 'Try it again to see what.',
  });
}

/** What is remembered of a wish is only compared, and outlives it. */
const withoutSecrets = (key: string, value: unknown): unknown => (key === 'password' || key === 'passphrase' ? value !== null : value);

/** The volumes that nobody else may touch meanwhile; of a clone, the new one last. */
function volumesOf(change: VolumeChange): VolumeRef[] {
  if (change.kind === 'delete') return change.volumes;
  return change.kind === 'clone' ? [change.volume, change.to] : [change.volume];
}

/** Of one that is not there yet, what it will be. */
async function pathOf(storage: Storage, { pool, name }: VolumeRef): Promise<string | null> {
  const known = (await storage.listVolumes(pool)).find((volume) => volume.name === name);
  if (known !== undefined) return known.path;
  const folder = (await storage.listPools()).find((other) => other.name === pool)?.path;
  return folder === undefined || folder === null ? null : `${folder}/${name}`;
}

/** Throws 'unsupported' or 'permission' where storage cannot be changed. */
export function keeping(connection: HostConnection): { storage: Storage; pools: PoolKeeping; volumes: VolumeKeeping } {
  const storage = facetOf(connection, 'storage');
  const { pools, volumes } = storage;
  if (pools !== null && volumes !== null) return { storage, pools, volumes };
  throw connection.abilities.change ? new BackendError('unsupported', 'This host cannot change its storage.') : onlyLooking();
}
