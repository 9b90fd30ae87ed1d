import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSoundPlayer } from './sound-player.ts';

let suspended: number;
let longest: number;

class FakeGain {
  readonly gain = { value: 1 };
  connect(): void {}
}
class FakeSource extends FakeGain {
  buffer: unknown = null;
  start(): void {}
}
class FakeContext {
  readonly state = 'running';
  readonly currentTime = 0;
  readonly destination = null;
  createGain = () => new FakeGain();
  createBufferSource = () => new FakeSource();
  resume = () => Promise.resolve();
  close = () => Promise.resolve();
  suspend = () => {
    suspended += 1;
    return Promise.resolve();
  };
}
class FakeBuffer {
  readonly numberOfChannels: number;
  readonly length: number;
  readonly duration = 0.01;

  constructor({ numberOfChannels, length }: { readonly numberOfChannels: number; readonly length: number }) {
    this.numberOfChannels = numberOfChannels;
    this.length = length;
    longest = Math.max(longest, length);
  }

  getChannelData = () => new Float32Array(this.length);
}

beforeEach(() => {
  [suspended, longest] = [0, 0];
  vi.useFakeTimers();
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('AudioBuffer', FakeBuffer);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the device is let go of when the last sound was heard, unless more comes before that', () => {
  const player = createSoundPlayer(() => undefined);
  player.start({ channels: 2, frequency: 48_000 });
  player.samples(new Uint8Array(400));
  player.stop();
  player.start({ channels: 2, frequency: 48_000 });
  vi.runAllTimers();
  expect(suspended).toBe(0);
  player.stop();
  vi.runAllTimers();
  expect(suspended).toBe(1);
});

test('a guest that stops its sound without end leaves nothing behind each time', () => {
  const player = createSoundPlayer(() => undefined);
  player.start({ channels: 2, frequency: 48_000 });
  for (let index = 0; index < 1000; index++) player.stop();
  expect(vi.getTimerCount()).toBe(1);
  player.dispose();
  expect(vi.getTimerCount()).toBe(0);
});

test('a message with more sound than a second is left out', () => {
  const heard: string[] = [];
  const player = createSoundPlayer(() => heard.push('sound'));
  player.start({ channels: 1, frequency: 8000 });
  player.samples(new Uint8Array(1_000_000));
  expect([heard, longest]).toEqual([[], 0]);
  player.samples(new Uint8Array(160));
  expect([heard, longest]).toEqual([['sound'], 80]);
});
