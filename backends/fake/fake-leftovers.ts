import type { NotedProduct, Remnant } from '#model/product';
import type { Leftovers } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { hostDevicesOf } from './fake-host-devices.ts';
import { volumesOf } from './fake-volumes.ts';
import type { FakeHost } from './fake-host.ts';

const gone: Remnant = { kind: 'gone' };

export class FakeLeftovers implements Leftovers {
  readonly #host: FakeHost;
  readonly #alive: () => void;

  constructor(host: FakeHost, alive: () => void) {
    this.#host = host;
    this.#alive = alive;
  }

  async find(products: readonly NotedProduct[]): Promise<Remnant[]> {
    await this.#host.reach('describe');
    this.#alive();
    const off = new Set(products.flatMap(({ product }) => (product.kind === 'guest' && !this.#runs(product.id) ? [product.id] : [])));
    return products.map((noted) => this.#at(noted, off));
  }

  async remove(noted: NotedProduct): Promise<void> {
    const [remnant] = await this.find([noted]);
    await this.#host.reach('delete-disk');
    this.#alive();
    if (remnant?.kind === 'gone') return;
    if (remnant?.kind !== 'there') throw new BackendError('in-use', 'It is not removed.', { reason: remnant?.why ?? null });
    const { product } = noted;
    if (product.kind === 'guest') this.#host.remove(product.id);
    if (product.kind === 'borrowed') this.#host.withVfio.delete(product.device);
    if (product.kind === 'mediated') this.#host.parts.delete(product.id);
    if (product.kind !== 'volume' && product.kind !== 'condemned' && product.kind !== 'tree') return;
    const index = this.#host.uploads.findIndex(({ pool, name }) => pool === product.pool && name === product.name);
    if (index >= 0) this.#host.uploads.splice(index, 1);
    this.#host.stale('volumes');
  }

  #runs(id: string): boolean {
    return this.#host.guests.get(id)?.alive === true;
  }

  #part(uuid: string): Remnant {
    const device = hostDevicesOf(this.#host).find((one) => one.kind === 'mediated' && one.uuid === uuid);
    if (device === undefined) return gone;
    const users = device.users.map(({ name }) => `“${name}”`).join(', ');
    return users === '' ? { kind: 'there' } : { kind: 'kept', why: `It is needed by ${users}.` };
  }

  /** `off`: guests that would go too. */
  #at({ product, made }: NotedProduct, off: ReadonlySet<string>): Remnant {
    if (product.kind === 'guest') {
      if (!this.#host.guests.has(product.id)) return gone;
      return this.#runs(product.id) ? { kind: 'kept', why: 'It runs.' } : { kind: 'there' };
    }
    if (product.kind === 'borrowed') return this.#host.withVfio.has(product.device) ? { kind: 'there' } : gone;
    if (product.kind === 'mediated') return this.#part(product.id);
    if (product.kind === 'file' || product.kind === 'pool' || product.kind === 'network' || product.kind === 'secret') return gone;
    const pool = this.#host.pools.find(({ name }) => name === product.pool);
    if (pool === undefined) return gone;
    if (!pool.active) return { kind: 'unknown', why: `The storage pool “${pool.name}” is not active.` };
    const volume = volumesOf(this.#host, pool).find(({ name }) => name === product.name);
    if (volume === undefined) return gone;
    if (product.kind === 'overwritten') return { kind: 'kept', why: 'It was there before, and what is in it now is incomplete.' };
    if (product.kind === 'volume' && !made && product.capacity !== null && product.capacity !== volume.capacity) {
      return { kind: 'kept', why: 'It is not the one that was to be made.' };
    }
    const users = [...this.#host.guests.values()].filter(
      ({ guest, root, disks }) => !off.has(guest.id) && (root === volume.path || disks.some(({ source }) => source === volume.path)),
    );
    return users.length === 0
      ? { kind: 'there' }
      : { kind: 'kept', why: `It is needed by ${users.map(({ guest }) => `“${guest.name}”`).join(', ')}.` };
  }
}
