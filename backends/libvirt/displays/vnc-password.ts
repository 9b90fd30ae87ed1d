import { createCipheriv } from 'node:crypto';

const NO_VECTOR = Buffer.alloc(8);
const PASSWORD_BYTES = 8;

/**
 * The answer to a VNC server's challenge of 16 bytes (RFC 6143, 7.2.2): DES by the first eight bytes of the password, whose bits every server
 * reads the wrong way round. OpenSSL 3 and BoringSSL have no plain DES any more; triple DES with one key three times is the same, and so is
 * one block of CBC with an empty vector.
 */
export function answerChallenge(challenge: Uint8Array, password: string): Buffer {
  const key = Buffer.alloc(PASSWORD_BYTES);
  Buffer.from(password, 'utf8').copy(key, 0, 0, PASSWORD_BYTES);
  const mirrored = key.map(mirror);
  return Buffer.concat([block(challenge.subarray(0, 8), mirrored), block(challenge.subarray(8, 16), mirrored)]);
}

function block(bytes: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv('des-ede3-cbc', Buffer.concat([key, key, key]), NO_VECTOR).setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

function mirror(byte: number): number {
  let mirrored = 0;
  for (let bit = 0; bit < 8; bit++) mirrored |= ((byte >> bit) & 1) << (7 - bit);
  return mirrored;
}
