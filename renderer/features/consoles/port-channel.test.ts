// oxlint-disable unicorn/require-post-message-target-origin -- a MessagePort has one other end and knows no origins
import { afterEach, expect, test } from 'vitest';
import type { Fault } from '#model/fault';
import { CONSOLE_CHUNK, CONSOLE_WINDOW, type ConsoleFrame } from '#contract/consoles';
import { createPortChannel } from './port-channel.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));
const turn = async () => new Promise((resolve) => setTimeout(resolve, 10));

/** A channel and main's end of its port, with all that either side was told. */
function connected() {
  const { port1: main, port2 } = new MessageChannel();
  const heard: ConsoleFrame[] = [];
  main.addEventListener('message', ({ data }) => heard.push(data));
  main.start();
  closing.push(() => main.close());
  const pieces: { bytes: Uint8Array; done: () => void }[] = [];
  const ends: (Fault | null)[] = [];
  const channel = createPortChannel(port2);
  const start = (): void => channel.start({ data: (bytes, done) => pieces.push({ bytes, done }), end: (fault) => ends.push(fault) });
  const sent = () => heard.reduce((sum, frame) => sum + (frame.kind === 'data' ? frame.bytes.byteLength : 0), 0);
  return { main, heard, pieces, ends, channel, start, sent };
}
const data = (...bytes: number[]): ConsoleFrame => ({ kind: 'data', bytes: Uint8Array.from(bytes) });

test('nothing is lost before the start', async () => {
  const { main, pieces, start } = connected();
  main.postMessage(data(1, 2));
  main.postMessage(data(3));
  await turn();
  start();
  await turn();
  expect(pieces.map(({ bytes }) => [...bytes])).toEqual([[1, 2], [3]]);
});

test('credit goes back when a piece was dealt with, and not before', async () => {
  const { main, heard, pieces, start } = connected();
  start();
  main.postMessage(data(1, 2, 3));
  main.postMessage(data(4));
  await turn();
  expect(heard).toEqual([]);
  pieces[1]?.done();
  pieces[0]?.done();
  await turn();
  expect(heard).toEqual([
    { kind: 'credit', bytes: 1 },
    { kind: 'credit', bytes: 3 },
  ]);
});

test('what is sent leaves in chunks, within the window, in order', async () => {
  const { main, heard, channel, start, sent } = connected();
  start();
  const all = Uint8Array.from({ length: CONSOLE_WINDOW + 100_000 }, (_, i) => i % 251);
  channel.send(all.subarray(0, 10));
  channel.send(all.subarray(10));
  await turn();
  expect(sent()).toBe(CONSOLE_WINDOW);
  expect(Math.max(...heard.map((frame) => (frame.kind === 'data' ? frame.bytes.byteLength : 0)))).toBe(CONSOLE_CHUNK);
  main.postMessage({ kind: 'credit', bytes: 60_000 });
  await turn();
  expect(sent()).toBe(CONSOLE_WINDOW + 60_000);
  main.postMessage({ kind: 'credit', bytes: CONSOLE_WINDOW });
  await turn();
  const arrived = Buffer.concat(heard.map((frame) => (frame.kind === 'data' ? frame.bytes : new Uint8Array())));
  expect(arrived.equals(all)).toBe(true);
});

test('a frame carries only its own bytes, not the whole buffer that they are part of', async () => {
  const { heard, channel, start } = connected();
  start();
  channel.send(new Uint8Array(1_000_000).subarray(5, 7));
  await turn();
  const [frame] = heard;
  expect(frame?.kind === 'data' && frame.bytes.buffer.byteLength).toBe(2);
});

test('an end is told once, with its reason, and nothing is taken or sent after it', async () => {
  const { main, heard, pieces, ends, channel, start } = connected();
  start();
  const fault: Fault = { code: 'connection-lost', message: 'Gone.', reason: null, remedy: null };
  main.postMessage({ kind: 'end', fault });
  main.postMessage(data(1));
  main.postMessage({ kind: 'end', fault: null });
  await turn();
  channel.send(Uint8Array.of(1));
  channel.close();
  await turn();
  expect(ends).toEqual([fault]);
  expect(pieces).toEqual([]);
  expect(heard).toEqual([]);
});

test('closing says so to the other end, once, and hears nothing more', async () => {
  const { main, heard, pieces, ends, channel, start } = connected();
  start();
  channel.close();
  channel.close();
  main.postMessage(data(1));
  await turn();
  expect(heard).toEqual([{ kind: 'end', fault: null }]);
  expect([pieces, ends]).toEqual([[], []]);
});

test.each([
  [null],
  ['data'],
  [{ kind: 'data', bytes: [1] }],
  [{ kind: 'data', bytes: new Uint8Array(CONSOLE_CHUNK + 1) }],
  [{ kind: 'shell' }],
])('a message that makes no sense ends it: %j', async (message) => {
  const { main, ends, start } = connected();
  start();
  main.postMessage(message);
  await turn();
  expect(ends).toMatchObject([{ code: 'protocol' }]);
});

test('an end that takes nothing ends it before more than 64 MiB are held for it', async () => {
  const { ends, channel, start } = connected();
  start();
  const megabyte = new Uint8Array(1024 * 1024);
  for (let i = 0; i < 64; i++) channel.send(megabyte);
  expect(ends).toEqual([]);
  channel.send(megabyte);
  expect(ends).toMatchObject([{ code: 'protocol', remedy: expect.any(String) }]);
});
