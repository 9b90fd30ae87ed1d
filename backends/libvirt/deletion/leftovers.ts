import type { GuestId } from '#model/guest';
import type { NotedProduct, Product, Remnant } from '#model/product';
import type { Leftovers } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { HOST_USES_IT } from '../../storage-graph.ts';
import { deleteVolume } from '../creation/new-volume.ts';
import { removeTree, type TreeProduct } from '../creation/tree-making.ts';
import { EnduringHost } from '../host/enduring-host.ts';
import { failedWith } from '../failed-with.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { overlaysOf, type StoragePicture, usersOf } from '../storage/storage-needs.ts';
import { readStoragePicture } from '../storage/storage-picture.ts';
import { neighboursOf, treeKeptBecause } from '../storage/tree-needs.ts';
import { findPool, lookUpVolume, measureVolume } from '../storage/volume-lookup.ts';
import { attribute, descendants, parseXml, textAt } from '../xml/document.ts';
import { findDomain, undefine } from './domain-removal.ts';
import { lookAtDevice, settleDevice } from './left-devices.ts';

const PATIENCE_MS = 120_000;

type VolumeProduct = Extract<Product, { kind: 'volume' | 'condemned' }>;

const gone: Remnant = { kind: 'gone' };
const there: Remnant = { kind: 'there' };
const kept = (why: string): Remnant => ({ kind: 'kept', why });
const unknown = (why: string): Remnant => ({ kind: 'unknown', why });

