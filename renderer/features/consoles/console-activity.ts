import { createContext, use, useEffect, useState } from 'react';
import type { ConsoleChannel } from './port-channel.ts';

/** Bytes a second from which a picture is taken to show something new: a blinking cursor is less. A terminal's every byte is news. */
const NEWS = { screen: 4096, serial: 1 } as const;
const SECOND = 1000;

/** Told of what a console shows anew while nobody may be looking. */
export const ConsoleActivity = createContext<(() => void) | null>(null);

/** Takes the size of each piece that a console sends; calls `told` where they are news. */
export function createActivityMeter(kind: keyof typeof NEWS, told: () => void, now = () => performance.now()): (bytes: number) => void {
  let since = -Infinity;
  let sum = 0;
  return (bytes) => {
    if (now() - since >= SECOND) {
      since = now();
      sum = 0;
    }
    const before = sum;
    sum += bytes;
    if (before < NEWS[kind] && sum >= NEWS[kind]) told();
  };
}

/** The same channel; `count` is told the size of each piece that comes over it. */
export function meteredChannel(channel: ConsoleChannel, count: (bytes: number) => void): ConsoleChannel {
  return {
    ...channel,
    start: (consumer) =>
      channel.start({
        ...consumer,
        data: (bytes, done) => {
          count(bytes.byteLength);
          consumer.data(bytes, done);
        },
      }),
  };
}

/** Counts what a console shows; stable. Nothing is told while the console is in front. */
export function useActivityMeter(kind: keyof typeof NEWS): (bytes: number) => void {
  const listener = use(ConsoleActivity);
  const [meter] = useState(() => {
    let told = listener;
    return {
      tells: (next: typeof listener): void => {
        told = next;
      },
      count: createActivityMeter(kind, () => told?.()),
    };
  });
  useEffect(() => meter.tells(listener), [meter, listener]);
  return meter.count;
}
