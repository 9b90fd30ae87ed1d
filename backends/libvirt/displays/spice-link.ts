import { constants, createPublicKey, type KeyObject, publicEncrypt } from 'node:crypto';
import type { SpiceChannel } from '#model/guest-console';
import { announcedSpiceCapabilities, announcedToAll, SpiceCapability } from '#model/spice-capabilities';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import { notUnderstood, type Peer } from './peer.ts';
import { PasswordRefused } from './password-refused.ts';
import { linkFault, SpiceLinkError } from './spice-link-error.ts';

const MAGIC = Buffer.from('REDQ', 'latin1');
const MAJOR = 2;
const MINOR = 2;
const HEADER_BYTES = 16;
const MESSAGE_BYTES = 18;
/** The error, the key, and three numbers about capabilities. */
const REPLY_BYTES = 178;
const KEY_BYTES = 162;
/** A server of today sends 186 bytes; capabilities are a bit each. */
const REPLY_MAX = 4096;
const TICKET_BYTES = 128;
/** SPICE_MAX_PASSWORD_LENGTH. */
const PASSWORD_MAX = 60;

/** spice-protocol, spice/enums.h: SPICE_CHANNEL_… */
const CHANNEL_TYPES = { main: 1, display: 2, inputs: 3, cursor: 4, playback: 5 } as const;

/**
 * Makes the link of one SPICE channel, up to where its messages begin, with headers of six bytes. Rejects with PasswordRefused where another
 * password might do, else with BackendError. Source: the spice protocol (spice-space.org/spice-protocol.html), "Channel link".
 */
export async function linkSpice(peer: Peer, channel: SpiceChannel, password: string | null): Promise<void> {
  if (Buffer.byteLength(password ?? '') > PASSWORD_MAX) throw new PasswordRefused(`No display’s password is longer than ${PASSWORD_MAX}.`);
  await peer.send(linkMessage(channel));
  const key = await readReply(peer).catch((error: unknown) => {
    // The server (0.15) ends the connection without a word where it has no such channel.
    throw channel.type !== 'main' && failedWith(error, 'connection-lost') ? linkFault(SpiceLinkError.channelNotAvailable, error) : error;
  });
  const ticket = publicEncrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    Buffer.from(`${password ?? ''}\0`, 'utf8'),
  );
  const mechanism = Buffer.alloc(4);
  mechanism.writeUInt32LE(SpiceCapability.common.authSpice);
  await peer.send(Buffer.concat([mechanism, ticket]));
  const result = (await peer.take(4)).readUInt32LE();
  if (result === SpiceLinkError.permissionDenied) throw new PasswordRefused();
  if (result !== SpiceLinkError.ok) throw linkFault(result);
}

function linkMessage({ type, id, session }: SpiceChannel): Buffer {
  const [common, own] = [capabilityWords(announcedToAll), capabilityWords(announcedSpiceCapabilities[type])];
  const message = Buffer.alloc(HEADER_BYTES + MESSAGE_BYTES);
  MAGIC.copy(message);
  message.writeUInt32LE(MAJOR, 4);
  message.writeUInt32LE(MINOR, 8);
  message.writeUInt32LE(MESSAGE_BYTES + common.length + own.length, 12);
  message.writeUInt32LE(session, 16);
  message.writeUInt8(CHANNEL_TYPES[type], 20);
  message.writeUInt8(id, 21);
  message.writeUInt32LE(common.length / 4, 22);
  message.writeUInt32LE(own.length / 4, 26);
  message.writeUInt32LE(MESSAGE_BYTES, 30);
  return Buffer.concat([message, common, own]);
}

/** Words of 32 bits, as many as it takes. */
function capabilityWords(bits: readonly number[]): Buffer {
  const words = Buffer.alloc(4 * Math.ceil((Math.max(-1, ...bits) + 1) / 32));
  for (const bit of bits) words[bit >> 3] = (words[bit >> 3] ?? 0) | (1 << (bit & 7));
  return words;
}

/** The key for the ticket. */
async function readReply(peer: Peer): Promise<KeyObject> {
  const header = await peer.take(HEADER_BYTES);
  if (!header.subarray(0, 4).equals(MAGIC)) throw notUnderstood('It does not greet as a SPICE server does.');
  const major = header.readUInt32LE(4);
  if (major !== MAJOR) throw linkFault(SpiceLinkError.versionMismatch);
  const size = header.readUInt32LE(12);
  // Who refuses at once may send no more than the error.
  if (size < 4 || size > REPLY_MAX) throw notUnderstood('Its answer has a length that no SPICE server’s has.');
  const reply = await peer.take(size);
  const error = reply.readUInt32LE(0);
  if (error !== SpiceLinkError.ok) throw linkFault(error);
  if (size < REPLY_BYTES) throw notUnderstood('Its answer is too short.');
  requireMiniHeader(reply);
  return keyOf(reply.subarray(4, 4 + KEY_BYTES));
}

function requireMiniHeader(reply: Buffer): void {
  const [count, offset] = [reply.readUInt32LE(166), reply.readUInt32LE(174)];
  const { miniHeader } = SpiceCapability.common;
  const first = count > 0 && offset >= REPLY_BYTES && offset + 4 <= reply.length ? reply.readUInt32LE(offset) : 0;
  if (((first >> miniHeader) & 1) === 1) return;
  throw new BackendError('unsupported', 'This display speaks a SPICE that is too old for Guesthouse.', {
    reason: 'It has no short message headers, which SPICE has since 0.10.',
    remedy: 'Update the host, or give the guest a VNC display.',
  });
}

/** RSA of 1024 bits, whose ticket has 128 bytes: any other would be read as something else. */
function keyOf(der: Buffer): KeyObject {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === TICKET_BYTES * 8) return key;
  } catch (cause) {
    throw notUnderstood('Its key cannot be read.', cause);
  }
  throw notUnderstood('Its key is not of the kind that SPICE has.');
}
