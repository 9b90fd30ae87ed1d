import { BackendError } from '../../errors.ts';
import { type DisplayTls, startTls } from './display-tls.ts';
import { foreignReason, notUnderstood, type Peer } from './peer.ts';
import { PasswordRefused } from './password-refused.ts';
import { chooseSecurity, SecurityType, X509 } from './rfb-security.ts';
import { answerChallenge } from './vnc-password.ts';

const VERSION_BYTES = 12;
const CHALLENGE_BYTES = 16;
const REASON_MAX = 64 * 1024;
const OK = 0;

export interface RfbLogin {
  /** Null: none is known. */
  readonly password: string | null;
  readonly tls: DisplayTls;
  /** The road is open to everybody: only TLS with a certificate will do. */
  readonly certified: boolean;
}

/**
 * Goes through a VNC server's handshake (RFC 6143, 7.1) up to where the client's ClientInit comes. Rejects with PasswordRefused where another
 * password might do, else with BackendError.
 */
export async function enterRfb(peer: Peer, login: RfbLogin): Promise<void> {
  const version = await agreeOnVersion(peer);
  const offered = await offers(peer, version);
  const type = chooseSecurity(offered, login.certified);
  if (version > 3) await peer.send(Uint8Array.of(type));
  if (type === SecurityType.vencrypt) return enterVencrypt(peer, login);
  if (type === SecurityType.vnc) await prove(peer, login.password);
  // Before 3.8, who asks nothing says nothing.
  if (type === SecurityType.vnc || version >= 8) await result(peer, version >= 8, type === SecurityType.vnc);
}

/** The minor number that both speak: 3, 7 or 8. Others count as the one before them. */
async function agreeOnVersion(peer: Peer): Promise<3 | 7 | 8> {
  const greeting = await peer.take(VERSION_BYTES);
  const match = /^RFB (\d{3})\.(\d{3})\n$/.exec(greeting.toString('latin1'));
  const [major, minor] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (major < 3) throw notUnderstood('It does not greet as a VNC server does.');
  const ours = major > 3 || minor >= 8 ? 8 : minor === 7 ? 7 : 3;
  await peer.send(Buffer.from(`RFB 003.00${ours}\n`, 'latin1'));
  return ours;
}

async function offers(peer: Peer, version: 3 | 7 | 8): Promise<readonly number[]> {
  if (version === 3) {
    const type = (await peer.take(4)).readUInt32BE();
    if (type === 0) throw await turnedAway(peer);
    return [type];
  }
  const count = (await peer.take(1)).readUInt8();
  if (count === 0) throw await turnedAway(peer);
  return [...(await peer.take(count))];
}

/** RFC 6143, 7.2.2. */
async function prove(peer: Peer, password: string | null): Promise<void> {
  const challenge = await peer.take(CHALLENGE_BYTES);
  if (password === null) throw new PasswordRefused();
  await peer.send(answerChallenge(challenge, password));
}

async function result(peer: Peer, reasonFollows: boolean, byPassword: boolean): Promise<void> {
  if ((await peer.take(4)).readUInt32BE() === OK) return;
  const reason = reasonFollows ? await reasonOf(peer) : null;
  if (byPassword) throw new PasswordRefused(reason);
  throw closed(reason);
}

/**
 * VeNCrypt 0.2, as QEMU speaks it: a version, a list of kinds, then TLS and one of the plain ways inside it.
 * Source: rfbproto (github.com/rfbproto/rfbproto), "VeNCrypt"; QEMU: ui/vnc-auth-vencrypt.c.
 */
async function enterVencrypt(peer: Peer, { tls, password }: RfbLogin): Promise<void> {
  const theirs = await peer.take(2);
  if (theirs.readUInt16BE() < 2) throw notUnderstood('It speaks a version of VeNCrypt that nobody uses any more.');
  await peer.send(Uint8Array.of(0, 2));
  if ((await peer.take(1)).readUInt8() !== OK) throw notUnderstood('It does not speak VeNCrypt 0.2.');
  const count = (await peer.take(1)).readUInt8();
  const list = await peer.take(count * 4);
  const offered = Array.from({ length: count }, (_, index) => list.readUInt32BE(index * 4));
  const kind = [X509.none, X509.vnc].find((each) => offered.includes(each));
  if (kind === undefined) throw unsupportedKinds(offered);
  const choice = Buffer.alloc(4);
  choice.writeUInt32BE(kind);
  await peer.send(choice);
  if ((await peer.take(1)).readUInt8() !== 1) throw notUnderstood('It takes no VeNCrypt of its own list.');
  await peer.wrap((stream) => startTls(stream, tls));
  if (kind === X509.vnc) await prove(peer, password);
  await result(peer, true, kind === X509.vnc);
}

const KIND_NAMES: ReadonlyMap<number, string> = new Map([
  [256, 'a name and password in the clear (Plain)'],
  [257, 'TLS without a certificate (TLSNone)'],
  [258, 'TLS without a certificate (TLSVnc)'],
  [259, 'TLS without a certificate (TLSPlain)'],
  [262, 'a name and password (X509Plain)'],
  [263, 'SASL without a certificate (TLSSASL)'],
  [264, 'SASL (X509SASL)'],
]);

function unsupportedKinds(offered: readonly number[]): BackendError {
  const names = offered.map((kind) => KIND_NAMES.get(kind) ?? `number ${kind}`);
  return new BackendError('unsupported', 'This display lets people in only in ways that Guesthouse does not know.', {
    reason: `It offers ${names.slice(0, 8).join(', ') || 'nothing'}.`,
    remedy:
      'On its host, take vnc_sasl out of qemu.conf, or give the display a certificate (vnc_tls_x509_cert_dir), and start the guest anew.',
  });
}

async function turnedAway(peer: Peer): Promise<BackendError> {
  return closed(await reasonOf(peer));
}

function closed(reason: string | null): BackendError {
  return new BackendError('permission', 'The display lets nobody in now.', { reason, remedy: 'Try again in a minute.' });
}

/** Null where it gives none, or one without end. */
async function reasonOf(peer: Peer): Promise<string | null> {
  try {
    const length = (await peer.take(4)).readUInt32BE();
    return length > REASON_MAX ? null : foreignReason(await peer.take(length));
  } catch {
    // Who says no may go without a word.
    return null;
  }
}
