import type { Key } from '../screen.ts';

interface NamedKey extends Key {
  /** As it is written on a US keyboard. */
  readonly label: string;
}

// Keysyms as in X11's keysymdef.h.
const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => named(`Key${letter}`, letter, letter.toLowerCase().charCodeAt(0)));
const digits = Array.from('0123456789', (digit) => named(`Digit${digit}`, digit, digit.charCodeAt(0)));
const functionKeys = Array.from({ length: 12 }, (_, at) => named(`F${at + 1}`, `F${at + 1}`, 0xffbe + at));

/** Keys of a PC keyboard by their positions: modifiers first. */
export const pcKeys: readonly NamedKey[] = [
  named('ControlLeft', 'Ctrl', 0xffe3),
  named('AltLeft', 'Alt', 0xffe9),
  named('ShiftLeft', 'Shift', 0xffe1),
  named('MetaLeft', 'Super', 0xffeb),
  named('ControlRight', 'Right Ctrl', 0xffe4),
  named('AltRight', 'AltGr', 0xfe03),
  named('ShiftRight', 'Right Shift', 0xffe2),
  named('MetaRight', 'Right Super', 0xffec),
  ...functionKeys,
  named('Escape', 'Esc', 0xff1b),
  named('Tab', 'Tab', 0xff09),
  named('Enter', 'Enter', 0xff0d),
  named('Space', 'Space', 0x20),
  named('Backspace', 'Backspace', 0xff08),
  named('Insert', 'Insert', 0xff63),
  named('Delete', 'Del', 0xffff),
  named('Home', 'Home', 0xff50),
  named('End', 'End', 0xff57),
  named('PageUp', 'Page Up', 0xff55),
  named('PageDown', 'Page Down', 0xff56),
  named('ArrowUp', 'Up', 0xff52),
  named('ArrowDown', 'Down', 0xff54),
  named('ArrowLeft', 'Left', 0xff51),
  named('ArrowRight', 'Right', 0xff53),
  named('PrintScreen', 'Print Screen', 0xff61),
  named('ScrollLock', 'Scroll Lock', 0xff14),
  named('Pause', 'Pause', 0xff13),
  named('CapsLock', 'Caps Lock', 0xffe5),
  named('NumLock', 'Num Lock', 0xff7f),
  named('ContextMenu', 'Menu', 0xff67),
  ...letters,
  ...digits,
  named('Minus', '-', 0x2d),
  named('Equal', '=', 0x3d),
  named('BracketLeft', '[', 0x5b),
  named('BracketRight', ']', 0x5d),
  named('Semicolon', ';', 0x3b),
  named('Quote', "'", 0x27),
  named('Backquote', '`', 0x60),
  named('Backslash', '\\', 0x5c),
  named('Comma', ',', 0x2c),
  named('Period', '.', 0x2e),
  named('Slash', '/', 0x2f),
];
const byCode: ReadonlyMap<string, NamedKey> = new Map(pcKeys.map((key) => [key.code, key]));

function named(code: string, label: string, keysym: number): NamedKey {
  return { code, label, keysym };
}

export interface KeyCombination {
  readonly label: string;
  readonly keys: readonly Key[];
}

/** Null where one of the codes is no key of a PC. */
export function combinationOf(codes: readonly string[], label?: string): KeyCombination | null {
  const keys = codes.flatMap((code) => byCode.get(code) ?? []);
  if (keys.length !== codes.length || keys.length === 0) return null;
  return { label: label ?? keys.map((key) => key.label).join('+'), keys };
}

/** In the order in which they are pressed: modifiers first, each once. */
export function inPressingOrder(codes: Iterable<string>): readonly string[] {
  const wanted = new Set(codes);
  return pcKeys.flatMap(({ code }) => (wanted.has(code) ? [code] : []));
}

const combinations = (...all: readonly (readonly string[])[]): readonly KeyCombination[] =>
  all.flatMap((codes) => combinationOf(codes) ?? []);

export const ctrlAltDelete: KeyCombination = {
  label: 'Ctrl+Alt+Del',
  keys: combinationOf(['ControlLeft', 'AltLeft', 'Delete'])?.keys ?? [],
};

/** What the desktop around the window would take for itself, or a keyboard may lack. */
export const keyCombinations: readonly KeyCombination[] = [
  ctrlAltDelete,
  ...combinations(
    ['ControlLeft', 'AltLeft', 'Backspace'],
    ['ControlLeft', 'ShiftLeft', 'Escape'],
    ['AltLeft', 'Tab'],
    ['AltLeft', 'F4'],
    ['MetaLeft'],
    ['MetaLeft', 'KeyL'],
    ['PrintScreen'],
    ...functionKeys.map(({ code }) => ['ControlLeft', 'AltLeft', code]),
    ...functionKeys.map(({ code }) => [code]),
  ),
];

/** Linux's magic keys (Documentation/admin-guide/sysrq.rst), as a keyboard sends them: Alt, Print Screen and a letter. */
export const magicKeys: readonly KeyCombination[] = (
  [
    ['KeyH', 'list what there is'],
    ['KeyR', 'take the keyboard back'],
    ['KeyE', 'end all programs'],
    ['KeyI', 'kill all programs'],
    ['KeyS', 'write out all disks'],
    ['KeyU', 'make all disks read-only'],
    ['KeyB', 'reboot at once'],
    ['KeyF', 'kill what uses most memory'],
    ['KeyW', 'show what is stuck'],
    ['KeyC', 'crash, for a dump'],
  ] as const
).flatMap(([code, meaning]) => combinationOf(['AltLeft', 'PrintScreen', code], `SysRq+${code.slice(3)}: ${meaning}`) ?? []);
