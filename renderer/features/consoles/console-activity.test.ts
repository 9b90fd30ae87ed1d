import { expect, test } from 'vitest';
import { createActivityMeter } from './console-activity.ts';

test('a terminal is active with its first byte, a picture with more than a cursor blinks', () => {
  let now = 0;
  const told = { serial: 0, screen: 0 };
  const serial = createActivityMeter(
    'serial',
    () => (told.serial += 1),
    () => now,
  );
  const screen = createActivityMeter(
    'screen',
    () => (told.screen += 1),
    () => now,
  );
  for (let second = 0; second < 10; second++) {
    now = second * 1000;
    for (let i = 0; i < 4; i++) {
      serial(1);
      screen(300);
    }
  }
  expect(told).toEqual({ serial: 10, screen: 0 });
  screen(60_000);
  screen(60_000);
  expect(told.screen).toBe(1);
});
