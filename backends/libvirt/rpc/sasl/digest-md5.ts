import { createHash, randomBytes } from 'node:crypto';
import { BackendError } from '../../../errors.ts';
import { DigestMd5Layer, FRAME_MAX } from './digest-md5-layer.ts';
import type { Conversation, Credentials } from './mechanism.ts';

/** A peer that takes less would have us send little but checksums. */
const FRAME_LEAST = 1024;

export interface DigestMd5Options {
  /** "libvirt/host", for whom the answer is meant. */
  readonly service: string;
  /** Others can read the road: without a layer that hides what is said there is no log-in. */
  readonly secrecy: boolean;
  /** For tests. */
  readonly nonce?: string;
}

/** RFC 2831. Historic (RFC 6331), and the one mechanism without Kerberos that brings a layer of its own, which a daemon over plain TCP demands. */
export async function* digestMd5({ name, password }: Credentials, options: DigestMd5Options): Conversation {
  const challenge = directives(yield null);
  const value = (key: string) => challenge.find(([found]) => found === key)?.[1];
  const list = (key: string, otherwise: string) => (value(key) ?? otherwise).split(',').map((item) => item.trim());
  const nonce = value('nonce');
  if (nonce === undefined || value('algorithm') !== 'md5-sess') throw noDigest();
  const layered = list('qop', 'auth').includes('auth-conf') && list('cipher', '').includes('rc4');
  if (!layered && options.secrecy) {
    throw new BackendError('insecure', 'The host would go on in plain text after the log-in, for everybody on the network to read.', {
      remedy: 'Connect by ssh or TLS.',
    });
  }
  const qop = layered ? 'auth-conf' : 'auth';
  const own = options.nonce ?? randomBytes(24).toString('base64');
  const realm = value('realm');
  const encode = value('charset') === 'utf-8' ? narrowest : latin1;
  const secret = md5(encode(name), ':', encode(realm ?? ''), ':', encode(password));
  const key = md5(secret, `:${nonce}:${own}`);
  const entity = layered ? `:${'0'.repeat(32)}` : '';
  const proof = (verb: string) => hex(key.toString('hex'), `:${nonce}:00000001:${own}:${qop}:`, hex(`${verb}:${options.service}${entity}`));
  const response = [
    value('charset') === undefined ? null : 'charset=utf-8',
    `username=${quoted(name)}`,
    realm === undefined ? null : `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    'nc=00000001',
    `cnonce=${quoted(own)}`,
    `digest-uri=${quoted(options.service)}`,
    layered ? `maxbuf=${FRAME_MAX}` : null,
    `response=${proof('AUTHENTICATE')}`,
    `qop=${qop}`,
    layered ? 'cipher=rc4' : null,
  ];
  const charset = value('charset') === 'utf-8' ? 'utf8' : 'latin1';
  const answer = directives(yield Buffer.from(response.filter((part) => part !== null).join(','), charset));
  if (answer.find(([found]) => found === 'rspauth')?.[1] !== proof('')) {
    throw new BackendError('untrusted', 'The host did not prove that it knows the password: it may be another one than it says.', {
      remedy: 'Do not connect before its administrator has looked at it.',
    });
  }
  const frameMax = Number(value('maxbuf') ?? FRAME_MAX);
  if (!(frameMax >= FRAME_LEAST)) throw noDigest();
  return layered ? new DigestMd5Layer(key, frameMax) : null;
}

/** key=value or key="value", separated by commas; a key may come more than once. */
function directives(bytes: Uint8Array): [string, string][] {
  const text = Buffer.from(bytes).toString('utf8');
  return [...text.matchAll(/([a-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^",]*))/gi)].map(([, key = '', inQuotes, bare]) => [
    key.toLowerCase(),
    inQuotes?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '',
  ]);
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

function md5(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const hex = (...parts: (string | Uint8Array)[]): string => md5(...parts).toString('hex');

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
// RFC 2831, 2.1.2.1: what fits into ISO 8859-1 is hashed as such.
const narrowest = (text: string): Buffer => (/^[\0-\xff]*$/.test(text) ? latin1(text) : Buffer.from(text, 'utf8'));

const noDigest = () => new BackendError('protocol', 'The host’s part of the log-in is not understandable (DIGEST-MD5).');
