import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Picture } from './picture.ts';
import { Presenter } from './presenter.ts';

/** What was put on the canvas: left, top, width, height. */
const put: number[][] = [];
const frames: (() => void)[] = [];
const paper = {
  width: 0,
  height: 0,
  getContext: () => ({ putImageData: (_image: ImageData, _x: number, _y: number, ...part: number[]) => void put.push(part) }),
};
const nextFrame = (): void => frames.shift()?.();
const picture = (width: number, height: number): Picture => ({ width, height, opaque: true, pixels: new Uint32Array(width * height) });
const all = ({ width, height }: Picture) => ({ left: 0, top: 0, right: width, bottom: height });

beforeEach(() => {
  put.length = 0;
  frames.length = 0;
  vi.stubGlobal('ImageData', vi.fn());
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => frames.pop());
});
afterEach(() => vi.unstubAllGlobals());

test('what changed between two frames comes with the next one, all of it', () => {
  const presenter = new Presenter(paper);
  const surface = picture(64, 48);
  presenter.show(surface);
  presenter.changed({ left: 1, top: 2, right: 11, bottom: 22 });
  presenter.changed(all(surface));
  expect(put).toEqual([]);
  nextFrame();
  expect(put).toEqual([
    [1, 2, 10, 20],
    [0, 0, 64, 48],
  ]);
  expect(frames).toEqual([]);
});

test('more than a frame should take comes with several, from the top, once', () => {
  const presenter = new Presenter(paper);
  const surface = picture(8192, 4096);
  presenter.show(surface);
  presenter.changed(all(surface));
  presenter.changed({ left: 0, top: 0, right: 1, bottom: 1 });
  nextFrame();
  expect(put).toEqual([[0, 0, 8192, 2048]]);
  nextFrame();
  nextFrame();
  expect(put.slice(1)).toEqual([
    [0, 2048, 8192, 2048],
    [0, 0, 1, 1],
  ]);
  expect(frames).toEqual([]);
});

test('a picture that is wanted now is brought at once, whatever its size', () => {
  const presenter = new Presenter(paper);
  const surface = picture(8192, 4096);
  presenter.show(surface);
  presenter.changed(all(surface));
  nextFrame();
  presenter.present();
  expect(put).toEqual([
    [0, 0, 8192, 2048],
    [0, 2048, 8192, 2048],
  ]);
  expect(frames).toEqual([]);
});
