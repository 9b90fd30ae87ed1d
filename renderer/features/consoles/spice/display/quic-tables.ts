/**
 * Facts of the QUIC format, which is after SFALIC: Golomb-Rice codes of limited length for values of 8 and 5 bits, and a model that chooses
 * among them. Source: spice-common, quic.c and quic_family_tmpl.c.
 */
export interface CodeFamily {
  /** Bits of one value, and number of codes to choose from. */
  readonly bits: number;
  /** By code: what begins with this many zeroes or fewer is a Golomb-Rice codeword. */
  readonly longestPrefix: Uint8Array;
  /** By code: length of the other codewords, of their last part, and the first value that they stand for. */
  readonly escapeLength: Uint8Array;
  readonly escapeBits: Uint8Array;
  readonly escapeFrom: Uint16Array;
  /** By value times 8 plus code: length of the codeword. */
  readonly codeLength: Uint8Array;
  /** By coded value: the difference to what was predicted. Small ones come first, positive and negative by turns. */
  readonly difference: Uint8Array;
}

const LONGEST_CODEWORD = 26;
export const CODES = 8;

function codeFamily(bits: number): CodeFamily {
  const most = (1 << bits) - 1;
  const codes = Array.from({ length: bits }, (_, code) => {
    const prefix = Math.min(LONGEST_CODEWORD - bits, (1 << (bits - code)) - 1);
    const rest = Math.ceil(Math.log2(most + 1 - (prefix << code)));
    return { prefix, rest, from: prefix << code };
  });
  const codeLength = new Uint8Array((most + 1) * CODES);
  for (let value = 0; value <= most; value++)
    codes.forEach(({ prefix, rest, from }, code) => {
      codeLength[value * CODES + code] = value < from ? (value >> code) + code + 1 : prefix + rest;
    });
  return {
    bits,
    longestPrefix: Uint8Array.from(codes, ({ prefix }) => prefix - 1),
    escapeLength: Uint8Array.from(codes, ({ prefix, rest }) => prefix + rest),
    escapeBits: Uint8Array.from(codes, ({ rest }) => rest),
    escapeFrom: Uint16Array.from(codes, ({ from }) => from),
    codeLength,
    difference: Uint8Array.from({ length: most + 1 }, (_, coded) => ((coded & 1) === 0 ? coded >> 1 : most - (coded >> 1))),
  };
}

export const eightBits = codeFamily(8);
export const fiveBits = codeFamily(5);

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * The model is brought up to date after pauses that look random: these numbers of pixels in turn, of which a mask leaves some bits. Only six
 * bits are ever used of the 32 that the source has; each number is a digit here.
 */
export const pauses = Uint8Array.from(
  'CXTVHSoOMgvskGSLETqdQ/5zQDFOPeUJktD59AIFpOrbr7fjn8qmN2+BaDL90iHwE7WMWIyEKGsILufz1RBru8k2KbnsWpXCsAo1owQrgchMUC4+36SUN3md5Txhv/7Aj9TZum8EjBaocKFOZSwxU7+iuHh0i6JdI3+8lklyGDKcwYa95eL2CGyvHRj1gMXRFVx3zt0bnZn/WYq04mpp4gNYazb46lYqPcRefPQXZ2hiBdfy1VxPvJA6lteNJt/V',
  (digit) => digits.indexOf(digit),
);

/** Sum of code lengths at which a model's counters are halved, by how many times the mask has grown. */
export const halvedAt = Uint16Array.of(110, 550, 900, 800, 550, 400, 350);
export const MASKS = halvedAt.length - 1;
export const PIXELS_A_MASK = 2048;

/** Bits of what is left of a run, by state: the state rises with each whole part and falls with each run. */
export const runBits = Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15);
