import type { GuestRef } from '#model/guest';
import type { GuestPicture } from '#model/guest-picture';
import { api } from '../api.ts';

/** Fewer than main has on their way at once (main/screenshots.ts), so that a page of pictures leaves room for one that somebody asks for. */
const AT_ONCE = 3;

/** Lets so many works run at once; the others wait in order, and one whose signal aborts while it waits never begins. */
export function createTurns(most: number): <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  const next = (): void => {
    if (running >= most) return;
    waiting.shift()?.();
  };
  return async (work, signal) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    if (signal.aborted) {
      next();
      throw signal.reason;
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      next();
    }
  };
}

const inTurn = createTurns(AT_ONCE);

/** What the guest's screen shows, when it is its turn. Rejects with CallError, or with the signal's reason. */
export const takePicture = (ref: GuestRef, signal: AbortSignal): Promise<GuestPicture> => inTurn(() => api.guests.screenshot(ref), signal);
