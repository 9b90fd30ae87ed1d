import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import type { DefinitionOutlook, NamedDisk } from '#model/deleted-guest';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Pool } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { type DiskSource, disksIn } from '../storage/disk-uses.ts';
import { lookUpVolume, refreshPool } from '../storage/volume-lookup.ts';
import { attribute, child, descendants, parseXml, type XmlElement } from '../xml/document.ts';
import { hasFirmwareState, hasTpmState } from './own-state.ts';

type Found = NamedDisk['found'];
/** Milliseconds for a pool to be looked at again. */
const LOOK_MS = 5000;

/** What of definitions from before is still on the host, in their order. Nothing is changed; each pool that is asked may be read anew once. */
export async function definitionOutlooks(host: LibvirtHost, definitions: readonly string[]): Promise<DefinitionOutlook[]> {
  const look = new HostLook(host);
  return Promise.all(
    definitions.map(async (definition) => {
      const document = parseXml(definition);
      const disks = [...disksIn(document), ...foldersIn(document)].map(async ({ target, source }) => ({
        target,
        path: pathOf(source),
        found: await look.at(source),
      }));
      return { disks: await Promise.all(disks), lost: lostOf(document) };
    }),
  );
}

/** Of a container its root, and what else is passed in. */
function foldersIn(document: XmlElement): { readonly target: string; readonly source: DiskSource }[] {
  return descendants(document, 'filesystem').flatMap((one) => {
    const path = attribute(child(one, 'source'), 'dir') ?? attribute(child(one, 'source'), 'file');
    return path === null ? [] : [{ target: attribute(child(one, 'target'), 'dir') ?? '', source: { kind: 'file' as const, path } }];
  });
}

function lostOf(document: XmlElement): string[] {
  const locked = descendants(document, 'graphics').some((one) => ['vnc', 'spice'].includes(attribute(one, 'type') ?? ''));
  return [
    ...(hasFirmwareState(document) ? ['its UEFI variables'] : []),
    ...(hasTpmState(document) ? ['the secrets in its TPM'] : []),
    // Those are never kept, so nobody knows whether there was one.
    ...(locked ? ['the password of its screen, if it had one'] : []),
  ];
}

const pathOf = (source: DiskSource): string => (source.kind === 'volume' ? `${source.volume} in the pool ${source.pool}` : source.path);

class HostLook {
  readonly #host: LibvirtHost;
  /** By the pool's name. */
  readonly #refreshed = new Map<string, Promise<void>>();

  constructor(host: LibvirtHost) {
    this.#host = host;
  }

  async at(source: DiskSource): Promise<Found> {
    if (source.kind === 'elsewhere') return 'unknown';
    if (source.kind === 'volume') {
      const pool = await orNull(this.#host.call(remote.storagePoolLookupByName, { name: source.pool }));
      return pool === null ? 'unknown' : this.#inPool(pool.pool, source.volume);
    }
    const { path } = source;
    const known = await orNull(this.#host.call(remote.storageVolLookupByPath, { path }));
    const holder = await orNull(
      known === null
        ? this.#host.call(remote.storagePoolLookupByTargetPath, { path: posix.dirname(path) })
        : this.#host.call(remote.storagePoolLookupByVolume, { vol: known.vol }),
    );
    const found = holder === null ? 'unknown' : await this.#inPool(holder.pool, known?.vol.name ?? posix.basename(path));
    // libvirt's test driver only pretends to have files.
    const real = this.#host.local && this.#host.facts.hypervisor !== 'TEST';
    return found === 'unknown' && real ? findHere(path) : found;
  }

  /** What a pool lists may be long gone, and what came by another road is not listed yet. */
  async #inPool(pool: Pool, name: string): Promise<Found> {
    const active = await orNull(this.#host.call(remote.storagePoolIsActive, { pool }));
    if (active === null || active.active === 0) return 'unknown';
    const refreshed = this.#refreshed.get(pool.name) ?? refreshPool(this.#host, pool, LOOK_MS);
    this.#refreshed.set(pool.name, refreshed);
    const looked = await orNull(refreshed.then(async () => ({ volume: await lookUpVolume(this.#host, pool, name) })));
    if (looked === null) return 'unknown';
    return looked.volume === null ? 'gone' : 'there';
  }
}

/** By this computer, on which the host is: a file outside of every pool. */
function findHere(path: string): Promise<Found> {
  return stat(path).then(
    () => 'there',
    (error: unknown) => (error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'gone' : 'unknown'),
  );
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return null;
  }
}
