import type { Key } from '../../screen.ts';

/** A key of the US keyboard, and whether Shift goes with it. */
export interface UsKey {
  readonly code: string;
  readonly shift: boolean;
}

const plain = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./ ";
const shifted = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>? ';
const codes = [
  'Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal',
  'KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight Backslash',
  'KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote',
  'KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash Space',
].flatMap((row) => row.split(' '));

/** Keysyms of keys that write nothing. Source: X11's keysymdef.h. */
const others: ReadonlyMap<number, string> = new Map([
  [0xff08, 'Backspace'],
  [0xff09, 'Tab'],
  [0xff0d, 'Enter'],
  [0xff13, 'Pause'],
  [0xff14, 'ScrollLock'],
  [0xff1b, 'Escape'],
  [0xff50, 'Home'],
  [0xff51, 'ArrowLeft'],
  [0xff52, 'ArrowUp'],
  [0xff53, 'ArrowRight'],
  [0xff54, 'ArrowDown'],
  [0xff55, 'PageUp'],
  [0xff56, 'PageDown'],
  [0xff57, 'End'],
  [0xff61, 'PrintScreen'],
  [0xff63, 'Insert'],
  [0xff67, 'ContextMenu'],
  [0xff7f, 'NumLock'],
  [0xff8d, 'NumpadEnter'],
  [0xffe1, 'ShiftLeft'],
  [0xffe2, 'ShiftRight'],
  [0xffe3, 'ControlLeft'],
  [0xffe4, 'ControlRight'],
  [0xffe5, 'CapsLock'],
  [0xffe9, 'AltLeft'],
  [0xffea, 'AltRight'],
  [0xfe03, 'AltRight'],
  [0xffeb, 'MetaLeft'],
  [0xffec, 'MetaRight'],
  [0xffff, 'Delete'],
  ...Array.from({ length: 24 }, (_, i): [number, string] => [0xffbe + i, `F${i + 1}`]),
]);

/** The key by its place, or where that is not known, by where the US keyboard has its sign; null if it has it nowhere. */
export function usKeyOf({ keysym, code }: Key): UsKey | null {
  if (code !== '') return { code, shift: false };
  const other = others.get(keysym);
  if (other !== undefined) return { code: other, shift: false };
  const sign = keysym >= 0x20 && keysym < 0x7f ? String.fromCharCode(keysym) : '';
  if (sign === '') return null;
  const at = plain.indexOf(sign);
  const found = codes[at === -1 ? shifted.indexOf(sign) : at];
  return found === undefined ? null : { code: found, shift: at === -1 };
}