export function createLeftovers(host: LibvirtHost, { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {}): Leftovers {
  const find = async (products: readonly NotedProduct[]): Promise<Remnant[]> => new Look(host, patienceMs).atAll(products);
  return {
    find,
    async remove(noted) {
      const [remnant] = await find([noted]);
      if (remnant?.kind === 'gone') return;
      if (remnant?.kind !== 'there') throw new BackendError('in-use', 'It is not removed.', { reason: remnant?.why ?? null });
      const enduring = new EnduringHost(host, { patienceMs });
      try {
        await enduring.ensure((each) => remove(each, noted, patienceMs));
      } finally {
        enduring.close();
      }
    },
  };
}

/** One look at all that an operation left. What a guest that would go needs is not needed by it. */
class Look {
  readonly #host: LibvirtHost;
  readonly #patience: number;
  readonly #doomedGuests = new Set<GuestId>();
  readonly #doomedVolumes = new Set<string>();
  #volumesStay = false;
  #picture: Promise<StoragePicture> | null = null;

  constructor(host: LibvirtHost, patienceMs: number) {
    this.#host = host;
    this.#patience = patienceMs;
  }

  /** Last made first, since what was made later uses what was made before. */
  async atAll(products: readonly NotedProduct[]): Promise<Remnant[]> {
    const remnants: Remnant[] = [];
    for (let at = products.length - 1; at >= 0; at -= 1) {
      const noted = products[at];
      if (noted === undefined) break;
      const remnant = await this.#at(noted);
      remnants.unshift(remnant);
      if (noted.product.kind === 'volume' && (remnant.kind === 'kept' || remnant.kind === 'unknown')) this.#volumesStay = true;
      if (remnant.kind !== 'there') continue;
      if (noted.product.kind === 'guest') this.#doomedGuests.add(noted.product.id);
      if (noted.product.kind === 'volume' || noted.product.kind === 'condemned') this.#doomedVolumes.add(keyOf(noted.product));
    }
    return remnants;
  }

  async #at({ product, made }: NotedProduct): Promise<Remnant> {
    switch (product.kind) {
      case 'guest':
        return this.#atGuest(product.id);
      case 'volume':
      case 'condemned':
        return this.#atVolume(product, made);
      case 'tree':
        return this.#atTree(product);
      case 'overwritten': {
        const found = await this.#lookUp(product);
        return 'kind' in found ? found : kept('It was there before, and what is in it now is incomplete.');
      }
      case 'pool':
        return (await orNull(this.#host.call(remote.storagePoolLookupByUuid, { uuid: product.id }))) === null ? gone : there;
      case 'network':
        return this.#atNetwork(product.id);
      case 'secret':
        return this.#atSecret(product.id);
      case 'mediated':
      case 'borrowed':
        return lookAtDevice(this.#host, product);
      case 'file':
        break;
    }
    return unknown('It is not on this host.');
  }

  async #atGuest(id: GuestId): Promise<Remnant> {
    const dom = await findDomain(this.#host, id);
    if (dom === null) return gone;
    return dom.id >= 0 ? kept('It runs.') : there;
  }

  async #atVolume(product: VolumeProduct, made: boolean): Promise<Remnant> {
    const found = await this.#lookUp(product);
    if ('kind' in found) return found;
    const { pool, name } = product;
    const capacity = product.kind === 'volume' ? product.capacity : null;
    if (!made && capacity !== null && (await measureVolume(this.#host, found.vol)).capacity !== capacity) {
      return kept('It is not the one that was to be made.');
    }
    this.#picture ??= readStoragePicture(this.#host);
    const picture = await this.#picture;
    const known = picture.volumes.find((each) => each.pool === pool && each.name === name);
    if (known === undefined) return unknown(picture.blind[0] ?? 'It could not be read.');
    if (known.usedByHost === true) return kept(HOST_USES_IT);
    if (known.leadsOutside) return kept('It is a link to a file outside of its storage pool.');
    const guests = usersOf(known, picture).filter(({ uuid }) => !this.#doomedGuests.has(uuid));
    const overlays = overlaysOf(known, picture).filter((each) => !this.#doomedVolumes.has(keyOf(each)));
    const users = [...new Set([...guests, ...overlays].map((each) => `“${each.name}”`))];
    if (users.length > 0) return kept(`It is needed by ${users.slice(0, 5).join(', ')}${users.length > 5 ? ' and others' : ''}.`);
    return there;
  }

  /** The container that fills it is of no other use, and goes with it. */
  async #atTree(product: TreeProduct): Promise<Remnant> {
    const found = await this.#lookUp(product);
    if ('kind' in found) return found;
    this.#picture ??= readStoragePicture(this.#host);
    const picture = await this.#picture;
    const folder = picture.folders.find(({ pool, name }) => pool === product.pool && name === product.name);
    if (folder === undefined) return unknown(picture.blind[0] ?? 'It is no folder any more.');
    const why = await treeKeptBecause(this.#host, folder, picture, new Set([product.filler, ...this.#doomedGuests]));
    if (why !== null) return kept(why);
    // Who needs what is in a folder can hide where nothing could be looked into.
    return picture.blind.length === 0 ? there : unknown(picture.blind.join(' '));
  }

  async #atNetwork(id: string): Promise<Remnant> {
    const found = await orNull(this.#host.call(remote.networkLookupByUuid, { uuid: id }));
    if (found === null) return gone;
    const { domains } = await this.#host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
    for (const dom of domains) {
      const xml = await orNull(this.#host.domainXml(dom, DomainXml.live));
      const uses = xml !== null && descendants(parseXml(xml), 'source').some((source) => attribute(source, 'network') === found.net.name);
      if (uses && !this.#doomedGuests.has(dom.uuid)) return kept(`“${dom.name}” uses it.`);
    }
    return there;
  }

  /** Without its passphrase an encrypted volume is lost. */
  async #atSecret(uuid: string): Promise<Remnant> {
    const found = await orNull(this.#host.call(remote.secretLookupByUuid, { uuid }));
    if (found === null) return gone;
    if (this.#volumesStay) return kept('A volume that stays may be encrypted with it.');
    const { xml } = await this.#host.call(remote.secretGetXmlDesc, { secret: found.secret, flags: 0 });
    const path = textAt(parseXml(xml), 'usage', 'volume');
    const vol = path === null ? null : ((await orNull(this.#host.call(remote.storageVolLookupByPath, { path })))?.vol ?? null);
    return vol === null || this.#doomedVolumes.has(keyOf(vol)) ? there : kept(`“${vol.name}” is encrypted with it.`);
  }

  async #lookUp({ pool, name }: { readonly pool: string; readonly name: string }): Promise<Remnant | { readonly vol: Volume }> {
    return lookUp(this.#host, pool, name, this.#patience);
  }
}

async function lookUp(host: LibvirtHost, pool: string, name: string, patienceMs: number): Promise<Remnant | { readonly vol: Volume }> {
  try {
    const { handle } = await findPool(host, pool, patienceMs);
    const vol = await lookUpVolume(host, handle, name);
    return vol === null ? gone : { vol };
  } catch (error) {
    if (failedWith(error, 'not-found')) return gone;
    if (failedWith(error, 'pool-inactive')) return unknown(`The storage pool “${pool}” is not active.`);
    throw error;
  }
}

/** May be repeated. */
async function remove(host: LibvirtHost, { product, made }: NotedProduct, patienceMs: number): Promise<void> {
  switch (product.kind) {
    case 'guest': {
      const dom = await findDomain(host, product.id);
      // libvirt itself only makes a running guest transient; it goes on.
      if (dom !== null) await undefine(host, dom);
      return;
    }
    case 'volume':
    case 'condemned': {
      const found = await lookUp(host, product.pool, product.name, patienceMs);
      if (!('kind' in found)) await deleteVolume(host, found.vol);
      return;
    }
    case 'tree':
      return removeLeftTree(host, product, made, patienceMs);
    case 'pool': {
      const found = await orNull(host.call(remote.storagePoolLookupByUuid, { uuid: product.id }));
      if (found === null) return;
      await ifNotYet(host.job(remote.storagePoolDestroy, { pool: found.pool }));
      await ifNotYet(host.job(remote.storagePoolUndefine, { pool: found.pool }));
      return;
    }
    case 'network': {
      const found = await orNull(host.call(remote.networkLookupByUuid, { uuid: product.id }));
      if (found === null) return;
      await ifNotYet(host.job(remote.networkDestroy, { net: found.net }));
      await ifNotYet(host.job(remote.networkUndefine, { net: found.net }));
      return;
    }
    case 'secret': {
      const found = await orNull(host.call(remote.secretLookupByUuid, { uuid: product.id }));
      if (found !== null) await ifNotYet(host.job(remote.secretUndefine, { secret: found.secret }));
      return;
    }
    case 'mediated':
    case 'borrowed':
      return settleDevice(host, product);
    case 'overwritten':
    case 'file':
      break;
  }
}

/** The host itself looks again at whom it may not take from, as where a guest goes with its files: a refusal of then is one of now. */
async function removeLeftTree(host: LibvirtHost, product: TreeProduct, made: boolean, patienceMs: number): Promise<void> {
  const picture = await readStoragePicture(host);
  const folder = picture.folders.find(({ pool, name }) => pool === product.pool && name === product.name);
  const near = folder === undefined ? [] : neighboursOf(folder, picture, new Set([product.filler]));
  return removeTree(host, product, { made, near, patienceMs });
}

const keyOf = ({ pool, name }: { readonly pool: string; readonly name: string }): string => JSON.stringify([pool, name]);

/** Null: there is no such thing. */
async function orNull<T>(question: Promise<T>): Promise<T | null> {
  try {
    return await question;
  } catch (error) {
    if (failedWith(error, 'not-found')) return null;
    throw error;
  }
}

/** Done already, by itself or by an earlier attempt, is done. */
async function ifNotYet(change: Promise<unknown>): Promise<void> {
  await change.catch((error: unknown) => {
    if (!failedWith(error, 'invalid-state', 'not-found')) throw error;
  });
}
