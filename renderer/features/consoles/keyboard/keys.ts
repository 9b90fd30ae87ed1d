import type { Key } from '../screen.ts';

// Keysyms as in X11's keysymdef.h.
const control: Key = { keysym: 0xffe3, code: 'ControlLeft' };
const alt: Key = { keysym: 0xffe9, code: 'AltLeft' };
const meta: Key = { keysym: 0xffeb, code: 'MetaLeft' };

export interface KeyCombination {
  readonly label: string;
  readonly keys: readonly Key[];
}

export const ctrlAltDelete: KeyCombination = { label: 'Ctrl+Alt+Del', keys: [control, alt, { keysym: 0xffff, code: 'Delete' }] };

/** What the desktop around the window would take for itself, or a keyboard may lack. */
export const keyCombinations: readonly KeyCombination[] = [
  ctrlAltDelete,
  { label: 'Ctrl+Alt+Backspace', keys: [control, alt, { keysym: 0xff08, code: 'Backspace' }] },
  { label: 'Alt+Tab', keys: [alt, { keysym: 0xff09, code: 'Tab' }] },
  { label: 'Alt+F4', keys: [alt, { keysym: 0xffc1, code: 'F4' }] },
  { label: 'Super', keys: [meta] },
  { label: 'Print Screen', keys: [{ keysym: 0xff61, code: 'PrintScreen' }] },
  ...Array.from({ length: 12 }, (_, i) => ({
    label: `Ctrl+Alt+F${i + 1}`,
    keys: [control, alt, { keysym: 0xffbe + i, code: `F${i + 1}` }],
  })),
];
