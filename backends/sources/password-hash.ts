import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';

const ROUNDS = 5000;
const SALT_LENGTH = 16;
const DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** All rounds together take tens of milliseconds; so long at once, and then whatever else waits. */
const AT_ONCE_MS = 4;
const ROUNDS_A_LOOK = 50;

const sha512 = (...parts: readonly Uint8Array[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest();

/**
 * By SHA-512 crypt (crypt(5), "$6$"), as every Linux takes it, with a salt of its own. Node has no such hash, and what npm has for it holds its
 * thread; the steps are those of https://www.akkadia.org/drepper/SHA-crypt.txt.
 */
export async function hashPassword(password: string, salt = newSalt()): Promise<string> {
  const [key, seasoning] = [Buffer.from(password), Buffer.from(salt)];
  const both = sha512(key, seasoning, key);
  const lengthBits = key.length.toString(2);
  // Lowest bit first.
  const chosen = Array.from(lengthBits, (_, index) => (lengthBits.at(-1 - index) === '1' ? both : key));
  const start = sha512(key, seasoning, repeated(both, key.length), ...chosen);
  const keys = repeated(sha512(...Array.from(key, () => key)), key.length);
  const salts = repeated(sha512(...Array.from({ length: SALT_LENGTH + (start[0] ?? 0) }, () => seasoning)), seasoning.length);
  const digest = await throughRounds(start, keys, salts);
  return `$6$${salt}$${inDigits(digest)}`;
}

async function throughRounds(start: Buffer, keys: Buffer, salts: Buffer): Promise<Buffer> {
  let digest = start;
  let began = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    const odd = round % 2 === 1;
    const parts = [odd ? keys : digest, ...(round % 3 === 0 ? [] : [salts]), ...(round % 7 === 0 ? [] : [keys]), odd ? digest : keys];
    digest = sha512(...parts);
    if (round % ROUNDS_A_LOOK !== 0 || performance.now() - began < AT_ONCE_MS) continue;
    await breathe();
    began = performance.now();
  }
  return digest;
}

const newSalt = (): string => Array.from(randomBytes(SALT_LENGTH), (byte) => DIGITS[byte % DIGITS.length]).join('');

const repeated = (block: Buffer, length: number): Buffer => Buffer.alloc(length, block);

/** Three bytes as four digits, lowest first; each next three are the next of the last three, one place on. */
function inDigits(digest: Buffer): string {
  let text = '';
  for (let [a, b, c] = [0, 21, 42]; text.length < 84; [a, b, c] = [b + 1, c + 1, a + 1]) {
    text += digits(((digest[a] ?? 0) << 16) | ((digest[b] ?? 0) << 8) | (digest[c] ?? 0), 4);
  }
  return text + digits(digest[63] ?? 0, 2);
}

const digits = (value: number, count: number): string =>
  Array.from({ length: count }, (_, index) => DIGITS[(value >> (6 * index)) & 63]).join('');
