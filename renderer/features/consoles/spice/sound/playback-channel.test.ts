import { beforeEach, expect, test } from 'vitest';
import { BodyWriter } from '../body-writer.ts';
import { SpiceError } from '../channel.ts';
import { PlaybackChannel } from './playback-channel.ts';

let heard: unknown[][];
let playback: PlaybackChannel;
beforeEach(() => {
  heard = [];
  const note =
    (what: string) =>
    (...given: unknown[]): void =>
      void heard.push([what, ...given]);
  playback = new PlaybackChannel({
    start: note('start'),
    samples: note('samples'),
    opus: note('opus'),
    stop: note('stop'),
    volume: note('volume'),
    muted: note('muted'),
    dispose: note('dispose'),
  });
});

const start = (channels: number, format: number, frequency: number): void =>
  playback.receive(103, new BodyWriter(14).u32(channels).u16(format).u32(frequency).u32(0).done());
const data = (...bytes: number[]): void => playback.receive(101, Uint8Array.of(0, 0, 0, 0, ...bytes));
const mode = (value: number): void => playback.receive(102, new BodyWriter(6).u32(0).u16(value).done());

test('samples and packets go where they are played, between a start and a stop', () => {
  data(1, 2);
  start(2, 1, 48_000);
  data(1, 2, 3, 4);
  mode(3);
  data(9);
  mode(2);
  data(8);
  playback.receive(104, new Uint8Array());
  data(7);
  expect(heard).toEqual([
    ['start', { channels: 2, frequency: 48_000 }],
    ['samples', Uint8Array.of(1, 2, 3, 4)],
    ['opus', Uint8Array.of(9)],
    ['stop'],
  ]);
});

test('the guest’s volume and silence', () => {
  playback.receive(105, new BodyWriter(5).u8(2).u16(0xffff).u16(0).done());
  playback.receive(105, Uint8Array.of(0));
  playback.receive(106, Uint8Array.of(1));
  expect(heard).toEqual([
    ['volume', 1],
    ['muted', true],
  ]);
});

test.each([
  [0, 1, 48_000],
  [9, 1, 48_000],
  [0xffff_ffff, 1, 48_000],
  [2, 0, 48_000],
  [2, 1, 7999],
  [2, 1, 0xffff_ffff],
])('sound of %d channels, format %d, %d a second is refused', (channels, format, frequency) => {
  expect(() => start(channels, format, frequency)).toThrow(SpiceError);
  expect(heard).toEqual([]);
});
