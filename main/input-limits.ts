import type { FaultCode } from '#model/fault';

export const inputLimits = { bytes: 1024 * 1024, depth: 32, nodes: 50_000 } as const;

export type InputVerdict = { ok: true; input: object } | { ok: false; code: Extract<FaultCode, 'bad-input' | 'too-large'>; why: string };

/**
 * The cheap look at what a window sent, before any schema walks through it: exactly one plain object of plain data and of bounded size.
 * Structured clone, which carries the message, lets through far more than that: Map, Date, BigInt, cycles, hundreds of megabytes.
 * `largest`: of a call that takes binary data (Uint8Array) and may measure so many bytes in all.
 */
export function checkInput(args: readonly unknown[], largest?: number): InputVerdict {
  const input = args[0];
  if (args.length !== 1 || typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { ok: false, code: 'bad-input', why: 'A call takes exactly one plain object.' };
  }
  try {
    new Walk(largest).value(input, 1);
    return { ok: true, input };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, code: error.code, why: error.message };
    throw error;
  }
}

class Refusal extends Error {
  readonly code: 'bad-input' | 'too-large';

  constructor(code: 'bad-input' | 'too-large', why: string) {
    super(why);
    this.code = code;
  }
}

const refuse = (why: string) => new Refusal('bad-input', why);
const tooLarge = () => new Refusal('too-large', 'The message is larger than any that Guesthouse takes.');

const encoder = new TextEncoder();

class Walk {
  readonly #takesBytes: boolean;
  readonly #most: number;
  #bytes = 0;
  #nodes = 0;

  constructor(largest?: number) {
    this.#takesBytes = largest !== undefined;
    this.#most = largest ?? inputLimits.bytes;
  }

  /** Throws Refusal. The recursion ends at the depth limit, which a cycle runs into as well. */
  value(value: unknown, depth: number): void {
    if (++this.#nodes > inputLimits.nodes) throw tooLarge();
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        // Minus zero compares equal to zero, passes every range and comes out of a division with the wrong sign.
        if (!Number.isFinite(value) || Object.is(value, -0)) throw refuse('A number in the message is none that can be used.');
        return this.#add(8);
      case 'boolean':
      case 'undefined':
        return this.#add(1);
      case 'object':
        return value === null ? this.#add(1) : this.#object(value, depth);
      case 'bigint':
      case 'function':
      case 'symbol':
        throw refuse('The message holds something that is no plain data.');
    }
  }

  #object(value: object, depth: number): void {
    if (depth > inputLimits.depth) throw refuse('The message is nested too deeply.');
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      if (value.byteLength > this.#most) throw tooLarge();
      if (!this.#takesBytes || !(value instanceof Uint8Array)) throw refuse('The message holds something that is no plain data.');
      return this.#add(value.byteLength);
    }
    if (Array.isArray(value)) return this.#array(value, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw refuse('The message holds something that is no plain data.');
    const keys = Reflect.ownKeys(value);
    if (keys.length > inputLimits.nodes) throw refuse('The message has too many fields.');
    for (const key of keys) {
      if (typeof key === 'symbol' || key === '__proto__') throw refuse('The message has a field that cannot be used.');
      this.#text(key);
      this.#member(value, key, depth);
    }
  }

  #array(value: readonly unknown[], depth: number): void {
    if (value.length > inputLimits.nodes) throw tooLarge();
    // Besides its elements, a plain array owns its length and nothing else; a hole would be missing here.
    if (Object.getPrototypeOf(value) !== Array.prototype || Reflect.ownKeys(value).length !== value.length + 1) {
      throw refuse('The message holds something that is no plain data.');
    }
    for (let index = 0; index < value.length; index++) this.#member(value, String(index), depth);
  }

  #member(owner: object, key: string, depth: number): void {
    const property = Object.getOwnPropertyDescriptor(owner, key);
    if (property === undefined || !('value' in property)) throw refuse('The message has a field that cannot be used.');
    this.value(property.value, depth + 1);
  }

  #text(text: string): void {
    // Its length is the least that it can take, so that a huge one is never encoded.
    if (text.length > this.#most) throw tooLarge();
    this.#add(encoder.encode(text).byteLength);
  }

  #add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#most) throw tooLarge();
  }
}
