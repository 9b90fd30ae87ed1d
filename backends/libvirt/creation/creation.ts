import { randomUUID } from 'node:crypto';
import type { GuestId } from '#model/guest';
import { type CreationOffer, guestLimits, type GuestSpec } from '#model/guest-spec';
import type { GuestCreation, LocalFile, Networks, Operation, Storage } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { osinfoDb } from '../../osinfo-db.ts';
import { type Finding, findObjections, noSpace } from './creation-checks.ts';
import { findDomain, forceOff, undefine } from '../deletion/domain-removal.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { type MachineFacts, readMachineFacts } from './machine-facts.ts';
import { findMedia } from './media-access.ts';
import { deleteVolume, emptyDiskBytes, findNewVolume, freeVolumeName, volumeXml } from './new-volume.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf, bytesOfKiB } from '../to-model.ts';
import { toBackendError } from '../to-backend-error.ts';
import { serialize } from '../xml/document.ts';
import { newDomain } from '../xml/new-domain.ts';

// libvirt: VIR_NODE_MEMORY_STATS_ALL_CELLS.
const ALL_CELLS = -1;
// libvirt: virDomainState.
const RUNNING = 1;

interface CreationOptions {
  /** How long the host may take for one change before it is asked what became of it; milliseconds. */
  readonly patienceMs?: number;
}

export function createGuestCreation(
  host: LibvirtHost,
  storage: Storage | null,
  networks: Networks | null,
  options: CreationOptions = {},
): GuestCreation {
  async function offer(machine: MachineFacts): Promise<CreationOffer> {
    const [acceleration, memoryFree, pools, nets, { domains }] = await Promise.all([
      host.acceleration(),
      availableMemory(host),
      storage?.listPools() ?? [],
      networks?.listNetworks() ?? [],
      host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 }),
    ]);
    return {
      acceleration,
      firmwares: [...machine.firmwares],
      vcpusMax: Math.min(machine.vcpusMax, guestLimits.vcpusMax),
      memoryTotal: host.facts.memory,
      memoryFree,
      pools,
      networks: nets,
      takenNames: domains.map((domain) => domain.name),
    };
  }

  /** Everything that can be found out before the first change. */
  async function examine(spec: GuestSpec, media: LocalFile) {
    const machine = await readMachineFacts(host);
    const [offered, found] = await Promise.all([offer(machine), findMedia(host, media.path, machine.type)]);
    const findings: Finding[] = findObjections(spec, offered, machine, host);
    if (found.objection !== null) findings.push({ ...found.objection, field: 'media', code: 'bad-file' });
    return { machine, findings, mediaPath: found.path, pool: offered.pools.find((pool) => pool.name === spec.disk?.pool) ?? null };
  }

  return {
    offer: async () => offer(await readMachineFacts(host)),

    async check(spec, media) {
      const { findings } = await examine(spec, media);
      return findings.map(({ field, severity, message, remedy }) => ({ field, severity, message, remedy }));
    },

    async create(spec, media, operation) {
      operation.report('Checking the host', null);
      const { machine, findings, mediaPath, pool } = await examine(spec, media);
      const objection = findings.find((finding) => finding.severity === 'error');
      if (objection !== undefined) throw new BackendError(objection.code, objection.message, { remedy: objection.remedy });

      const work = new Creation(new EnduringHost(host, options), operation);
      return work.run(async () => {
        let disk: string | null = null;
        if (spec.disk !== null && pool !== null) {
          const { pool: handle } = await host.call(remote.storagePoolLookupByName, { name: pool.name });
          const name = await freeVolumeName(host, handle, pool, spec.name);
          disk = await work.makeDisk(handle, name, spec.disk.size);
        }
        const support = spec.os === null ? null : (await osinfoDb()).support(spec.os);
        const drives = support ?? { virtioDisk: false, virtioNet: false, virtioVideo: false };
        const uuid = randomUUID();
        const definition = newDomain({ uuid, spec, disk, media: mediaPath, machine, drives, windows: support?.family === 'winnt' });
        await work.start(await work.define(uuid, spec.name, serialize(definition)));
        return uuid;
      });
    },
  };
}

/** Memory that programs can have without anything being swapped out, bytes. */
async function availableMemory(host: LibvirtHost): Promise<number> {
  const { nparams } = await host.call(remote.nodeGetMemoryStats, { nparams: 0, cellNum: ALL_CELLS, flags: 0 });
  const { params } = await host.call(remote.nodeGetMemoryStats, { nparams, cellNum: ALL_CELLS, flags: 0 });
  const kib = new Map(params.map(({ field, value }) => [field, value]));
  return bytesOfKiB((kib.get('free') ?? 0n) + (kib.get('buffers') ?? 0n) + (kib.get('cached') ?? 0n));
}

interface Made {
  /** As in "left behind: …". */
  readonly what: string;
  readonly remove: (host: LibvirtHost) => Promise<void>;
}

/**
 * One guest in the making. Each step first notes how to undo it, makes its one change, and drops the note if the change was refused; so the
 * notes are at any time exactly what this operation made or may have made, and nothing that was there before is ever removed.
 */
class Creation {
  readonly #host: EnduringHost;
  readonly #operation: Operation;
  readonly #made: Made[] = [];
  #step = '';

