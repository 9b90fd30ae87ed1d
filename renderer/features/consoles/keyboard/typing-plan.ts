import type { Key } from '../screen.ts';
import { type KeyboardLayout, layoutPositions } from './keyboard-layout.ts';

/** Pressed in order, then let go of in the opposite order. */
export type Stroke = readonly Key[];

export interface TypingPlan {
  /** One for each character that is typed; two strokes where a dead key comes first. */
  readonly characters: readonly (readonly Stroke[])[];
  /** What the layout has no keys for, each once, in the order of the text. */
  readonly missing: readonly string[];
}

/** More than a boot loader's line or a script ever is: at 30 characters a second, eleven minutes. UTF-16 units. */
export const LONGEST_TYPING = 20_000;

// Keysyms as in X11's keysymdef.h. They go along for VNC servers that know no key positions.
const shift: Key = { keysym: 0xffe1, code: 'ShiftLeft' };
const altGr: Key = { keysym: 0xfe03, code: 'AltRight' };
const modifiersOfLevel: readonly (readonly Key[])[] = [[], [shift], [altGr], [shift, altGr]];
const space: Stroke = [{ keysym: 0x20, code: 'Space' }];
const always: readonly (readonly [string, Stroke])[] = [
  [' ', space],
  ['\n', [{ keysym: 0xff0d, code: 'Enter' }]],
  ['\t', [{ keysym: 0xff09, code: 'Tab' }]],
];

const deadKeysyms: ReadonlyMap<string, number> = new Map([
  ['\u0300', 0xfe50],
  ['\u0301', 0xfe51],
  ['\u0302', 0xfe52],
  ['\u0303', 0xfe53],
  ['\u0304', 0xfe54],
  ['\u0306', 0xfe55],
  ['\u0307', 0xfe56],
  ['\u0308', 0xfe57],
  ['\u030A', 0xfe58],
  ['\u030B', 0xfe59],
  ['\u030C', 0xfe5a],
  ['\u0327', 0xfe5b],
  ['\u0328', 0xfe5c],
]);

/** What a dead key and the space bar make in X11 (its Compose file), the Linux console and Windows alike. */
const afterDead: ReadonlyMap<string, string> = new Map([
  ['`', '\u0300'],
  ["'", '\u0301'],
  ['^', '\u0302'],
  ['~', '\u0303'],
  ['"', '\u0308'],
]);

/** Keys that a keyboard may lack, or that firmware may not know: taken only for what no other key makes. */
const seldom: ReadonlySet<string> = new Set(['IntlBackslash', 'IntlRo', 'IntlYen']);

/** X11's keysym of a character: Latin-1 as it is, all else by its number in Unicode. */
function keysymOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return deadKeysyms.get(character) ?? (code < 0x100 ? code : 0x0100_0000 + code);
}

/** How each character of the layout, and each of its dead keys, is pressed: with as few modifiers as can be. */
export function strokesOf({ levels }: KeyboardLayout): ReadonlyMap<string, Stroke> {
  const strokes = new Map(always);
  const take = (isWanted: (code: string) => boolean): void =>
    levels.forEach((characters, level) =>
      Array.from(characters).forEach((character, at) => {
        const code = layoutPositions[at] ?? '';
        if (strokes.has(character) || !isWanted(code)) return;
        strokes.set(character, [...(modifiersOfLevel[level] ?? []), { keysym: keysymOf(character), code }]);
      }),
    );
  take((code) => !seldom.has(code));
  take((code) => seldom.has(code));
  return strokes;
}

/** A dead key and what follows it; null where the layout has not both. */
function withDeadKey(mark: string, base: string, strokes: ReadonlyMap<string, Stroke>): readonly Stroke[] | null {
  const dead = deadKeysyms.has(mark) ? strokes.get(mark) : undefined;
  const letter = strokes.get(base);
  return dead === undefined || letter === undefined ? null : [dead, letter];
}

function strokesFor(character: string, strokes: ReadonlyMap<string, Stroke>): readonly Stroke[] | null {
  const direct = deadKeysyms.has(character) ? undefined : strokes.get(character);
  const mark = afterDead.get(character);
  const spacing = mark === undefined ? null : withDeadKey(mark, ' ', strokes);
  const usesAltGr = (stroke: Stroke): boolean => stroke.includes(altGr);
  // An accent with AltGr beside its dead key without is X11's alone.
  if (direct !== undefined && !(usesAltGr(direct) && spacing !== null && !spacing.some(usesAltGr))) return [direct];
  if (spacing !== null) return spacing;
  const [base = '', accent = '', more] = Array.from(character.normalize('NFD'));
  return more === undefined ? withDeadKey(accent, base, strokes) : null;
}

/** How `text` is typed where the guest's keyboard is set to `layout`. Lines end with \n, \r\n or \r. */
export function planTyping(text: string, layout: KeyboardLayout): TypingPlan {
  const strokes = strokesOf(layout);
  const characters: (readonly Stroke[])[] = [];
  const missing = new Set<string>();
  for (const character of text.replace(/\r\n?/g, '\n').normalize('NFC')) {
    const found = strokesFor(character, strokes);
    if (found === null) missing.add(character);
    else characters.push(found);
  }
  return { characters, missing: [...missing] };
}
