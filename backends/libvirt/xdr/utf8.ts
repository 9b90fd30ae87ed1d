/**
 * The daemon's strings are bytes: nearly always UTF-8, but names of host files need not be. A byte that is no UTF-8 becomes a lone surrogate
 * U+DC80…U+DCFF (as Python's "surrogateescape", PEP 383), which shows as a replacement character and is turned back into the same byte when
 * the string is sent again. So a string is at once what people see and the identity of the file.
 */

const REPLACEMENT = '\uFFFD';
const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPED_BYTES = /[\uDC80-\uDCFF]+/gu;

/** The string for these bytes; NUL and a byte order mark are kept. */
export function decodeUtf8(bytes: Buffer, start: number, end: number): string {
  for (let index = start; index < end; index++) {
    if ((bytes[index] ?? 0) > 0x7f) return decodeNonAscii(bytes, start, end);
  }
  return bytes.toString('latin1', start, end);
}

function decodeNonAscii(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes(REPLACEMENT) ? decodeLeniently(bytes.subarray(start, end)) : text;
}

/** One UTF-16 unit at most comes of a byte, and each byte is looked at once or twice: a daemon cannot make it slow. */
function decodeLeniently(bytes: Buffer): string {
  const units = Buffer.allocUnsafe(bytes.length * 2);
  let end = 0;
  for (let index = 0; index < bytes.length;) {
    const length = sequenceLength(bytes, index);
    const point = length === 0 ? 0xdc00 + (bytes[index] ?? 0) : codePoint(bytes, index, length);
    if (point > 0xffff) end = units.writeUInt16LE(0xd7c0 + (point >> 10), end);
    end = units.writeUInt16LE(point > 0xffff ? 0xdc00 + (point & 0x3ff) : point, end);
    index += length === 0 ? 1 : length;
  }
  return units.toString('utf16le', 0, end);
}

/** How many bytes the character at `index` takes, 0 if none starts there (Unicode, table 3-7: no overlong forms, no surrogates). */
function sequenceLength(bytes: Buffer, index: number): number {
  const first = bytes[index] ?? 0;
  if (first < 0x80) return 1;
  const second = bytes[index + 1] ?? 0;
  if (first < 0xc2 || first > 0xf4 || second < lowestSecond(first) || second > highestSecond(first)) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let more = 2; more < length; more++) if (((bytes[index + more] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

const lowestSecond = (first: number) => (first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80);
const highestSecond = (first: number) => (first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf);

function codePoint(bytes: Buffer, index: number, length: number): number {
  const first = bytes[index] ?? 0;
  let point = length === 1 ? first : first & (0xff >> (length + 1));
  for (let more = 1; more < length; more++) point = (point << 6) | ((bytes[index + more] ?? 0) & 0x3f);
  return point;
}

/** The bytes of a string, escaped bytes as they were; any other lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Buffer {
  if (!LONE_SURROGATE.test(text)) return Buffer.from(text, 'utf8');
  const bytes = Buffer.allocUnsafe(text.length * 3);
  let end = 0;
  // Whole runs without an escaped byte are encoded at once.
  let start = 0;
  for (const { 0: escaped, index } of text.matchAll(ESCAPED_BYTES)) {
    end += bytes.write(text.slice(start, index), end, 'utf8');
    for (let at = 0; at < escaped.length; at++) bytes[end++] = escaped.charCodeAt(at) - 0xdc00;
    start = index + escaped.length;
  }
  end += bytes.write(text.slice(start), end, 'utf8');
  return bytes.subarray(0, end);
}
