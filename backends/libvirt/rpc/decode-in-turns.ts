import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Codec, Decoded } from '../xdr/codec.ts';
import { XdrReader } from '../xdr/cursor.ts';

/** A quarter of what people notice. */
const TURN_MS = 25;

/**
 * Decodes a large reply a little at a time: the largest, of 32 MiB, takes up to a second, in which neither pings would be answered nor windows.
 * Throws XdrError if the bytes are not of the type.
 */
export async function decodeInTurns<T>(codec: Codec<T>, bytes: Uint8Array): Promise<Decoded<T>> {
  const reader = new XdrReader(bytes);
  if (codec.steps === undefined) return { value: codec.read(reader), trailing: reader.end() };
  const steps = codec.steps(reader);
  let turn = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { value: step.value, trailing: reader.end() };
    if (performance.now() - turn < TURN_MS) continue;
    await nextTurn();
    turn = performance.now();
  }
}
