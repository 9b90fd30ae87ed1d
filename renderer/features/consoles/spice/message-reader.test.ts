import { expect, test } from 'vitest';
import { BodyWriter } from './body-writer.ts';
import { createMessageReader } from './message-reader.ts';

const framed = (type: number, body: Uint8Array): Uint8Array =>
  new BodyWriter(6 + body.byteLength).u16(type).u32(body.byteLength).bytes(body).done();
const headerOf = (size: number): Uint8Array => new BodyWriter(6).u16(101).u32(size).done();
const patience = { timeout: 60_000 };
/** As many turns of the event loop as a reader takes on a busy machine for a few dozen messages: at most one for each. */
const turn = async (): Promise<void> => {
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  for (let left = 50; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 0));
};

function reading(message: (type: number, body: Uint8Array) => void | Promise<void> = () => undefined) {
  const heard: { type: number; body: number[] }[] = [];
  const failures: unknown[] = [];
  let done = 0;
  const reader = createMessageReader({
    message: (type, body) => {
      heard.push({ type, body: [...body] });
      return message(type, body);
    },
    failed: (error) => failures.push(error),
  });
  return {
    heard,
    failures,
    take: (bytes: Uint8Array) => reader.data(bytes, () => (done += 1)),
    stop: () => reader.stop(),
    done: () => done,
  };
}

test('messages come out as they went in, however they are cut', { timeout: 120_000 }, async () => {
  const all = Buffer.concat([
    framed(101, Uint8Array.of(1, 2, 3)),
    framed(7, new Uint8Array()),
    framed(109, new Uint8Array(70_000).fill(9)),
  ]);
  for (const size of [1, 2, 5, 7, 1000, 65_536, all.byteLength]) {
    const { heard, take, done } = reading();
    let pieces = 0;
    for (let at = 0; at < all.byteLength; at += size, pieces++) take(all.subarray(at, at + size));
    await expect.poll(done, patience).toBe(pieces);
    expect(heard.map(({ type, body }) => [type, body.length])).toEqual([
      [101, 3],
      [7, 0],
      [109, 70_000],
    ]);
    expect(heard[0]?.body).toEqual([1, 2, 3]);
    expect(heard[2]?.body.every((byte) => byte === 9)).toBe(true);
  }
});

test('a message of half a megabyte in pieces of one byte is put together in linear time', { timeout: 120_000 }, async () => {
  const size = 512 * 1024;
  const { heard, take, done } = reading();
  const all = framed(101, new Uint8Array(size));
  for (let at = 0; at < all.byteLength; at++) take(all.subarray(at, at + 1));
  await expect.poll(done, { timeout: 100_000 }).toBe(size + 6);
  expect(heard[0]?.body).toHaveLength(size);
});

test.each([0xffff_ffff, 0x8000_0000, 32 * 1024 * 1024 + 1])('a size of %d ends it before anything is held', async (size) => {
  const { heard, failures, take, done } = reading();
  take(headerOf(size));
  take(framed(101, Uint8Array.of(1)));
  await turn();
  expect(failures).toMatchObject([{ name: 'SpiceError' }]);
  expect([heard, done()]).toEqual([[], 0]);
});

test('a size alone takes no memory: room grows with what arrived', async () => {
  const readers = Array.from({ length: 500 }, () => reading());
  const before = process.memoryUsage().arrayBuffers;
  for (const { take } of readers) {
    take(headerOf(32 * 1024 * 1024));
    take(Uint8Array.of(1));
  }
  await turn();
  // 500 messages of 32 MiB would be 16 GiB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(500 * 1024 * 1024);
});

test('a piece is given back when its last message was dealt with, and the next message waits for that', async () => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  const { heard, take, done } = reading((type) => (type === 101 ? promise : undefined));
  take(framed(101, new Uint8Array(3)));
  take(framed(102, new Uint8Array(3)));
  await turn();
  expect([heard.length, done()]).toEqual([1, 0]);
  resolve();
  await expect.poll(done, patience).toBe(2);
  expect(heard.map(({ type }) => type)).toEqual([101, 102]);
});

test('what a handler throws, at once or later, is told once', async () => {
  const thrown = (): never => {
    throw new Error('No.');
  };
  for (const fail of [thrown, () => Promise.reject(new Error('No.'))]) {
    const { failures, take, heard } = reading(fail);
    take(framed(101, new Uint8Array()));
    take(framed(101, new Uint8Array()));
    await turn();
    take(framed(101, new Uint8Array()));
    await turn();
    expect(failures).toHaveLength(1);
    expect(heard).toHaveLength(1);
  }
});

test('after a stop nothing is heard, not even the rest of the piece in hand', async () => {
  const opened = reading(() => opened.stop());
  opened.take(Buffer.concat([framed(101, new Uint8Array()), framed(102, new Uint8Array())]));
  opened.take(framed(103, new Uint8Array()));
  await turn();
  expect(opened.heard.map(({ type }) => type)).toEqual([101]);
});

test('others have a turn between messages that take long only together', { timeout: 120_000 }, async () => {
  let isTheirTurn = false;
  let heardBefore = 0;
  const { take, done } = reading(() => {
    if (!isTheirTurn) heardBefore += 1;
    for (const until = performance.now() + 2; performance.now() < until;);
    return Promise.resolve();
  });
  setImmediate(() => (isTheirTurn = true));
  take(Buffer.concat(Array.from({ length: 50 }, () => framed(101, new Uint8Array()))));
  await expect.poll(done, patience).toBe(1);
  // Of 50: some had their turn before the piece was dealt with as a whole.
  expect(heardBefore).toBeLessThan(50);
});
