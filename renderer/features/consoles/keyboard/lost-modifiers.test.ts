import { expect, test } from 'vitest';
import { createModifierWatch } from './lost-modifiers.ts';

const press = (code: string, key: string, ...held: readonly string[]) => ({
  code,
  key,
  getModifierState: (name: string) => held.includes(name),
});

test('a modifier whose release a window manager kept is lost with the next key, once', () => {
  const watch = createModifierWatch();
  expect(watch.pressed(press('AltLeft', 'Alt', 'Alt'))).toEqual([]);
  expect(watch.pressed(press('KeyC', 'c'))).toEqual([{ key: 'Alt', code: 'AltLeft' }]);
  expect(watch.pressed(press('KeyC', 'c'))).toEqual([]);
});

test('modifiers that are held, together or alone, are not lost', () => {
  const watch = createModifierWatch();
  expect(watch.pressed(press('ControlLeft', 'Control', 'Control'))).toEqual([]);
  expect(watch.pressed(press('ShiftLeft', 'Shift', 'Control', 'Shift'))).toEqual([]);
  // As X11 names an Alt key while Shift is held.
  expect(watch.pressed(press('AltLeft', 'Meta', 'Control', 'Shift', 'Alt'))).toEqual([]);
  expect(watch.pressed(press('KeyA', 'A', 'Control', 'Shift', 'Alt'))).toEqual([]);
  watch.released('ControlLeft');
  watch.released('AltLeft');
  expect(watch.pressed(press('KeyA', 'A', 'Shift'))).toEqual([]);
  expect(watch.pressed(press('KeyA', 'a'))).toEqual([{ key: 'Shift', code: 'ShiftLeft' }]);
});

test('AltGr is held though no Alt is: what it types is the guest’s to find out', () => {
  const watch = createModifierWatch();
  expect(watch.pressed(press('AltRight', 'AltGraph', 'AltGraph'))).toEqual([]);
  expect(watch.pressed(press('KeyQ', '@', 'AltGraph'))).toEqual([]);
  const unnamed = createModifierWatch();
  expect(unnamed.pressed(press('AltRight', 'AltGraph'))).toEqual([]);
  expect(unnamed.pressed(press('KeyQ', '@'))).toEqual([]);
});

test('a key that the desktop made another is what it was made', () => {
  const watch = createModifierWatch();
  expect(watch.pressed(press('ControlLeft', 'CapsLock'))).toEqual([]);
  expect(watch.pressed(press('KeyA', 'A'))).toEqual([]);
  expect(watch.pressed(press('CapsLock', 'Control', 'Control'))).toEqual([]);
  expect(watch.pressed(press('KeyA', 'a', 'Control'))).toEqual([]);
});
