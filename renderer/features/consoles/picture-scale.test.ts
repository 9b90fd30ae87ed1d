import { expect, test } from 'vitest';
import { cssFactor, deviceFactor, followedSize, renderingOf } from './picture-scale.ts';

const picture = { width: 640, height: 480 };
const room = { width: 1280, height: 720 };

test('a picture fits the smaller side of its room', () => {
  expect(deviceFactor({ scale: 'fit', picture, room })).toBe(1.5);
  expect(deviceFactor({ scale: 'fit', picture, room: { width: 320, height: 720 } })).toBe(0.5);
});

test('a guest that took nearly the room’s size is not blurred for the rest of it', () => {
  expect(deviceFactor({ scale: 'fit', picture: { width: 1272, height: 716 }, room })).toBe(1);
  expect(deviceFactor({ scale: 'fit', picture: { width: 1281, height: 720 }, room })).toBeLessThan(1);
});

test.each([1, 1.25, 1.5, 1.75, 2, 3])('100 % is one pixel of the guest on one of the screen, at %d', (ratio) => {
  for (const side of [1, 63, 640, 1366, 4095, 8192]) {
    // As Chromium has it: a length of single precision, laid out in whole sixty-fourths of a pixel of the screen.
    const laidOut = Math.floor(Math.fround(cssFactor({ scale: 100, picture, room }, ratio) * side) * ratio * 64) / 64;
    expect(laidOut).toBe(side);
  }
});

test('pixels stay squares where they can', () => {
  expect([0.5, 1, 1.25, 1.5, 2].map(renderingOf)).toEqual(['auto', 'pixelated', 'auto', 'auto', 'pixelated']);
});

test('a guest that follows fills the room at the chosen size, within what can be shown', () => {
  expect(followedSize('fit', room)).toEqual(room);
  expect(followedSize(200, room)).toEqual({ width: 640, height: 360 });
  expect(followedSize(50, { width: 10_000, height: 0 })).toEqual({ width: 8192, height: 1 });
});
