import type { GuestRef } from '#model/guest';
import { CallError } from '#contract/client';
import { api } from '../../../api.ts';
import { faultOf } from '../../../data/fault-of.ts';

/** Main takes a few copies a second; what is copied meanwhile is only worth its last text (milliseconds). */
const BUSY_MS = 1000;

/**
 * Carries text between the desktop's clipboard and one screen's guest, by way of main, which decides whether any may pass. What went one way
 * is not sent back: whoever copied it would lose it to its own echo.
 */
export class ClipboardCarrier {
  readonly #guest: GuestRef;
  readonly #offer: (text: string) => void;
  #last: string | null = null;
  #copied: string | null = null;
  #carrying = false;
  #over = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(guest: GuestRef, offer: (text: string) => void) {
    this.#guest = guest;
    this.#offer = offer;
  }

  /** The person works in the guest now, and may want to paste there. */
  async toGuest(): Promise<void> {
    const text = await api.clipboard.toGuest({ guest: this.#guest }).catch((error: unknown) => ended(error, null));
    if (text === null || text === this.#last || this.#over) return;
    this.#last = text;
    this.#offer(text);
  }

  /** The guest has copied something. */
  copied(text: string): void {
    if (text === this.#last) return;
    this.#copied = text;
    if (!this.#carrying) void this.#carry();
  }

  dispose(): void {
    this.#over = true;
    clearTimeout(this.#retry);
  }

  async #carry(): Promise<void> {
    this.#carrying = true;
    while (this.#copied !== null && !this.#over) {
      const text = this.#copied;
      this.#copied = null;
      try {
        if (await api.clipboard.fromGuest({ guest: this.#guest, text })) this.#last = text;
      } catch (error) {
        if (!(error instanceof CallError) || error.code !== 'busy') ended(error, false);
        else {
          this.#copied ??= text;
          await new Promise((resolve) => {
            this.#retry = setTimeout(resolve, BUSY_MS);
          });
        }
      }
    }
    this.#carrying = false;
  }
}

/** The screen tells of a host or guest that is gone; what is wrong with our own message is to be seen in the console. */
function ended<T>(error: unknown, instead: T): T {
  faultOf(error);
  return instead;
}
