import { expect, test } from 'vitest';
import { assertSame, StreamedImage } from './exact-copy.ts';

type Piece = Uint8Array | number;

/** A stream of these pieces: bytes, or a hole of so many. */
function incoming(pieces: readonly Piece[]) {
  const left = [...pieces];
  return {
    async read() {
      const piece = left.shift();
      if (piece === undefined) return null;
      return typeof piece === 'number'
        ? ({ kind: 'hole', length: BigInt(piece) } as const)
        : ({ kind: 'data', bytes: Buffer.from(piece) } as const);
    },
    giveBack: () => {},
    finish: async () => {},
  };
}

const size = 3 * 1024 * 1024 + 5;
const content = Buffer.alloc(size);
content.write('head', 0);
content.write('tail', size - 4);
const image = (pieces: readonly Piece[]) => new StreamedImage(incoming(pieces), { name: 'disk', format: 'raw', size, allocated: size });
const options = () => ({ signal: new AbortController().signal, onProgress: () => {} });
const differs = expect.objectContaining({ code: 'protocol', message: expect.stringContaining('not the same') });

test('what arrives in other pieces, with its zeros as holes, is the same', async () => {
  const original = image([content.subarray(0, 7), content.subarray(7, 2_000_000), content.subarray(2_000_000)]);
  let done = 0;
  const watched = { ...options(), onProgress: (bytes: number) => (done = bytes) };
  await assertSame(incoming([Buffer.from('head'), size - 8, Buffer.from('tail')]), original, watched);
  expect(done).toBe(size);
});

test('one other byte, too few and too many are told', async () => {
  const other = Buffer.from(content);
  other[size - 9] = 1;
  await expect(assertSame(incoming([other]), image([content]), options())).rejects.toEqual(differs);
  await expect(assertSame(incoming([content.subarray(1)]), image([content]), options())).rejects.toEqual(differs);
  await expect(assertSame(incoming([content.subarray(0, -1)]), image([content]), options())).rejects.toEqual(differs);
  await expect(assertSame(incoming([content, Buffer.alloc(1)]), image([content]), options())).rejects.toEqual(differs);
  await expect(assertSame(incoming([size]), image([content]), options())).rejects.toEqual(differs);
});

test('an original that ends early is no shorter disk', async () => {
  const short = image([content.subarray(0, 100)]);
  await expect(assertSame(incoming([content]), short, options())).rejects.toThrow('sent less than all of “disk”');
});
