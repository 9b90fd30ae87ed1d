import type { Key } from '../screen.ts';

export interface HeldKeys {
  /** Keeps exactly these down. */
  hold(keys: readonly Key[]): void;
}

/** Keys that stay down while others are typed. `send` presses a key or lets it go. */
export function createHeldKeys(send: (key: Key, down: boolean) => void): HeldKeys {
  let held: readonly Key[] = [];
  const isIn = (all: readonly Key[], { code }: Key): boolean => all.some((key) => key.code === code);
  return {
    hold: (keys) => {
      for (const key of held.toReversed()) if (!isIn(keys, key)) send(key, false);
      for (const key of keys) if (!isIn(held, key)) send(key, true);
      held = keys;
    },
  };
}
