/** Bits of a rop descriptor. Source: spice-protocol, SpiceRopd. */
const Rop = {
  inverseSource: 1,
  inverseBrush: 2,
  inverseDestination: 4,
  put: 8,
  or: 16,
  and: 32,
  xor: 64,
  blackness: 128,
  whiteness: 256,
  inverse: 512,
  inverseResult: 1024,
} as const;

/** What a pixel becomes: `source` on `destination`, both as numbers of 32 bits. Alpha values are the caller's. */
export type Combine = (source: number, destination: number) => number;

/** Which of a descriptor's inversions mean the two sides. */
export interface RopSides {
  readonly source: 'source' | 'brush';
  readonly destination: 'source' | 'destination';
}

export const copy: Combine = (source) => source;
export const invert: Combine = (_source, destination) => ~destination;

/** How two sides are put together. A descriptor that says nothing copies. Source: spice-common, canvas_base.c, ropd_descriptor_to_rop. */
export function combineOf(descriptor: number, sides: RopSides): Combine {
  const has = (bit: number): boolean => (descriptor & bit) !== 0;
  const not = has(Rop.inverseResult);
  const a = has(sides.source === 'source' ? Rop.inverseSource : Rop.inverseBrush);
  const b = has(sides.destination === 'source' ? Rop.inverseSource : Rop.inverseDestination);
  if (has(Rop.put)) return a === not ? copy : (source) => ~source;
  if (has(Rop.or)) return inverted({ a, b, not }, (source, destination) => source | destination);
  if (has(Rop.and)) return inverted({ a, b, not }, (source, destination) => source & destination);
  if (has(Rop.xor)) return inverted({ a, b, not }, (source, destination) => source ^ destination);
  if (has(Rop.blackness)) return () => 0;
  if (has(Rop.whiteness)) return () => -1;
  if (has(Rop.inverse)) return invert;
  return copy;
}

function inverted({ a, b, not }: { readonly a: boolean; readonly b: boolean; readonly not: boolean }, plain: Combine): Combine {
  if (!a && !b && !not) return plain;
  const [ofA, ofB, ofBoth] = [a ? -1 : 0, b ? -1 : 0, not ? -1 : 0];
  return (source, destination) => plain(source ^ ofA, destination ^ ofB) ^ ofBoth;
}

/** A ROP3 by its number, whose bits are the result for each of pattern (4), source (2) and destination (1). */
export function rop3Of(code: number): (pattern: number, source: number, destination: number) => number {
  return (pattern, source, destination) => {
    let result = 0;
    for (let index = 0; index < 8; index++) {
      if (((code >> index) & 1) === 0) continue;
      result |= (index & 4 ? pattern : ~pattern) & (index & 2 ? source : ~source) & (index & 1 ? destination : ~destination);
    }
    return result;
  };
}
