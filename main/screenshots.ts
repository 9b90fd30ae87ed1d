import type { GuestRef } from '#model/guest';
import type { GuestPicture } from '#model/guest-picture';
import { BackendError } from '../backends/errors.ts';
import type { Registry } from './registry.ts';
import type { DiskFiles } from './surroundings.ts';
import { fileNameFor } from './volume-mover.ts';

/** A picture is good for so long, in milliseconds; and so many different guests' may be on their way at once. */
const freshFor = 1000;
const atOnce = 5;

/** Pictures of guests' screens: each at most once a second, however many windows ask. */
export class Screenshots {
  readonly #registry: Registry;
  readonly #files: DiskFiles;
  readonly #fresh = new Map<string, Promise<GuestPicture>>();
  #underway = 0;

  constructor(registry: Registry, files: DiskFiles) {
    this.#registry = registry;
    this.#files = files;
  }

  /** Throws 'busy' while too many are being taken. */
  take(ref: GuestRef): Promise<GuestPicture> {
    const key = `${ref.host} ${ref.id}`;
    const fresh = this.#fresh.get(key);
    if (fresh !== undefined) return fresh;
    if (this.#underway >= atOnce) throw new BackendError('busy', 'Too many pictures are being taken.', { remedy: 'Wait a second.' });
    const picture = this.#registry.connection(ref.host).screenshot(ref.id);
    this.#fresh.set(key, picture);
    this.#underway += 1;
    const forget = (): void => {
      this.#underway -= 1;
      setTimeout(() => this.#fresh.delete(key), freshFor);
    };
    picture.then(forget, forget);
    return picture;
  }

  /** Whether it was saved; false: the person chose no place for it. */
  async save(window: number, ref: GuestRef): Promise<boolean> {
    const guest = this.#registry.guest(ref);
    // What the screen showed when it was asked for, not after a minute in a dialog.
    const { mime, bytes } = await this.take(ref);
    const target = await this.#files.chooseSave(window, `${fileNameFor(guest.name)}.${mime === 'image/png' ? 'png' : 'ppm'}`);
    if (target === null) return false;
    await this.#files.save(target, bytes);
    return true;
  }
}
