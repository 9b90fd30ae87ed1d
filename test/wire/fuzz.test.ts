import { getHeapStatistics } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { PacketDecoder } from '../../backends/libvirt/rpc/packet.ts';
import { ProtocolFault } from '../../backends/libvirt/rpc/protocol-fault.ts';
import { type Codec, decode } from '../../backends/libvirt/xdr/codec.ts';
import { XdrReader } from '../../backends/libvirt/xdr/cursor.ts';
import { corpus, encode, survive, tryOut } from './corpus.ts';
import { Dice, goodPacket, spoil } from './hostile-bytes.ts';
import { codecs } from './whole-protocol.ts';

/** GUESTHOUSE_SEED repeats a run. */
const seed = Number(process.env['GUESTHOUSE_SEED'] ?? Date.now() % 1_000_000_000);
const dice = new Dice(seed);
const GOOD_EACH = 20;
const SPOILED_EACH = 105;
const SECOND = 1000;

test.each(corpus())('the corpus: %s', (_, each) => {
  expect(['decoded', 'refused']).toContain(survive(each));
});

describe(`with GUESTHOUSE_SEED=${seed}`, () => {
  test('every value of every type comes back as the same bytes, read at once or in steps', { timeout: 60 * SECOND }, () => {
    let cases = 0;
    for (const [type, codec] of codecs) {
      for (let round = 0; round < GOOD_EACH; round++, cases++) {
        const { bytes } = goodPacket(codec.layout, dice);
        const { value, trailing } = decode(codec, bytes);
        const again = encode(codec, inSteps(codec, bytes));
        if (trailing !== 0 || !encode(codec, value).equals(bytes) || !again.equals(bytes)) {
          throw new Error(`${type}: ${bytes.toString('hex')} comes back otherwise`);
        }
      }
    }
    expect(cases).toBe(codecs.size * GOOD_EACH);
  });

  test('a hundred thousand spoiled packets are decoded or refused, nothing else', { timeout: 60 * SECOND }, () => {
    const started = performance.now();
    const counts = { decoded: 0, refused: 0 };
    for (const [type, codec] of codecs) {
      for (let round = 0; round < SPOILED_EACH; round++) {
        counts[tryOut({ type, bytes: spoil(goodPacket(codec.layout, dice), dice) })]++;
      }
    }
    const took = performance.now() - started;
    const cases = counts.decoded + counts.refused + codecs.size * GOOD_EACH;
    console.info(
      `${cases} cases, seed ${seed}: ${counts.refused} refused; ${Math.round((counts.decoded + counts.refused) / (took / SECOND))}/s`,
    );
    expect(cases).toBeGreaterThan(100_000);
    expect(counts.refused).toBeGreaterThan(30_000);
    expect(counts.decoded).toBeGreaterThan(10_000);
    expect(took).toBeLessThan(60 * SECOND);
  });

  test('a length that is claimed costs no memory before its bytes are there', { timeout: 60 * SECOND }, () => {
    const used = () => {
      const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
      return heap + external;
    };
    let most = 0;
    let claims = 0;
    for (const [type, codec] of codecs) {
      for (let round = 0; round < 5; round++) {
        const { bytes, steering } = goodPacket(codec.layout, dice);
        for (const at of steering) {
          for (const claim of [0x7fff_ffff, 0xffff_ffff, 4_194_304, 262_144, 16_384]) {
            const spoiled = Buffer.from(bytes);
            spoiled.writeUInt32BE(claim, at);
            const before = used();
            tryOut({ type, bytes: spoiled });
            most = Math.max(most, used() - before);
            claims++;
          }
        }
      }
    }
    console.info(`${claims} false lengths; the costliest took ${Math.round(most / 1024)} KiB, the collector's and compiler's own included`);
    // 16,384 claimed pointers alone would be 128 KiB; 262,144 of them, or 4 MiB of text, are far above.
    expect(most).toBeLessThan(1_000_000);
  });

  test('packets in any pieces are cut at the same places; rubbish is a ProtocolFault', { timeout: 60 * SECOND }, () => {
    for (let round = 0; round < 3000; round++) {
      const bytes = Buffer.concat(Array.from({ length: 1 + dice.roll(5) }, () => framed(dice)));
      const whole = [...new PacketDecoder().push(bytes)].map(({ payload }) => payload.toString('hex'));
      const decoder = new PacketDecoder();
      const pieces: string[] = [];
      for (let at = 0; at < bytes.length;) {
        const end = at + 1 + dice.roll(40);
        for (const { payload } of decoder.push(bytes.subarray(at, end))) pieces.push(payload.toString('hex'));
        at = end;
      }
      expect(pieces).toEqual(whole);
      bytes[dice.roll(bytes.length)] = dice.roll(256);
      expect(faultOf(new PacketDecoder(), bytes)).toBe(true);
    }
  });
});

/** As replies are read that are too large to be read at once. */
function inSteps<T>(codec: Codec<T>, bytes: Buffer): T {
  const reader = new XdrReader(bytes);
  if (codec.steps === undefined) return codec.read(reader);
  const steps = codec.steps(reader);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function framed(of: Dice): Buffer {
  const packet = of.bytes(28 + of.roll(60));
  packet.writeUInt32BE(packet.length, 0);
  return packet;
}

/** Whether all that came of the bytes is packets or a ProtocolFault. */
function faultOf(decoder: PacketDecoder, bytes: Buffer): boolean {
  try {
    for (const { payload } of decoder.push(bytes)) if (payload.length > bytes.length) return false;
    return true;
  } catch (error) {
    return error instanceof ProtocolFault;
  }
}
