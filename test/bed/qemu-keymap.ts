import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// QEMU's tables of layouts: made by libxkbcommon, and so by other code than ours, of another release of xkeyboard-config.

const FOLDERS = ['/usr/share/qemu/keymaps', '/usr/share/qemu-kvm/keymaps'];

export interface KeyWay {
  /** What a PC keyboard sends for the position (set 1). */
  readonly scanCode: number;
  /** 0, or the sum of 1 for Shift and 2 for AltGr: as the Linux console numbers its tables. */
  readonly modifiers: number;
}

/** By names as in KeyboardEvent.code. */
export const scanCodes: ReadonlyMap<string, number> = new Map([
  ...Array.from('1234567890', (key, at) => [`Digit${key}`, 0x02 + at] as const),
  ...Array.from('QWERTYUIOP', (key, at) => [`Key${key}`, 0x10 + at] as const),
  ...Array.from('ASDFGHJKL', (key, at) => [`Key${key}`, 0x1e + at] as const),
  ...Array.from('ZXCVBNM', (key, at) => [`Key${key}`, 0x2c + at] as const),
  ...'Minus Equal'.split(' ').map((code, at) => [code, 0x0c + at] as const),
  ...'BracketLeft BracketRight'.split(' ').map((code, at) => [code, 0x1a + at] as const),
  ...'Semicolon Quote Backquote'.split(' ').map((code, at) => [code, 0x27 + at] as const),
  ...'Comma Period Slash'.split(' ').map((code, at) => [code, 0x33 + at] as const),
  ['Backslash', 0x2b],
  ['IntlBackslash', 0x56],
  ['IntlRo', 0x73],
  ['IntlYen', 0x7d],
]);

// Names of keysyms, as in X11's keysymdef.h.
const signNames =
  'exclam quotedbl numbersign dollar percent ampersand apostrophe parenleft parenright asterisk plus comma minus period slash ' +
  'colon semicolon less equal greater question at bracketleft backslash bracketright asciicircum underscore grave braceleft bar ' +
  'braceright asciitilde ssharp EuroSign section degree ae AE oslash Ooblique eth thorn';
const signs = Array.from('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ß€§°æÆøØðþ');
const signOf = new Map(signNames.split(' ').map((name, at) => [name, signs[at]] as const));
const marks = Array.from('\u0300\u0301\u0302\u0303\u0308\u030a\u030b\u030c\u0327\u0328');
const markOf = new Map(
  'grave acute circumflex tilde diaeresis ring doubleacute caron cedilla ogonek'.split(' ').map((name, at) => [name, marks[at]] as const),
);

function characterOf(name: string): string | undefined {
  if (/^[0-9A-Za-z]$/.test(name)) return name;
  const [, letter, accent = ''] = /^([A-Za-z])([a-z]+)$/.exec(name) ?? [];
  const mark = markOf.get(accent);
  return signOf.get(name) ?? (mark === undefined ? undefined : `${letter}${mark}`.normalize('NFC'));
}

/** All the ways to make a character, for those whose names are known here: ASCII and the letters of Latin scripts. */
export function readQemuKeymap(name: string): ReadonlyMap<string, readonly KeyWay[]> {
  const folder = FOLDERS.find((path) => existsSync(path));
  if (folder === undefined) throw new Error('QEMU’s keymaps are not installed');
  const ways = new Map<string, KeyWay[]>();
  const lines = readFileSync(join(folder, name), 'utf8').matchAll(/^(\w+) 0x([0-9a-f]+)((?: shift| altgr)*)$/gm);
  for (const [, keysym = '', scanCode = '', modifiers = ''] of lines) {
    const character = characterOf(keysym);
    if (character === undefined) continue;
    const way = {
      scanCode: Number.parseInt(scanCode, 16),
      modifiers: (modifiers.includes('shift') ? 1 : 0) + (modifiers.includes('altgr') ? 2 : 0),
    };
    ways.set(character, [...(ways.get(character) ?? []), way]);
  }
  return ways;
}
