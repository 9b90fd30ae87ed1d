import { z } from 'zod';

/** How the keyboard is taken back from a console that gets every key. Ctrl+Alt is what virt-manager's and remote-viewer's users know. */
export const ReleaseKeys = z.enum(['ctrl-alt', 'right-ctrl', 'ctrl-alt-shift', 'super-escape']);
export type ReleaseKeys = z.infer<typeof ReleaseKeys>;

/** As a person reads them on keys. */
export const releaseKeyNames: Readonly<Record<ReleaseKeys, string>> = {
  'ctrl-alt': 'Ctrl+Alt',
  'right-ctrl': 'Right Ctrl',
  'ctrl-alt-shift': 'Ctrl+Alt+Shift',
  'super-escape': 'Super+Esc',
};

/** A key that goes down or up, and the modifiers that are down with it; of a page's KeyboardEvent or of Electron's Input. */
export interface KeyChange {
  readonly isDown: boolean;
  /** As in KeyboardEvent.code. */
  readonly code: string;
  readonly control: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

interface Chord {
  readonly codes: RegExp;
  readonly modifiers: readonly boolean[];
}

/** Keys that release when they were down together and one of them is let go, with no other key between. */
const chords: Readonly<Record<Exclude<ReleaseKeys, 'super-escape'>, Chord>> = {
  'ctrl-alt': { codes: /^(Control|Alt)(Left|Right)$/, modifiers: [true, true, false, false] },
  'right-ctrl': { codes: /^ControlRight$/, modifiers: [true, false, false, false] },
  'ctrl-alt-shift': { codes: /^(Control|Alt|Shift)(Left|Right)$/, modifiers: [true, true, true, false] },
};

export interface ReleaseWatch {
  /** Whether this change completes the keys, so that the keyboard is to be released. */
  completes(keys: ReleaseKeys, change: KeyChange): boolean;
}

/** Looks at each key of a keyboard. Ctrl+Alt+F2 still belongs to the guest: chords of modifiers count when they are let go by themselves. */
export function createReleaseWatch(): ReleaseWatch {
  let together = false;
  return {
    completes(keys, { isDown, code, control, alt, shift, meta }) {
      if (keys === 'super-escape') return isDown && code === 'Escape' && meta && !control && !alt && !shift;
      const { codes, modifiers } = chords[keys];
      const isOne = codes.test(code);
      if (isDown) {
        together = isOne && [control, alt, shift, meta].every((is, at) => is === modifiers[at]);
        return false;
      }
      const completed = together && isOne;
      together = false;
      return completed;
    },
  };
}
