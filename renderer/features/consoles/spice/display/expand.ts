import { corrupt, truncated } from './picture.ts';
import type { Units } from './units.ts';
import type { Work } from './work.ts';

/** Below it a control byte is a count of literals. */
const LITERALS = 32;
const UNITS_A_STEP = 65_536;

interface Expansion {
  readonly input: Uint8Array;
  readonly start: number;
  readonly units: Units;
  /**
   * Begins a repetition at unit `to`: the control byte is given, what follows is had from `byte`. Returns of how many units
   * it was.
   */
  repeat(control: number, byte: () => number, to: number): Work<number>;
}

/** Fills all of `units` with what LZ and GLZ have in common. Returns where in `input` what follows begins. Throws SpiceError. */
export function* expand({ input, start, units, repeat }: Expansion): Work<number> {
  const end = input.length;
  let at = start;
  const byte = (): number => {
    if (at >= end) throw truncated();
    return input[at++] ?? 0;
  };
  let pause = UNITS_A_STEP;
  for (let to = 0; to < units.count;) {
    const control = byte();
    if (control < LITERALS) {
      const count = control + 1;
      if (to + count > units.count) throw corrupt();
      if (at + count * units.bytesPerLiteral > end) throw truncated();
      units.literals(input, at, to, count);
      at += count * units.bytesPerLiteral;
      to += count;
    } else to += yield* repeat(control, byte, to);
    if (to < pause) continue;
    pause = to + UNITS_A_STEP;
    yield;
  }
  return at;
}

/** How many units are repeated, before the bias of their kind. */
export function repeatedLength(control: number, byte: () => number): number {
  let length = control >> 5;
  if (length === 7)
    for (let more = 255; more === 255;) {
      more = byte();
      length += more;
    }
  return length;
}
