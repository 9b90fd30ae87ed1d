import { expect, test } from 'vitest';
import { FakeClipboard } from '../backends/fake/fake-clipboard.ts';
import { checkPng, copyConsolePicture } from './console-pictures.ts';

/** One grey pixel. */
const png = new Uint8Array(
  Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64'),
);
const changed = (at: number, byte: number): Uint8Array<ArrayBuffer> => {
  const copy = png.slice();
  copy[at] = byte;
  return copy;
};
const refused = expect.objectContaining({ code: 'bad-input' });

test('a whole picture is taken', () => expect(() => checkPng(png)).not.toThrow());

test.each([
  ['nothing', new Uint8Array(0)],
  ['text', new TextEncoder().encode('#!/bin/sh\nrm -rf ~\n'.repeat(20))],
  ['one that is cut short', png.slice(0, -1)],
  ['one with something behind it', new Uint8Array([...png, 0])],
  ['one of no width', changed(19, 0)],
  ['one of 4,278,190,081 pixels in a row', changed(16, 255)],
  ['one whose chunk is longer than itself', changed(8, 255)],
])('no picture: %s', (_what, bytes) => {
  let error: unknown;
  try {
    checkPng(bytes);
  } catch (caught) {
    error = caught;
  }
  expect(error).toEqual(refused);
});

test('a window without the focus copies nothing', async () => {
  const desktop = new FakeClipboard();
  desktop.focused = false;
  await expect(copyConsolePicture(desktop, 1, png)).rejects.toEqual(expect.objectContaining({ code: 'permission' }));
  expect(desktop.picture).toBeNull();
  desktop.focused = true;
  await copyConsolePicture(desktop, 1, png);
  expect(desktop.picture).toEqual(png);
});
