/** The cipher of DIGEST-MD5's layer, which today's OpenSSL and BoringSSL do not have any more. Weak: never use it for anything else. */
export function rc4(key: Uint8Array): (bytes: Uint8Array) => Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, at) => at);
  let x = 0;
  let y = 0;
  const swap = () => {
    const held = state[x] ?? 0;
    state[x] = state[y] ?? 0;
    state[y] = held;
  };
  for (; x < 256; x++) {
    y = (y + (state[x] ?? 0) + (key[x % key.length] ?? 0)) & 255;
    swap();
  }
  x = 0;
  y = 0;
  return (bytes) => {
    const result = new Uint8Array(bytes.length);
    for (let at = 0; at < bytes.length; at++) {
      x = (x + 1) & 255;
      y = (y + (state[x] ?? 0)) & 255;
      swap();
      result[at] = (bytes[at] ?? 0) ^ (state[((state[x] ?? 0) + (state[y] ?? 0)) & 255] ?? 0);
    }
    return result;
  };
}
