import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array, bool, type Codec, decode, double, fixedOpaque, i32, i64, opaque, optional, struct, text, u32, u64 } from './codec.ts';
import { XdrReader, XdrWriter } from './cursor.ts';
import { NameTable } from './name-table.ts';
import { XdrError } from './xdr-error.ts';

/** Much work: a machine that does other things too may take long. */
const PATIENT = { timeout: 60_000 };

function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return writer.finish();
}

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

const everything = struct({
  i: i32,
  u: u32,
  l: i64,
  ul: u64,
  yes: bool,
  d: double,
  name: text(100),
  raw: opaque(100),
  uuid: fixedOpaque(5),
  maybe: optional(text(100)),
  list: array(struct({ n: u32, s: text(100) }), 50),
});

const bytesOf = (constraints: { minLength?: number; maxLength: number }) => fc.uint8Array(constraints);
const anything = fc.record({
  i: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  u: fc.nat({ max: 2 ** 32 - 1 }),
  l: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  ul: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  yes: fc.boolean(),
  d: fc.double({ noNaN: true }),
  name: fc.string({ unit: 'grapheme', maxLength: 8 }),
  raw: bytesOf({ maxLength: 100 }),
  uuid: bytesOf({ minLength: 5, maxLength: 5 }),
  maybe: fc.option(fc.string({ maxLength: 100 })),
  list: fc.array(fc.record({ n: fc.nat(), s: fc.string({ maxLength: 20 }) }), { maxLength: 50 }),
});

describe('the bytes on the wire', () => {
  test.each<[string, () => Buffer, string]>([
    ['i32', () => encode(i32, -2), 'ff ff ff fe'],
    ['u64', () => encode(u64, 2n ** 53n + 1n), '00 20 00 00 00 00 00 01'],
    ['bool', () => encode(bool, true), '00 00 00 01'],
    ['double', () => encode(double, 1), '3f f0 00 00 00 00 00 00'],
    ['text, zero padded', () => encode(text(10), 'häß'), '00 00 00 05 68 c3 a4 c3 9f 00 00 00'],
    ['null', () => encode(optional(i32), null), '00 00 00 00'],
    ['array', () => encode(array(u32, 2), [7, 8]), '00 00 00 02 00 00 00 07 00 00 00 08'],
    ['fixed opaque', () => encode(fixedOpaque(3), Buffer.from([1, 2, 3])), '01 02 03 00'],
  ])('%s', (_, make, hex) => {
    expect(make().toString('hex')).toBe(hex.replaceAll(' ', ''));
  });
});

test('every value survives a round trip, longer ones than the first buffer too', PATIENT, () => {
  fc.assert(
    fc.property(anything, (value) => {
      const decoded = decode(everything, encode(everything, value));
      expect(decoded).toEqual({ value, trailing: 0 });
    }),
    { numRuns: 500 },
  );
});

test('cut short at any byte it is refused', PATIENT, () => {
  fc.assert(
    fc.property(anything, (value) => {
      const whole = encode(everything, value);
      for (let length = 0; length < whole.length; length++) {
        expect(() => decode(everything, whole.subarray(0, length))).toThrow(XdrError);
      }
    }),
    { numRuns: 30 },
  );
});

test('random and damaged bytes decode or are refused, nothing else', PATIENT, () => {
  const flip = fc.tuple(anything, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })).map(([value, changes]) => {
    const damaged = Buffer.from(encode(everything, value));
    for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
    return damaged;
  });
  fc.assert(
    fc.property(fc.oneof(flip, fc.uint8Array({ maxLength: 400 })), (damaged) => {
      try {
        decode(everything, damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(XdrError);
      }
    }),
    { numRuns: 5000 },
  );
});

test.each([0xffffffff, 0x80000000, 0x7fffffff, 101, 4])(
  'a length of %i that is not there is refused before anything is allocated',
  (length) => {
    const claim = Buffer.alloc(7);
    claim.writeUInt32BE(length);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decode(text(0xffffffff), claim)).toThrow(XdrError);
    expect(() => decode(opaque(0xffffffff), claim)).toThrow(XdrError);
    expect(() => decode(array(u64, 0xffffffff), claim)).toThrow(XdrError);
    expect(() => decode(text(100), claim)).toThrow(XdrError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  },
);

test('limits hold in both directions', () => {
  expect(() => encode(text(3), 'four')).toThrow(/limit of 3/);
  expect(() => encode(array(i32, 1), [1, 2])).toThrow(/limit of 1/);
  expect(() => decode(text(3), encode(text(4), 'four'))).toThrow(/limit of 3/);
  expect(() => decode(array(i32, 1), encode(array(i32, 2), [1, 2]))).toThrow(/limit of 1/);
  expect(() => encode(fixedOpaque(4), Buffer.alloc(3))).toThrow(XdrError);
});