  constructor(host: EnduringHost, operation: Operation) {
    this.#host = host;
    this.#operation = operation;
  }

  async run(steps: () => Promise<GuestId>): Promise<GuestId> {
    try {
      return await steps();
    } catch (error) {
      throw await this.#rollBack(error);
    } finally {
      this.#host.close();
    }
  }

  /** Resolves to the disk's path on the host. */
  async makeDisk(pool: { name: string; uuid: string }, name: string, size: number): Promise<string> {
    this.#begin('Creating the disk');
    const find = (host: LibvirtHost) => findNewVolume(host, pool, name, size);
    const remove = async (host: LibvirtHost) => {
      const vol = await find(host);
      if (vol !== null) await deleteVolume(host, vol);
    };
    const make = (host: LibvirtHost) => host.job(remote.storageVolCreateXml, { pool, xml: serialize(volumeXml(name, size)), flags: 0 });
    const vol = await this.#make(
      { what: `the disk “${name}” in the pool “${pool.name}”`, remove },
      async (host) => (await make(host)).vol,
      find,
    ).catch(async (error: unknown) => {
      throw await this.#explainFullPool(pool, size, error);
    });
    // From here on it is known to be ours, whatever the guest writes to it.
    const known: Made = { what: `the disk “${vol.key}”`, remove: (host) => deleteVolume(host, vol) };
    this.#made.splice(-1, 1, known);
    return (await this.#host.read((host) => host.call(remote.storageVolGetPath, { vol }))).name;
  }

  async define(uuid: string, name: string, xml: string): Promise<Domain> {
    this.#begin('Defining the guest');
    const find = (host: LibvirtHost) => findDomain(host, uuid);
    const remove = async (host: LibvirtHost) => {
      const dom = await find(host);
      if (dom === null) return;
      await forceOff(host, dom);
      await undefine(host, dom);
    };
    const make = async (host: LibvirtHost) => (await host.job(remote.domainDefineXmlFlags, { xml, flags: 0 })).dom;
    return this.#make({ what: `the guest “${name}”`, remove }, make, find);
  }

  async start(dom: Domain): Promise<void> {
    this.#begin('Starting the guest');
    const start = (host: LibvirtHost) => host.job(remote.domainCreateWithFlags, { dom, flags: 0 });
    const find = async (host: LibvirtHost) => {
      const { state } = await host.call(remote.domainGetState, { dom, flags: 0 });
      return state === RUNNING ? { dom } : null;
    };
    // Nothing to undo of its own: undoing the definition forces the guest off first.
    await this.#host.change(start, find, this.#operation.signal);
  }

  #begin(step: string): void {
    this.#operation.signal.throwIfAborted();
    this.#step = step;
    this.#operation.report(step, null);
  }

  async #make<T>(made: Made, make: (host: LibvirtHost) => Promise<T>, find: (host: LibvirtHost) => Promise<T | null>): Promise<T> {
    this.#made.push(made);
    try {
      return await this.#host.change(make, find, this.#operation.signal);
    } catch (error) {
      const unknown = error instanceof BackendError && error.code === 'outcome-unknown';
      if (!unknown) this.#made.pop();
      throw error;
    }
  }

  /** libvirt reports a full disk in the words of the program that wrote it; the pool's own numbers tell. */
  async #explainFullPool(pool: { name: string; uuid: string }, size: number, error: unknown): Promise<unknown> {
    const look = async (host: LibvirtHost) => {
      // libvirt's numbers are those of its last look.
      await host.job(remote.storagePoolRefresh, { pool, flags: 0 });
      return host.call(remote.storagePoolGetInfo, { pool });
    };
    const info = await this.#host.read(look).catch(() => null);
    if (info === null || bytesOf(info.available) >= emptyDiskBytes(size)) return error;
    const { message } = toBackendError(error);
    return new BackendError('no-space', noSpace(pool.name, bytesOf(info.available), emptyDiskBytes(size)), {
      reason: message,
      remedy: 'Make room, or choose another pool.',
      cause: error,
    });
  }

  /** Removes what was made, last first, and resolves to the error to reject with. */
  async #rollBack(error: unknown): Promise<BackendError> {
    if (this.#made.length > 0) this.#operation.report('Undoing', null);
    const leftovers: string[] = [];
    for (let made = this.#made.pop(); made !== undefined; made = this.#made.pop()) {
      const { what, remove } = made;
      await this.#host.ensure(remove).catch((cause: unknown) => {
        leftovers.push(`${what} (${toBackendError(cause).message})`);
      });
    }
    return this.#failure(error, leftovers);
  }

  #failure(error: unknown, leftovers: readonly string[]): BackendError {
    const cause = toBackendError(error);
    const cancelled = this.#operation.signal.aborted && cause.code !== 'outcome-unknown';
    const message = cancelled ? 'Creating the guest was cancelled.' : `${this.#step} failed. ${cause.message}`;
    const left = leftovers.length === 0 ? '' : ` Left behind, because removing it failed too: ${leftovers.join('; ')}.`;
    return new BackendError(cancelled ? 'cancelled' : cause.code, message + left, {
      reason: cause.reason,
      remedy: leftovers.length === 0 ? cause.remedy : 'Delete what was left behind before you try again.',
      cause: error,
    });
  }
}
