import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePacket, HEADER_LENGTH, type Packet, PACKET_LIMIT, PacketDecoder, PacketStatus, PacketType, writeHeader } from './packet.ts';
import { ProtocolFault } from './protocol-fault.ts';

/** Much work: a machine that does other things too may take long. */
const PATIENT = { timeout: 60_000 };

const header = { program: 0x20008086, version: 1, procedure: 66, type: 1, serial: 0xffffffff, status: 0 };

const collect = (decoder: PacketDecoder, chunks: readonly Uint8Array[]): Packet[] => chunks.flatMap((chunk) => [...decoder.push(chunk)]);

test('a packet, byte for byte', () => {
  expect(encodePacket(header, Buffer.from([1, 2, 3, 4])).toString('hex')).toBe(
    ['00000020', '20008086', '00000001', '00000042', '00000001', 'ffffffff', '00000000', '01020304'].join(''),
  );
});

test('a header may announce payload that follows apart', () => {
  const head = Buffer.alloc(HEADER_LENGTH);
  writeHeader(head, header, 5);
  expect(collect(new PacketDecoder(), [head, Buffer.from('hello')])[0]?.payload.toString()).toBe('hello');
});

test('split in two at every byte, and into single bytes', () => {
  const whole = Buffer.concat([encodePacket(header, Buffer.from('one')), encodePacket({ ...header, serial: 2 }, Buffer.alloc(0))]);
  for (let at = 0; at <= whole.length; at++) {
    const decoder = new PacketDecoder();
    const packets = collect(decoder, [whole.subarray(0, at), whole.subarray(at)]);
    expect(packets.map(({ serial, payload }) => [serial, payload.toString()])).toEqual([
      [0xffffffff, 'one'],
      [2, ''],
    ]);
    expect(decoder.partial).toBe(false);
  }
  expect(
    collect(
      new PacketDecoder(),
      [...whole].map((byte) => Buffer.from([byte])),
    ),
  ).toHaveLength(2);
});

test('any packets in any chunks come out whole', PATIENT, () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (payloads, sizes) => {
        const whole = Buffer.concat(payloads.map((payload, serial) => encodePacket({ ...header, serial }, payload)));
        const chunks: Buffer[] = [];
        for (let start = 0, turn = 0; start < whole.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(whole.subarray(start, start + size));
          start += size;
        }
        const packets = collect(new PacketDecoder(), chunks);
        expect(packets.map(({ serial }) => serial)).toEqual(payloads.map((_, serial) => serial));
        expect(packets.map(({ payload }) => payload.toString('hex'))).toEqual(
          payloads.map((payload) => Buffer.from(payload).toString('hex')),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('in pieces: the data of streams comes at once, nothing else does, and nothing is lost or made up in any chunks', PATIENT, () => {
  const data = { ...header, type: PacketType.stream, status: PacketStatus.continue };
  fc.assert(
    fc.property(
      fc.array(fc.record({ isData: fc.boolean(), payload: fc.uint8Array({ maxLength: 200 }) }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (sent, sizes) => {
        const whole = Buffer.concat(
          sent.map(({ isData, payload }, serial) => encodePacket({ ...(isData ? data : header), serial }, payload)),
        );
        const decoder = new PacketDecoder({ pieces: true });
        const came: Packet[] = [];
        for (let start = 0, turn = 0; start < whole.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          came.push(...decoder.push(whole.subarray(start, start + size)));
          start += size;
        }
        expect(decoder.partial).toBe(false);
        for (const [serial, { isData, payload }] of sent.entries()) {
          const pieces = came.filter((packet) => packet.serial === serial);
          expect(Buffer.concat(pieces.map((piece) => piece.payload)).equals(payload)).toBe(true);
          if (!isData || payload.length === 0) expect(pieces).toHaveLength(1);
          // An empty one would be the end of the stream.
          else expect(pieces.every((piece) => piece.payload.length > 0)).toBe(true);
        }
        expect(came.map(({ serial }) => serial)).toEqual(came.map(({ serial }) => serial).sort((a, b) => a - b));
      },
    ),
    { numRuns: 1000 },
  );
});

test('in pieces: data is there before its packet is', () => {
  const packet = encodePacket({ ...header, type: PacketType.stream, status: PacketStatus.continue }, Buffer.from('hello'));
  const decoder = new PacketDecoder({ pieces: true });
  expect(collect(decoder, [packet.subarray(0, HEADER_LENGTH)])).toEqual([]);
  expect(collect(decoder, [packet.subarray(HEADER_LENGTH, -2)]).map(({ payload }) => payload.toString())).toEqual(['hel']);
  expect(decoder.partial).toBe(true);
  expect(collect(decoder, [packet.subarray(-2)]).map(({ payload }) => payload.toString())).toEqual(['lo']);
  expect(decoder.partial).toBe(false);
});

test('random bytes are packets or a ProtocolFault', PATIENT, () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (chunks) => {
      try {
        collect(new PacketDecoder(), chunks);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolFault);
      }
    }),
    { numRuns: 5000 },
  );
});

describe('lengths (W1, W2)', () => {
  const word = (length: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(length);
    return bytes;
  };

  test.each([0, 3, 4, 27, PACKET_LIMIT + 1, 0x7fffffff, 0xffffffff])('%i is refused at once', (length) => {
    expect(() => collect(new PacketDecoder(), [word(length)])).toThrow(ProtocolFault);
    expect(() =>
      collect(
        new PacketDecoder(),
        [...word(length)].map((byte) => Buffer.from([byte])),
      ),
    ).toThrow(ProtocolFault);
  });

  test('the longest one waits for its bytes and allocates nothing ahead of them', () => {
    const decoder = new PacketDecoder();
    const before = process.memoryUsage().arrayBuffers;
    expect(collect(decoder, [word(PACKET_LIMIT), Buffer.alloc(1000)])).toEqual([]);
    expect(decoder.partial).toBe(true);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  test('text in front of the protocol is shown', () => {
    expect(() => collect(new PacketDecoder(), [Buffer.from('Welcome to the machine')])).toThrow(/"Welc"/);
  });
});
