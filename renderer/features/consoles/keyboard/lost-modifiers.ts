type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'getModifierState'>;

/** As in KeyboardEvent. */
export interface LostModifier {
  readonly key: string;
  readonly code: string;
}

/** Not AltGraph: which of XKB's modifiers that is differs between layouts, and no desktop keeps its release to itself. */
const modifiers = ['Control', 'Alt', 'Shift', 'Meta'];

export interface ModifierWatch {
  /** Those whose release never came, as that of Alt in Alt+Tab, which a window manager keeps: each is told once. */
  pressed(press: KeyPress): readonly LostModifier[];
  released(code: string): void;
}

/** Looks at each key of a keyboard. What a key is, its `key` says: its `code` is Alt's for AltGr, and Ctrl's where that is Caps Lock. */
export function createModifierWatch(): ModifierWatch {
  const down = new Map<string, string>();
  return {
    pressed: (press) => {
      const isHeld = ({ key, code }: LostModifier): boolean =>
        // With Shift an Alt key may call itself Meta, and is Alt all the same.
        [key, code.replace(/(Left|Right)$/, '')].some((name) => modifiers.includes(name) && press.getModifierState(name));
      const lost = Array.from(down, ([code, key]) => ({ key, code })).filter((one) => one.code !== press.code && !isHeld(one));
      for (const { code } of lost) down.delete(code);
      if (modifiers.includes(press.key)) down.set(press.code, press.key);
      return lost;
    },
    released: (code) => void down.delete(code),
  };
}