test('numbers that do not fit are not sent as something else', () => {
  expect(() => encode(i32, 2 ** 31)).toThrow(XdrError);
  expect(() => encode(i32, 1.5)).toThrow(XdrError);
  expect(() => encode(u32, -1)).toThrow(XdrError);
  expect(() => encode(u64, -1n)).toThrow(XdrError);
  expect(() => encode(i64, 2n ** 63n)).toThrow(XdrError);
});

test('a boolean is 0 or 1', () => {
  expect(() => decode(bool, bytes('00 00 00 02'))).toThrow(XdrError);
  expect(() => decode(optional(i32), bytes('ff ff ff ff'))).toThrow(XdrError);
});

test('bytes left over are counted, padding is not looked at (W14, W15)', () => {
  expect(decode(u32, bytes('00 00 00 07 01 02 03'))).toEqual({ value: 7, trailing: 3 });
  expect(decode(text(9), bytes('00 00 00 01 41 ff fe fd'))).toEqual({ value: 'A', trailing: 0 });
});

describe('strings that are not what they should be (W16)', () => {
  const asText = (hex: string) => {
    const raw = bytes(hex);
    return decode(text(100), encode(opaque(100), raw)).value;
  };

  test('a NUL does not end them', () => expect(asText('61 00 62')).toBe('a\0b'));
  test('a byte order mark stays', () => expect(asText('ef bb bf 61')).toBe('\ufeffa'));
  test('bytes that are no UTF-8 show as lone surrogates', () =>
    expect(asText('61 ff c3 28 e2 82 f0')).toBe('a\udcff\udcc3(\udce2\udc82\udcf0'));
  test('a real replacement character is one', () => expect(asText('ef bf bd')).toBe('\ufffd'));

  test('any bytes at all come back the same', PATIENT, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (raw) => {
        const value = decode(text(100), encode(opaque(100), raw)).value;
        expect(encode(text(100), value)).toEqual(encode(opaque(100), raw));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['no UTF-8 at all', 'c3'],
    ['characters between bytes that are none', '41ff'],
    ['beginnings of characters', 'f09f98'],
    ['characters of four bytes, and a byte that is none', 'f09f9880ff'],
    ['genuine replacement characters', 'efbfbd'],
  ])('four million bytes of %s are read and sent as fast as others', (_, pattern) => {
    const raw = Buffer.alloc(4_000_000, Buffer.from(pattern, 'hex'));
    const started = performance.now();
    const { value } = decode(text(4_194_304), encode(opaque(4_194_304), raw));
    expect(encode(text(4_194_304), value).subarray(4).equals(raw)).toBe(true);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('what is a character and what is not is what the standard says', PATIENT, () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const inAnyOrder = fc.constantFrom(
      0x41,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc1,
      0xc2,
      0xdf,
      0xe0,
      0xe1,
      0xed,
      0xee,
      0xef,
      0xf0,
      0xf1,
      0xf4,
      0xf5,
    );
    fc.assert(
      fc.property(fc.array(inAnyOrder, { maxLength: 6 }), (raw) => {
        const read = asText(Buffer.from(raw).toString('hex'));
        let standard: string | null = null;
        try {
          standard = strict.decode(Uint8Array.from(raw));
        } catch {
          // Then it must show some bytes that are none.
        }
        if (standard === null) expect(read).toMatch(/\p{Surrogate}/u);
        else expect(read).toBe(standard);
      }),
      { numRuns: 20_000 },
    );
  });

  test('other lone surrogates are replaced on the way out', () =>
    expect(encode(text(9), '\ud800').toString('hex')).toBe('00000003efbfbd00'));
});

describe('the name table', () => {
  test('reads what text reads, whatever shares its slots', PATIENT, () => {
    const table = new NameTable();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 40 }), (words) => {
        const packet = Buffer.concat(words.map((word) => encode(opaque(12), word)));
        const names = new XdrReader(packet);
        const texts = new XdrReader(packet);
        for (const _ of words) expect(names.name(12, table)).toBe(texts.text(12));
      }),
      { numRuns: 2000 },
    );
  });

  test('different padding does not confuse it', () => {
    const table = new NameTable();
    for (const padding of ['00', 'ff', '00']) expect(new XdrReader(bytes(`00000003 616263 ${padding}`)).name(9, table)).toBe('abc');
    expect(new XdrReader(bytes('00000004 61626300')).name(9, table)).toBe('abc\0');
  });
});
