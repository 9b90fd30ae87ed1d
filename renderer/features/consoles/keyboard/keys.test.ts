import { expect, test } from 'vitest';
import { combinationOf, ctrlAltDelete, inPressingOrder, keyCombinations, magicKeys, pcKeys } from './keys.ts';

test('each key has a position, a sign and a name of its own', () => {
  for (const part of ['code', 'label', 'keysym'] as const) expect(new Set(pcKeys.map((key) => key[part])).size).toBe(pcKeys.length);
});

test('the usual combinations press what they say', () => {
  expect(ctrlAltDelete.keys.map(({ code, keysym }) => [code, keysym])).toEqual([
    ['ControlLeft', 0xffe3],
    ['AltLeft', 0xffe9],
    ['Delete', 0xffff],
  ]);
  const labels = keyCombinations.map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels).toEqual(
    expect.arrayContaining(['Ctrl+Alt+Backspace', 'Ctrl+Shift+Esc', 'Alt+Tab', 'Alt+F4', 'Super', 'Print Screen', 'Ctrl+Alt+F12', 'F11']),
  );
  expect(magicKeys.every(({ keys }) => keys.length === 3)).toBe(true);
});

test('own combinations: modifiers go down first, and no unknown key is passed on', () => {
  expect(inPressingOrder(['KeyT', 'ShiftLeft', 'KeyT', 'ControlLeft', 'Launch9'])).toEqual(['ControlLeft', 'ShiftLeft', 'KeyT']);
  expect(combinationOf(['ControlLeft', 'KeyT'])?.label).toBe('Ctrl+T');
  expect(combinationOf(['ControlLeft', 'KeyT'], 'New tab')?.label).toBe('New tab');
  expect(combinationOf(['ControlLeft', 'Launch9'])).toBeNull();
  expect(combinationOf([])).toBeNull();
});
