import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { expect, test } from 'vitest';
import { spiceMain, type SpiceChannel } from '#model/guest-console';
import { ScriptedPeer } from '../../../test/fakes/scripted-peer.ts';
import { PasswordRefused } from './password-refused.ts';
import { Peer } from './peer.ts';
import { linkSpice } from './spice-link.ts';
import { SpiceLinkError } from './spice-link-error.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const der = (key: typeof rsa.publicKey) => key.export({ type: 'spki', format: 'der' });

interface Reply {
  readonly magic?: string;
  readonly major?: number;
  readonly size?: number;
  readonly error?: number;
  readonly key?: Buffer;
  readonly common?: number;
  readonly offset?: number;
}

/** SpiceLinkHeader and SpiceLinkReply of a server with one word of common capabilities. */
function reply({
  magic = 'REDQ',
  major = 2,
  size = 182,
  error = 0,
  key = der(rsa.publicKey),
  common = 0b1011,
  offset = 178,
}: Reply): Buffer {
  const bytes = Buffer.alloc(16 + 182);
  bytes.write(magic, 'latin1');
  bytes.writeUInt32LE(major, 4);
  bytes.writeUInt32LE(2, 8);
  bytes.writeUInt32LE(size, 12);
  bytes.writeUInt32LE(error, 16);
  key.copy(bytes, 20, 0, 162);
  bytes.writeUInt32LE(1, 182);
  bytes.writeUInt32LE(offset, 190);
  bytes.writeUInt32LE(common, 194);
  return bytes;
}

const word = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

function link(password: string | null = null, channel: SpiceChannel = spiceMain, withinMs?: number) {
  const server = new ScriptedPeer();
  const peer = new Peer(server.stream, undefined, withinMs);
  const linked = linkSpice(peer, channel, password);
  linked.catch(() => undefined);
  return { server, peer, linked };
}

test('a channel is asked for as the protocol has it, and the ticket is the password, a byte at a time', async () => {
  const { server, peer, linked } = link('open sesame', { type: 'display', id: 3, session: 0xfeed_beef });
  const message = await server.heard(16 + 18 + 8);
  expect(message.toString('latin1', 0, 4)).toBe('REDQ');
  expect([message.readUInt32LE(4), message.readUInt32LE(8), message.readUInt32LE(12)]).toEqual([2, 2, 26]);
  expect([message.readUInt32LE(16), message[20], message[21]]).toEqual([0xfeed_beef, 2, 3]);
  expect([message.readUInt32LE(22), message.readUInt32LE(26), message.readUInt32LE(30)]).toEqual([1, 1, 18]);
  // AUTH_SELECTION, AUTH_SPICE, MINI_HEADER.
  expect(message.readUInt32LE(34)).toBe(0b1011);
  await server.dribble(reply({}));
  expect((await server.heard(4)).readUInt32LE()).toBe(1);
  const ticket = await server.heard(128);
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  expect(privateDecrypt({ key: rsa.privateKey, ...padding }, ticket).toString()).toBe('open sesame\0');
  await server.dribble(word(0));
  await linked;
  server.say('messages');
  expect(String(await new Promise((resolve) => peer.settle().once('data', resolve)))).toBe('messages');
});

test('the wrong password is told from what else may be wrong', async () => {
  const { server, linked } = link('wrong');
  server.say(reply({}));
  server.say(word(SpiceLinkError.permissionDenied));
  await expect(linked).rejects.toBeInstanceOf(PasswordRefused);
  const long = link('x'.repeat(61));
  await expect(long.linked).rejects.toBeInstanceOf(PasswordRefused);
  expect(long.server.unheard).toBe(0);
});

const longer = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test.each<readonly [string, Reply, string]>([
  ['no SPICE server', { magic: 'HTTP' }, 'protocol'],
  ['another version', { major: 1 }, 'unsupported'],
  ['a length without end', { size: 0xffff_ffff }, 'protocol'],
  ['a length of nothing', { size: 0 }, 'protocol'],
  ['a reply that is cut off', { size: 20 }, 'protocol'],
  ['a key that is none', { key: Buffer.alloc(162, 1) }, 'protocol'],
  ['a longer key', { key: der(longer.publicKey) }, 'protocol'],
  ['a key of another kind', { key: Buffer.concat([der(curve.publicKey), Buffer.alloc(162)]) }, 'protocol'],
  ['long headers only', { common: 0b0011 }, 'unsupported'],
  ['capabilities that lie outside', { offset: 0xffff_fff0 }, 'unsupported'],
  ['TLS wanted', { error: SpiceLinkError.needSecured }, 'unsupported'],
  ['no TLS wanted', { error: SpiceLinkError.needUnsecured }, 'unsupported'],
  ['a session that is over', { error: SpiceLinkError.badConnectionId }, 'connection-lost'],
  ['no such channel', { error: SpiceLinkError.channelNotAvailable }, 'not-found'],
  ['not permitted', { error: SpiceLinkError.permissionDenied }, 'permission'],
  ['an error that nobody knows', { error: 0xffff_ffff }, 'protocol'],
])('refused: %s', async (_, wrong, code) => {
  const { server, linked, peer } = link('secret');
  server.say(reply(wrong));
  await expect(linked).rejects.toMatchObject({ code });
  // Nothing was said but what channel is wanted.
  await server.heard(16 + 18 + 8);
  expect(server.unheard).toBe(0);
  peer.settle();
});

test('a server that ends the connection has no such channel; without the main one it has no display', async () => {
  const inputs = link(null, { type: 'inputs', id: 9, session: 1 });
  inputs.server.end();
  await expect(inputs.linked).rejects.toMatchObject({ code: 'not-found' });
  const main = link();
  main.server.end();
  await expect(main.linked).rejects.toMatchObject({ code: 'connection-lost' });
});

test.each([
  ['before it answers', 0],
  ['in the middle of the answer', 100],
  ['before it says what it thinks of the ticket', 198],
])('a link that stalls %s ends by the limit', async (_, length) => {
  const { server, linked } = link(null, spiceMain, 300);
  server.say(reply({}).subarray(0, length));
  await expect(linked).rejects.toMatchObject({ code: 'timeout' });
  expect(server.stream.destroyed).toBe(true);
});
