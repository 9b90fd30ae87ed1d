import type { ConsolePlace } from '#contract/windows';
import type { GuestRef } from '#model/guest';
import { BackendError } from '../backends/errors.ts';

/** Windows for consoles at once, and tabs in one of them. */
export const placesMax = 32;
export const tabsMax = 32;

/** A window that holds consoles, as far as it matters here. */
export interface PlaceWindow {
  /** Brings it to the front. */
  show(): void;
  /** What it holds, or which of it is in front, is another. */
  changed(place: ConsolePlace): void;
  close(): void;
}

export interface ConsolePlacesOptions {
  /** Makes the window. It must tell `gone` when it was closed. */
  open(place: ConsolePlace): PlaceWindow;
  changed(places: readonly ConsolePlace[]): void;
}

interface Entry {
  place: ConsolePlace;
  readonly window: PlaceWindow;
}

const isSame = (a: GuestRef, b: GuestRef): boolean => a.host === b.host && a.id === b.id;
const holds = ({ guests }: ConsolePlace, guest: GuestRef): boolean => guests.some((one) => isSame(one, guest));

/** Which guests' consoles are in windows of their own: each guest's in one of them at most. */
export class ConsolePlaces {
  readonly #options: ConsolePlacesOptions;
  /** The one that was used last is the last. */
  readonly #entries = new Map<number, Entry>();
  #last = 0;

  constructor(options: ConsolePlacesOptions) {
    this.#options = options;
  }

  list(): ConsolePlace[] {
    return [...this.#entries.values()].map(({ place }) => place).sort((a, b) => a.id - b.id);
  }

  get(id: number): ConsolePlace | undefined {
    return this.#entries.get(id)?.place;
  }

  holds(id: number, guest: GuestRef): boolean {
    const place = this.get(id);
    return place !== undefined && holds(place, guest);
  }

  /** Throws 'busy' where there are too many. */
  open(guest: GuestRef, into: 'window' | 'tab'): void {
    const there = this.#entryOf(guest);
    if (there !== undefined && (into === 'tab' || there.place.guests.length === 1)) {
      this.choose(there.place.id, guest);
      there.window.show();
      return;
    }
    const latest = into === 'tab' ? [...this.#entries.values()].at(-1) : undefined;
    if (latest === undefined) this.#openWindow(guest);
    else this.#addTab(latest, guest);
  }

  /** Does nothing for a guest that is in no such window. */
  bringBack(guest: GuestRef): void {
    const entry = this.#entryOf(guest);
    if (entry === undefined) return;
    if (entry.place.guests.length > 1) this.#removeTab(entry, guest);
    else entry.window.close();
  }

  /** A tab that is not there any more cannot be chosen; that is no fault. */
  choose(id: number, guest: GuestRef): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || !holds(entry.place, guest)) return;
    this.used(id);
    if (!isSame(entry.place.current, guest)) this.#become(entry, { ...entry.place, current: guest });
  }

  /** The person works in this window. */
  used(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
  }

  gone(id: number): void {
    if (this.#entries.delete(id)) this.#options.changed(this.list());
  }

  #entryOf(guest: GuestRef): Entry | undefined {
    return [...this.#entries.values()].find(({ place }) => holds(place, guest));
  }

  #openWindow(guest: GuestRef): void {
    if (this.#entries.size >= placesMax) {
      throw new BackendError('busy', 'Too many windows with consoles are open.', { remedy: 'Close one, or open this console in a tab.' });
    }
    const before = this.#entryOf(guest);
    if (before !== undefined) this.#removeTab(before, guest);
    this.#last += 1;
    const place: ConsolePlace = { id: this.#last, guests: [guest], current: guest };
    this.#entries.set(place.id, { place, window: this.#options.open(place) });
    this.#options.changed(this.list());
  }

  #addTab(entry: Entry, guest: GuestRef): void {
    const { place } = entry;
    if (place.guests.length >= tabsMax) {
      throw new BackendError('busy', 'That window has too many tabs.', {
        remedy: 'Close one, or open this console in a window of its own.',
      });
    }
    this.#become(entry, { ...place, guests: [...place.guests, guest], current: guest });
    entry.window.show();
  }

  #removeTab(entry: Entry, guest: GuestRef): void {
    const { place } = entry;
    const at = place.guests.findIndex((one) => isSame(one, guest));
    const guests = place.guests.filter((_, index) => index !== at);
    const next = guests[Math.min(at, guests.length - 1)] ?? place.current;
    this.#become(entry, { ...place, guests, current: isSame(place.current, guest) ? next : place.current });
  }

  #become(entry: Entry, place: ConsolePlace): void {
    entry.place = place;
    entry.window.changed(place);
    this.#options.changed(this.list());
  }
}
