import { expect, test } from 'vitest';
import { terminalKey } from './terminal-key.ts';

const press = (key: string, code: string, held: { ctrl?: boolean; shift?: boolean; alt?: boolean } = {}) =>
  terminalKey({ key, code, ctrlKey: held.ctrl ?? true, shiftKey: held.shift ?? true, altKey: held.alt ?? false, metaKey: false });

test('Ctrl+Shift and a letter, wherever the layout has it', () => {
  expect(press('C', 'KeyC')).toBe('copy');
  // Dvorak, where J lies on the key that is C elsewhere.
  expect(press('J', 'KeyC')).toBeNull();
  expect(press('C', 'KeyI')).toBe('copy');
  // Cyrillic has no C to press.
  expect(press('С', 'KeyC')).toBe('copy');
  expect(press('F', 'KeyF')).toBe('search');
});

test('letters become larger by the sign or by its key', () => {
  expect(press('+', 'Equal')).toBe('larger');
  expect(press('*', 'BracketRight')).toBeNull();
  expect(press('+', 'BracketRight')).toBe('larger');
  expect(press('_', 'Minus')).toBe('smaller');
  expect(press('-', 'NumpadSubtract')).toBe('smaller');
  expect(press(')', 'Digit0')).toBe('usual');
});

test('all else is the guest’s', () => {
  expect(press('c', 'KeyC', { shift: false })).toBeNull();
  expect(press('C', 'KeyC', { alt: true })).toBeNull();
  expect(press('C', 'KeyC', { ctrl: false })).toBeNull();
});
