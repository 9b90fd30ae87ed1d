import { describe, expect, test } from 'vitest';
import { readQemuKeymap, scanCodes } from '../../../../test/bed/qemu-keymap.ts';
import { type KeyboardLayout, layoutPositions } from './keyboard-layout.ts';
import { keyboardLayouts } from './layout-tables.ts';
import { planTyping, type Stroke, strokesOf } from './typing-plan.ts';

function layout(id: string): KeyboardLayout {
  const found = keyboardLayouts.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no layout ${id}`);
  return found;
}

const codes = (strokes: readonly (readonly Stroke[])[]): string[] =>
  strokes.flatMap((character) => character.map((stroke) => stroke.map(({ code }) => code).join('+')));
const typed = (text: string, id: string): string[] => codes(planTyping(text, layout(id)).characters);

test('the tables are whole: four levels of one character a key, each id once, US first', () => {
  expect(keyboardLayouts.length).toBeGreaterThanOrEqual(30);
  expect(keyboardLayouts[0]?.id).toBe('us');
  expect(new Set(keyboardLayouts.map(({ id }) => id)).size).toBe(keyboardLayouts.length);
  for (const { levels } of keyboardLayouts) expect(levels.map((level) => Array.from(level).length)).toEqual([50, 50, 50, 50]);
  expect(layoutPositions).toHaveLength(50);
});

test('a line of shell, on the keys that each layout has for it', () => {
  expect(typed('a@Z', 'us')).toEqual(['KeyA', 'ShiftLeft+Digit2', 'ShiftLeft+KeyZ']);
  expect(typed('a@Z', 'de')).toEqual(['KeyA', 'AltRight+KeyQ', 'ShiftLeft+KeyY']);
  expect(typed('a@Z', 'fr')).toEqual(['KeyQ', 'AltRight+Digit0', 'ShiftLeft+KeyW']);
  expect(typed('ß{€}\\', 'de')).toEqual(['Minus', 'AltRight+Digit7', 'AltRight+KeyE', 'AltRight+Digit0', 'AltRight+Minus']);
  expect(typed('1', 'fr')).toEqual(['ShiftLeft+Digit1']);
  expect(typed('a b\tc\n', 'us')).toEqual(['KeyA', 'Space', 'KeyB', 'Tab', 'KeyC', 'Enter']);
});

test('dead keys: with the letter, or with the space bar for the accent alone', () => {
  expect(typed('é', 'de')).toEqual(['Equal', 'KeyE']);
  expect(typed('Ê', 'de')).toEqual(['Backquote', 'ShiftLeft+KeyE']);
  expect(typed('^', 'de')).toEqual(['Backquote', 'Space']);
  expect(typed('`', 'de')).toEqual(['ShiftLeft+Equal', 'Space']);
  expect(typed('^', 'de-nodeadkeys')).toEqual(['Backquote']);
  expect(typed(`"'`, 'us-intl')).toEqual(['ShiftLeft+Quote', 'Space', 'Quote', 'Space']);
  expect(typed('ñ', 'pt')).toEqual(['Backslash', 'KeyN']);
  expect(typed('ά', 'gr')).toEqual(['Semicolon', 'KeyA']);
});

test('a key that a keyboard may lack is taken only where no other makes the character', () => {
  expect(typed('<', 'us')).toEqual(['ShiftLeft+Comma']);
  expect(typed('<', 'de')).toEqual(['IntlBackslash']);
  expect(typed('_', 'jp')).toEqual(['ShiftLeft+IntlRo']);
});

test('what the layout lacks is told, once each, and all else is typed', () => {
  const plan = planTyping('aß€aß\u0007\u0301', layout('us'));
  expect(codes(plan.characters)).toEqual(['KeyA', 'KeyA']);
  expect(plan.missing).toEqual(['ß', '€', '\u0007', '\u0301']);
});

test('line ends of all kinds are one Enter, letters in two parts are one', () => {
  expect(typed('a\r\nb\rc\n', 'us')).toEqual(['KeyA', 'Enter', 'KeyB', 'Enter', 'KeyC', 'Enter']);
  expect(typed('u\u0308', 'de')).toEqual(['BracketLeft']);
});

test('a keysym goes along that agrees with Shift: QEMU turns Caps Lock off and on by it', () => {
  for (const one of keyboardLayouts) {
    for (const [character, stroke] of strokesOf(one)) {
      const shifted = stroke.some(({ code }) => code === 'ShiftLeft');
      const { keysym } = stroke.at(-1) ?? { keysym: 0 };
      expect(keysym).toBeGreaterThan(0);
      if (/^[A-Za-z]$/.test(character)) expect([one.id, character, shifted]).toEqual([one.id, character, /[A-Z]/.test(character)]);
    }
  }
});

test('every layout that writes Latin types all of ASCII but what its keyboard is known to lack', () => {
  const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
  const missing = keyboardLayouts.map((one) => [one.id, planTyping(ascii.join(''), one).missing.join('')] as const);
  const cyrillicAndGreek = new Set(['ru', 'ua', 'bg', 'gr']);
  expect(missing.filter(([id, characters]) => characters !== '' && !cyrillicAndGreek.has(id))).toEqual([]);
});

/** Our layout and QEMU's of the same variant. */
const sameInQemu = [
  'us=en-us gb=en-gb de-nodeadkeys=de ch=de-ch ch-fr=fr-ch be=fr-be ca=fr-ca br=pt-br dk=da jp=ja',
  'es=es it=it pt=pt nl=nl no=no fi=fi pl=pl cz=cz hu=hu hr=hr tr=tr ru=ru',
].flatMap((names) => names.split(' ').map((pair) => pair.split('=')));

describe('as QEMU has it', () => {
  test.each(sameInQemu)('%s', (id = '', name = '') => {
    const theirs = readQemuKeymap(name);
    expect(theirs.size).toBeGreaterThan(id === 'ru' ? 20 : 90);
    const ours = strokesOf(layout(id));
    const positions = new Set(scanCodes.values());
    const different: string[] = [];
    for (const [character, ways] of theirs) {
      // These moved between the releases of xkeyboard-config that QEMU and we have.
      if ('§°€'.includes(character)) continue;
      const codes = ours.get(character)?.map(({ code }) => code) ?? [];
      const scanCode = scanCodes.get(codes.at(-1) ?? '');
      const modifiers = (codes.includes('ShiftLeft') ? 1 : 0) + (codes.includes('AltRight') ? 2 : 0);
      const isSame = ways.some((way) => way.scanCode === scanCode && way.modifiers === modifiers);
      // What only the number pad makes has no stroke of ours.
      const isOnlyThere = scanCode === undefined && !ways.some((way) => positions.has(way.scanCode));
      if (!isSame && !isOnlyThere) different.push(`${character}: ${codes.join('+')}, not ${JSON.stringify(ways)}`);
    }
    expect(different).toEqual([]);
  });
});
