/**
 * The daemon's strings are bytes: nearly always UTF-8, but names of host files need not be. A byte that is no UTF-8 becomes a lone surrogate
 * U+DC80…U+DCFF (as Python's "surrogateescape", PEP 383), which shows as a replacement character and is turned back into the same byte when
 * the string is sent again. So a string is at once what people see and the identity of the file.
 */

const REPLACEMENT = '\uFFFD';
const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPED_BYTE = /[\uDC80-\uDCFF]/u;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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

function decodeLeniently(bytes: Buffer): string {
  let text = '';
  for (let index = 0; index < bytes.length;) {
    const length = sequenceLength(bytes, index);
    text += length === 0 ? String.fromCharCode(0xdc00 + (bytes[index] ?? 0)) : strict.decode(bytes.subarray(index, index + length));
    index += length === 0 ? 1 : length;
  }
  return text;
}

/** How many bytes the character at `index` takes, 0 if none starts there. */
function sequenceLength(bytes: Buffer, index: number): number {
  const first = bytes[index] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (index + length > bytes.length) return 0;
  try {
    strict.decode(bytes.subarray(index, index + length));
    return length;
  } catch {
    // Overlong forms, surrogates and broken sequences are no character: the caller keeps the byte.
    return 0;
  }
}

/** The bytes of a string, escaped bytes as they were; any other lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Buffer {
  if (!LONE_SURROGATE.test(text)) return Buffer.from(text, 'utf8');
  return Buffer.concat(
    Array.from(text, (character) =>
      ESCAPED_BYTE.test(character) ? Buffer.of(character.charCodeAt(0) - 0xdc00) : Buffer.from(character, 'utf8'),
    ),
  );
}
