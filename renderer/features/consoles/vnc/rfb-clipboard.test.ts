import { deflateSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import type { ClipboardWays } from '../screen.ts';
import { RfbClipboard } from './rfb-clipboard.ts';

const TEXT = 1;
const [caps, request, peek, notify, provide] = [1 << 24, 1 << 25, 1 << 26, 1 << 27, 1 << 28];
const MIB = 1024 * 1024;
const all: ClipboardWays = { toGuest: true, fromGuest: true };

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
};
/** As the other end would send it: the flags, then what follows. Uint8Array of its own memory, as noVNC hands it over. */
const message = (flags: number, ...more: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat([word(flags), ...more]));
const provided = (text: string, claimed?: number) =>
  message(provide | TEXT, deflateSync(Buffer.concat([word(claimed ?? Buffer.byteLength(text)), Buffer.from(text)])));

function clipboard(ways: ClipboardWays) {
  const sent: { flags: number; bytes: Buffer; extended: boolean }[] = [];
  const copied = vi.fn();
  const peer = vi.fn();
  const it = new RfbClipboard(
    (bytes, extended) => sent.push({ flags: extended ? Buffer.from(bytes).readInt32BE(0) : 0, bytes: Buffer.from(bytes), extended }),
    { copied, peer },
  );
  it.ways = ways;
  const actions = () => sent.map(({ flags }) => flags & ~TEXT & 0xffff0000);
  return { it, sent, copied, peer, actions };
}
const soon = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

test('what the guest copied is asked for and taken, in UTF-8 and with lines of its own', async () => {
  const { it, copied, peer, actions } = clipboard({ toGuest: false, fromGuest: true });
  it.receive(message(caps | request | notify | provide | TEXT, word(0)), true);
  it.receive(message(notify | TEXT), true);
  expect(actions()).toEqual([caps | request | peek | notify | provide, peek, request]);
  it.receive(provided('grüße\r\n你好 🙂\0'), true);
  await vi.waitFor(() => expect(copied).toHaveBeenCalledWith('grüße\n你好 🙂'));
  expect(peer).toHaveBeenLastCalledWith('ready');
});

test('what nobody asked for is not looked at', async () => {
  const { it, copied } = clipboard(all);
  it.receive(provided('unsolicited'), true);
  it.receive(message(notify | TEXT), true);
  it.receive(provided('first'), true);
  it.receive(provided('second'), true);
  await vi.waitFor(() => expect(copied).toHaveBeenCalled());
  await soon();
  expect(copied.mock.calls).toEqual([['first']]);
});

test.each([
  ['a claim of 4 GiB', provided('x', 0xffffffff)],
  ['a claim of more than 1 MiB', provided('x', MIB + 1)],
  ['50 MB in a few bytes', provided('A'.repeat(50_000_000))],
  ['less than was claimed', provided('x', 1000)],
  ['no zlib', message(provide | TEXT, Buffer.from('this is not compressed'))],
  ['nothing at all', message(provide | TEXT)],
])('%s is no text', async (_, hostile) => {
  const { it, copied } = clipboard(all);
  it.receive(message(notify | TEXT), true);
  it.receive(hostile, true);
  await soon();
  expect(copied).not.toHaveBeenCalled();
  it.receive(message(notify | TEXT), true);
  it.receive(provided('still here'), true);
  await vi.waitFor(() => expect(copied).toHaveBeenCalledWith('still here'));
});

test('1 MiB is the most, in a message and in a text', async () => {
  const { it, copied } = clipboard(all);
  expect([it.accepts(MIB, false), it.accepts(MIB + 1, false), it.accepts(100_000_000, true), it.accepts(3, true)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  it.receive(message(notify | TEXT), true);
  it.receive(provided('a'.repeat(MIB)), true);
  await vi.waitFor(() => expect(copied).toHaveBeenCalled());
  expect(copied.mock.calls[0]?.[0]).toHaveLength(MIB);
});

test('without permission nothing is kept, asked, told or sent', async () => {
  const { it, sent, copied } = clipboard({ toGuest: false, fromGuest: false });
  expect([it.isWanted, it.accepts(6, false), it.accepts(8, true)]).toEqual([false, false, false]);
  it.offer('secret');
  it.receive(message(notify | TEXT), true);
  it.receive(message(request | TEXT), true);
  it.receive(message(peek), true);
  it.receive(provided('guest'), true);
  it.receive(Uint8Array.from(Buffer.from('guest')), false);
  await soon();
  expect(sent).toEqual([]);
  expect(copied).not.toHaveBeenCalled();
});

test('one way is not the other', async () => {
  const inward = clipboard({ toGuest: true, fromGuest: false });
  inward.it.receive(message(caps | TEXT, word(0)), true);
  inward.it.receive(message(notify | TEXT), true);
  inward.it.receive(provided('guest'), true);
  const outward = clipboard({ toGuest: false, fromGuest: true });
  outward.it.offer('secret');
  outward.it.receive(message(request | TEXT), true);
  await soon();
  expect(inward.copied).not.toHaveBeenCalled();
  expect(inward.actions()).not.toContain(request);
  expect(outward.sent.every(({ bytes }) => !bytes.includes('secret'))).toBe(true);
});

test('the guest fetches what is offered when it pastes, with its own ends of lines', async () => {
  const { it, sent, actions } = clipboard({ toGuest: true, fromGuest: false });
  it.receive(message(caps | request | notify | provide | TEXT, word(0)), true);
  it.offer('one\ntwo é');
  expect(actions().at(-1)).toBe(notify);
  it.receive(message(request | TEXT), true);
  await vi.waitFor(() => expect(actions().at(-1)).toBe(provide));
  const { inflateSync } = await import('node:zlib');
  const plain = inflateSync(sent.at(-1)?.bytes.subarray(4) ?? Buffer.alloc(0));
  expect(plain.readUInt32BE(0)).toBe(plain.length - 4);
  expect(plain.subarray(4).toString()).toBe('one\r\ntwo é\0');
});

test('what was offered is forgotten with the permission', async () => {
  const { it, sent } = clipboard({ toGuest: true, fromGuest: false });
  it.receive(message(caps | TEXT, word(0)), true);
  it.offer('secret');
  it.ways = { toGuest: false, fromGuest: true };
  const before = sent.length;
  it.receive(message(request | TEXT), true);
  await soon();
  expect(sent.slice(before).filter(({ flags }) => (flags & provide) !== 0)).toEqual([]);
});

test('a server that knows no more gets plain text in Latin 1', () => {
  const { it, sent, copied } = clipboard(all);
  it.offer('é 你\r\n');
  expect(sent.map(({ bytes, extended }) => [bytes.toString('latin1'), extended])).toEqual([['é ?\n', false]]);
  it.receive(Uint8Array.from(Buffer.from('é', 'latin1')), false);
  expect(copied).toHaveBeenCalledWith('é');
});

test('what is too long to be sent is not offered', () => {
  const { it, sent } = clipboard(all);
  it.offer('é'.repeat(MIB / 2 + 1));
  expect(sent).toEqual([]);
});
