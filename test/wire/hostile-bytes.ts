import type { Layout } from '../../backends/libvirt/xdr/layout.ts';

/** Random numbers that come again for the same seed (mulberry32). */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to `below` - 1. */
  roll(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.roll(256)));
  }
}

/** Bytes of a type, and where in them the lengths, counts, flags and tags are that decide how the rest is read. */
export interface GoodPacket {
  readonly bytes: Buffer;
  readonly steering: readonly number[];
  /** The limits of what stands at `steering`. */
  readonly limits: readonly number[];
}

/** A well-formed value of the type, in its one canonical form: any text, any number, few items. */
export function goodPacket(layout: Layout, dice: Dice): GoodPacket {
  const parts: Buffer[] = [];
  const steering: number[] = [];
  const limits: number[] = [];
  let length = 0;
  const put = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  const word = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value >>> 0);
    put(bytes);
  };
  const steer = (value: number, limit: number) => {
    steering.push(length);
    limits.push(limit);
    word(value);
  };
  const padded = (bytes: Buffer) => put(Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]));
  const some = (limit: number) => Math.min(limit, dice.roll(4));

  const value = (of: Layout): void => {
    switch (of.kind) {
      case 'i32':
      case 'u32':
        return word(dice.roll(2) === 0 ? dice.roll(8) : dice.roll(0x1_0000_0000));
      case 'bool':
        return word(dice.roll(2));
      case 'char':
        // Text: other characters do not come back as the same ones, being shown and never sent.
        return word(1 + dice.roll(127));
      case 'i64':
      case 'u64':
        return put(dice.bytes(8));
      case 'f64': {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleBE((dice.roll(2_000_001) - 1_000_000) / 1024);
        return put(bytes);
      }
      case 'text':
      case 'opaque': {
        const bytes = dice.bytes(Math.min(of.limit, dice.roll(9)));
        steer(bytes.length, of.limit);
        return padded(bytes);
      }
      case 'fixed-opaque':
        return padded(dice.bytes(of.length));
      case 'optional': {
        const there = dice.roll(2);
        steer(there, 1);
        if (there === 1) value(of.of);
        return;
      }
      case 'array': {
        const count = some(of.limit);
        steer(count, of.limit);
        for (let index = 0; index < count; index++) value(of.of);
        return;
      }
      case 'fixed-array':
        for (let index = 0; index < of.length; index++) value(of.of);
        return;
      case 'struct':
        for (const field of of.fields) value(field);
        return;
      case 'union': {
        const chosen = of.cases[dice.roll(of.cases.length)];
        if (chosen === undefined) throw new Error('a union without cases');
        steer(chosen[0], of.cases.length);
        value(chosen[1]);
      }
    }
  };
  value(layout);
  return { bytes: Buffer.concat(parts), steering, limits };
}

const LENGTHS = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff] as const;

/** One of the ways in which a peer that is broken or hostile spoils a packet. */
export function spoil({ bytes, steering, limits }: GoodPacket, dice: Dice): Buffer {
  const spoiled = Buffer.from(bytes);
  const way = dice.roll(steering.length > 0 ? 8 : 3);
  if (way === 0) return dice.bytes(dice.roll(64));
  if (way === 1) return spoiled.subarray(0, dice.roll(spoiled.length + 1));
  if (way === 2) {
    for (let flips = 1 + dice.roll(4); flips > 0 && spoiled.length > 0; flips--) {
      const at = dice.roll(spoiled.length);
      spoiled[at] = (spoiled[at] ?? 0) ^ (1 << dice.roll(8));
    }
    return spoiled;
  }
  const which = dice.roll(steering.length);
  const limit = limits[which] ?? 0;
  const claims = [...LENGTHS, limit, limit + 1, Math.ceil(spoiled.length / 4), spoiled.length];
  spoiled.writeUInt32BE((claims[dice.roll(claims.length)] ?? 0) >>> 0, steering[which]);
  return spoiled;
}
