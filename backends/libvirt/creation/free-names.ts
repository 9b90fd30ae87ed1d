import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from '#model/storage';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';

// File names have at most 255 bytes on Linux; a guest's name alone may have 252.
const STEM_BYTES_MAX = 230;

/** Names for volumes that neither a pool nor the folder behind it has, and that were not given out before. */
export class FreeNames {
  readonly #host: LibvirtHost;
  readonly #taken = new Map<string, Set<string>>();

  constructor(host: LibvirtHost) {
    this.#host = host;
  }

  /** `<stem><ending>`, or the first of `<stem>-1<ending>` … that is free. */
  async take(pool: Pool, stem: string, ending: string): Promise<string> {
    const taken = await this.#takenIn(pool);
    const plain = plainStem(stem);
    for (let number = 0; ; number += 1) {
      const name = number === 0 ? `${plain}${ending}` : `${plain}-${number}${ending}`;
      if (taken.has(name) || (await this.#isFile(pool, name))) continue;
      taken.add(name);
      return name;
    }
  }

  async #takenIn({ name }: Pool): Promise<Set<string>> {
    const known = this.#taken.get(name);
    if (known !== undefined) return known;
    const { pool } = await this.#host.call(remote.storagePoolLookupByName, { name });
    const { vols } = await this.#host.call(remote.storagePoolListAllVolumes, { pool, needResults: 1, flags: 0 });
    const taken = new Set(vols.map((volume) => volume.name));
    this.#taken.set(name, taken);
    return taken;
  }

  /** A file that the pool does not know of yet. Where this computer cannot look, libvirt refuses to overwrite it. */
  async #isFile(pool: Pool, name: string): Promise<boolean> {
    if (!this.#host.local || pool.path === null) return false;
    return lstat(join(pool.path, name)).then(
      () => true,
      () => false,
    );
  }
}

/** A file's name can hold what a volume's may not: slashes (encoded in an address), what cannot be seen, a dash that tools take for an option. */
function plainStem(stem: string): string {
  let plain = stem.replaceAll(/[/\p{C}\p{Zl}\p{Zp}]/gu, '_').replace(/^[.\s-]+/, '');
  while (Buffer.byteLength(plain) > STEM_BYTES_MAX) plain = Array.from(plain).slice(0, -1).join('');
  return plain === '' ? 'guest' : plain;
}
