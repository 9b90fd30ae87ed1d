import { z } from 'zod';
import { ReleaseKeys } from '#model/release-keys';
import { call, event } from './define.ts';

/** A key by its position, as in KeyboardEvent.code. */
const KeyCode = z.string().regex(/^[A-Z][A-Za-z0-9]{1,19}$/, 'is no key');

/** Keys that are sent to a guest together, under a name of the person's own. */
export const OwnCombination = z.strictObject({
  name: z.string().trim().min(1).max(40),
  codes: z.array(KeyCode).min(1).max(8),
});
export type OwnCombination = z.infer<typeof OwnCombination>;

export const OWN_COMBINATIONS = 32;

/** When a console also gets the keys that the app, and in full screen the desktop, would act on. */
export const PassShortcuts = z.enum(['always', 'full-screen', 'never']);
export type PassShortcuts = z.infer<typeof PassShortcuts>;

/** What a person chose about the keyboard in consoles. */
export const KeyboardSettings = z.strictObject({
  releaseKeys: ReleaseKeys,
  passShortcuts: PassShortcuts,
  combinations: z.array(OwnCombination).max(OWN_COMBINATIONS),
});
export type KeyboardSettings = z.infer<typeof KeyboardSettings>;

export const defaultKeyboard: KeyboardSettings = { releaseKeys: 'ctrl-alt', passShortcuts: 'always', combinations: [] };

/** A page that has locked the keyboard says at least this often, in milliseconds, that it is alive; one that does not loses it. */
export const STILL_HERE = { everyMs: 1000, lostAfterMs: 5000 } as const;

export const keyboard = {
  /**
   * A console of the asking window has the keyboard, or has it no more. `locked`: with all keys of the desktop, which main then does not see;
   * said anew every STILL_HERE.everyMs.
   */
  grab: call(z.strictObject({ held: z.boolean(), locked: z.boolean() }), z.void(), 'app', 'console'),
  /** To the one window whose keyboard was released: main saw the release keys, or the page was silent. */
  released: event(z.strictObject({}), 'app', 'console'),
};
