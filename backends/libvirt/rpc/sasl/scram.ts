import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { BackendError } from '../../../errors.ts';
import { type Conversation, type Credentials, prepared } from './mechanism.ts';

const derive = promisify(pbkdf2);
/** Fewer would let a false host that has listened guess faster (RFC 7677); more is no honest host, and costs us the time. */
const ITERATIONS = { least: 4096, most: 1_000_000 } as const;
const NO_CHANNEL_BINDING = 'n,,';

/** SCRAM (RFC 5802, RFC 7677) with any hash of node:crypto. `nonce` is for tests. */
export async function* scram(
  hash: string,
  { name, password }: Credentials,
  nonce: string = randomBytes(24).toString('base64'),
): Conversation {
  const hmac = (key: Uint8Array, text: string) => createHmac(hash, key).update(text).digest();
  const length = createHash(hash).digest().length;
  const mine = `n=${prepared(name).replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  const first = text(yield Buffer.from(NO_CHANNEL_BINDING + mine));
  const challenge = /^r=(?<nonce>[^,]+),s=(?<salt>[^,]+),i=(?<iterations>\d{1,9})(?:,|$)/.exec(first)?.groups;
  if (!challenge?.['nonce']?.startsWith(nonce) || challenge['nonce'] === nonce) throw noScram();
  const iterations = Number(challenge['iterations']);
  if (iterations < ITERATIONS.least || iterations > ITERATIONS.most) {
    throw new BackendError('insecure', `The host wants the password protected ${iterations} times, which is no number to accept.`, {
      remedy: 'Ask its administrator to store the password anew with "saslpasswd2".',
    });
  }
  const salted = await derive(prepared(password), Buffer.from(challenge['salt'] ?? '', 'base64'), iterations, length, hash);
  const clientKey = hmac(salted, 'Client Key');
  const final = `c=${Buffer.from(NO_CHANNEL_BINDING).toString('base64')},r=${challenge['nonce']}`;
  const conversation = `${mine},${first},${final}`;
  const signature = hmac(createHash(hash).update(clientKey).digest(), conversation);
  const proof = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0));
  const answer = text(yield Buffer.from(`${final},p=${Buffer.from(proof).toString('base64')}`));
  const verifier = Buffer.from(/^v=([^,]+)/.exec(answer)?.[1] ?? '', 'base64');
  const expected = hmac(hmac(salted, 'Server Key'), conversation);
  if (verifier.length !== expected.length || !timingSafeEqual(verifier, expected)) {
    throw new BackendError('untrusted', 'The host did not prove that it knows the password: it may be another one than it says.', {
      remedy: 'Do not connect before its administrator has looked at it.',
    });
  }
  return null;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

const noScram = () => new BackendError('protocol', 'The host’s part of the log-in is not understandable (SCRAM).');
