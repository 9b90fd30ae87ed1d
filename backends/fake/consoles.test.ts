import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ByteStream } from '../byte-stream.ts';
import { Picture } from './picture.ts';
import { screenOf } from './screen.ts';
import { shellOf } from './shell.ts';

const text = (value: string) => new TextEncoder().encode(value);

/** Collects what a stream says from now on. */
function listen(stream: ByteStream): { bytes: number[]; text(): string; ended: Promise<void> } {
  const bytes: number[] = [];
  const follow = async (): Promise<void> => {
    for await (const chunk of stream.read()) for (const byte of chunk) bytes.push(byte);
  };
  return { bytes, text: () => new TextDecoder().decode(Uint8Array.from(bytes)), ended: follow() };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = async (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

test('the shell echoes, edits, answers and ends', async () => {
  const shell = shellOf('debian');
  const heard = listen(shell);
  await shell.write(text('unamx\x7fe\rcount 3\rnonsense\rgarbage\x03echo é 你\r'));
  await pass();
  expect(heard.text()).toContain('unamx\b \be\r\nLinux\r\nroot@debian:~# count 3\r\n1\r\n2\r\n3\r\n');
  expect(heard.text()).toContain('sh: nonsense: not found');
  expect(heard.text()).toContain('garbage^C');
  expect(heard.text().trimEnd().endsWith('echo é 你\r\né 你\r\nroot@debian:~#')).toBe(true);
  await shell.close();
  await shell.close();
  await heard.ended;
});

/** RFC 6143: what a client says until it may ask for the picture. */
async function greet(screen: ByteStream): Promise<void> {
  await screen.write(text('RFB 003.008\n'));
  await screen.write(Uint8Array.of(1));
  await screen.write(Uint8Array.of(1));
}
const whole = Uint8Array.of(3, 0, 0, 0, 0, 0, 2, 128, 1, 144);
const changes = Uint8Array.of(3, 1, 0, 0, 0, 0, 2, 128, 1, 144);
const key = (code: number) => [Uint8Array.of(4, 1, 0, 0, 0, 0, 0, code), Uint8Array.of(4, 0, 0, 0, 0, 0, 0, code)] as const;

test('the screen speaks RFB 3.8 and shows a whole picture', async () => {
  const screen = screenOf();
  const heard = listen(screen);
  await greet(screen);
  await pass();
  expect(heard.text().slice(0, 12)).toBe('RFB 003.008\n');
  expect(heard.bytes.slice(12, 18)).toEqual([1, 1, 0, 0, 0, 0]);
  expect(heard.bytes.slice(18, 22)).toEqual([2, 128, 1, 144]);
  expect(heard.text().slice(-10)).toBe('Fake guest');
  heard.bytes.length = 0;
  await screen.write(whole);
  await pass();
  expect(heard.bytes).toHaveLength(4 + 12 + Picture.width * Picture.height * 4);
  expect(heard.bytes.slice(0, 16)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 2, 128, 1, 144, 0, 0, 0, 0]);
  await screen.close();
  await heard.ended;
  expect(vi.getTimerCount()).toBe(0);
});

test('the picture moves, and shows a key where it was pressed, in the colours that were asked for', async () => {
  const screen = screenOf();
  const heard = listen(screen);
  await greet(screen);
  // Red, green, blue at bits 0, 8, 16, as noVNC wants them.
  await screen.write(Uint8Array.of(0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0));
  await screen.write(Uint8Array.of(2, 0, 0, 1, 0, 0, 0, 0));
  await pass();
  heard.bytes.length = 0;
  await screen.write(changes);
  await pass(200);
  expect(heard.bytes.slice(0, 12)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 2, 128, 0, 24]);
  // The block is light blue: 0x73c5ff.
  const row = 16 + 10 * Picture.width * 4;
  expect(heard.bytes.slice(row + 20 * 4, row + 20 * 4 + 4)).toEqual([0x73, 0xc5, 0xff, 0]);
  heard.bytes.length = 0;
  await screen.write(changes);
  for (const message of key(0x61)) await screen.write(message);
  await pass();
  expect(heard.bytes.slice(0, 12)).toEqual([0, 0, 0, 1, 0, 0, 0, 32, 0, 16, 0, 24]);
  await screen.close();
});

test('messages may come in any pieces', async () => {
  const screen = screenOf();
  const heard = listen(screen);
  const all = [...text('RFB 003.008\n'), 1, 1, 5, 0, 0, 1, 0, 1, 6, 0, 0, 0, 0, 0, 0, 2, 65, 66, ...whole];
  for (const byte of all) await screen.write(Uint8Array.of(byte));
  await pass();
  expect(heard.bytes.length).toBeGreaterThan(Picture.width * Picture.height * 4);
  await screen.close();
});
