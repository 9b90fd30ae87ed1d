import type { FontStep } from './font-size.ts';

/** What a key press means to the terminal itself; null: it is the guest's. */
export type TerminalKey = 'copy' | 'paste' | 'search' | FontStep | null;

const byCode: Readonly<Record<string, TerminalKey>> = {
  KeyC: 'copy',
  KeyV: 'paste',
  KeyF: 'search',
  Equal: 'larger',
  NumpadAdd: 'larger',
  Minus: 'smaller',
  NumpadSubtract: 'smaller',
  Digit0: 'usual',
  Numpad0: 'usual',
};
/** Where the key with the sign lies elsewhere on the person's layout. */
const bySign: Readonly<Record<string, TerminalKey>> = { '+': 'larger', '-': 'smaller', _: 'smaller' };

type KeyPress = Pick<KeyboardEvent, 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey' | 'code' | 'key'>;

/** Ctrl+Shift and a key, as terminals of desktops have it: every other key belongs to the guest. */
export function terminalKey({ ctrlKey, shiftKey, altKey, metaKey, code, key }: KeyPress): TerminalKey {
  if (!ctrlKey || !shiftKey || altKey || metaKey) return null;
  // By the letter on the key where it is a Latin one: layouts have them in other places.
  const place = /^[a-z]$/iu.test(key) ? `Key${key.toUpperCase()}` : code;
  return bySign[key] ?? byCode[place] ?? null;
}
