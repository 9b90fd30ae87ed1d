import { expect, test } from 'vitest';
import { ScriptedPeer, u32 } from '../../../test/fakes/scripted-peer.ts';
import { PasswordRefused } from './password-refused.ts';
import { Peer } from './peer.ts';
import { enterRfb, type RfbLogin } from './rfb-handshake.ts';
import { answerChallenge } from './vnc-password.ts';

const noTls = async (): Promise<never> => {
  throw new Error('there is no TLS here');
};
const login: RfbLogin = { password: null, certified: false, tls: { host: null, credentials: noTls } };

function enter(change: Partial<RfbLogin> = {}, withinMs?: number) {
  const server = new ScriptedPeer();
  const peer = new Peer(server.stream, undefined, withinMs);
  const entered = enterRfb(peer, { ...login, ...change });
  entered.catch(() => undefined);
  return { server, peer, entered };
}

test.each([
  ['3.3', 'RFB 003.003\n', 'RFB 003.003\n'],
  ['3.5, which counts as 3.3', 'RFB 003.005\n', 'RFB 003.003\n'],
  ['3.7', 'RFB 003.007\n', 'RFB 003.007\n'],
  ['3.8', 'RFB 003.008\n', 'RFB 003.008\n'],
  ['Apple’s', 'RFB 003.889\n', 'RFB 003.008\n'],
  ['4.1', 'RFB 004.001\n', 'RFB 003.008\n'],
])('%s without security, a byte at a time', async (_, greeting, answer) => {
  const { server, peer, entered } = enter();
  await server.dribble(greeting);
  expect((await server.heard(12)).toString()).toBe(answer);
  if (answer.includes('003.003')) {
    await server.dribble(u32(1));
  } else {
    await server.dribble(Uint8Array.of(3, 20, 2, 1));
    expect(await server.heard(1)).toEqual(Buffer.of(1));
    if (answer.includes('003.008')) await server.dribble(u32(0));
  }
  await entered;
  // What comes after it is the stream's.
  server.say('and on');
  expect(String(await new Promise((resolve) => peer.settle().once('data', resolve)))).toBe('and on');
});

// RFC 6143 gives no example. This one: openssl enc -des-ecb -provider legacy -nopad -K 0e86ceceeef64e26 ("password", each byte mirrored).
test('the answer to a challenge is DES by the mirrored password', () => {
  const challenge = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
  const answer = answerChallenge(challenge, 'password');
  expect(answer.toString('hex')).toBe('b866924125c8eebb9debc1db61c538e2');
  expect(answerChallenge(challenge, 'password and more')).toEqual(answer);
  expect(answerChallenge(challenge, 'passwore')).not.toEqual(answer);
});

test('a password is proved, and refused with the display’s words', async () => {
  const challenge = Buffer.alloc(16, 7);
  const { server, entered } = enter({ password: 'secret' });
  server.say('RFB 003.008\n');
  server.say(Uint8Array.of(1, 2));
  server.say(challenge);
  await server.heard(13);
  expect(await server.heard(16)).toEqual(answerChallenge(challenge, 'secret'));
  server.say(u32(1));
  server.say(u32(11));
  server.say('No\u0000luck\u001b[2m');
  const error = await entered.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PasswordRefused);
  expect(error).toMatchObject({ reason: 'No luck [2m' });
});

test('where no password is known, nothing is proved', async () => {
  const { server, entered } = enter();
  server.say('RFB 003.008\n');
  server.say(Uint8Array.of(1, 2));
  server.say(Buffer.alloc(16));
  await expect(entered).rejects.toBeInstanceOf(PasswordRefused);
});

const types = (...offered: number[]) => ['RFB 003.008\n', Uint8Array.of(offered.length, ...offered)] as const;
const vencrypt = (...kinds: number[]) =>
  [...types(19), Uint8Array.of(0, 2), Uint8Array.of(0), Uint8Array.of(kinds.length), ...kinds.map(u32)] as const;
const all255 = Array.from({ length: 255 }, () => 77);

test.each<readonly [string, readonly (Uint8Array | string)[], string]>([
  ['no VNC server', ['HTTP/1.1 400'], 'protocol'],
  ['a version that never was', ['RFB 001.000\n'], 'protocol'],
  ['nobody is let in', [...types(), u32(5), 'busy!'], 'permission'],
  ['nobody is let in, for a reason without end', [...types(), u32(0xffff_ffff)], 'permission'],
  ['a list of nothing that is known', types(...all255), 'unsupported'],
  ['SASL alone', types(20), 'unsupported'],
  ['TLS without certificates', vencrypt(257, 258, 263), 'unsupported'],
  ['VeNCrypt of the first days', [...types(19), Uint8Array.of(0, 1)], 'protocol'],
  ['VeNCrypt that takes nothing of its list', [...vencrypt(260), Uint8Array.of(0)], 'protocol'],
  ['what it says before TLS begins', [...vencrypt(260), Uint8Array.of(1, 0, 0, 0, 0)], 'protocol'],
])('refused: %s', async (_, lines, code) => {
  const { server, entered, peer } = enter();
  for (const line of lines) server.say(line);
  await expect(entered).rejects.toMatchObject({ code });
  peer.settle();
});

test('on an open road nothing in the clear is spoken', async () => {
  const { server, entered, peer } = enter({ certified: true, password: 'secret' });
  for (const line of types(1, 2)) server.say(line);
  await expect(entered).rejects.toMatchObject({ code: 'insecure' });
  // Our version is all that it heard of us.
  await server.heard(12);
  expect(server.unheard).toBe(0);
  peer.settle();
});

test.each([
  ['in silence', async () => undefined],
  ['in the middle', async (server: ScriptedPeer) => server.dribble('RFB 003.008\n\u0005\u0001')],
])('a handshake that stalls %s ends by the limit', async (_, say) => {
  const { server, entered } = enter({}, 300);
  await say(server);
  await expect(entered).rejects.toMatchObject({ code: 'timeout' });
  expect(server.stream.destroyed).toBe(true);
});

test('a handshake that ends early says so', async () => {
  const { server, entered } = enter();
  server.say('RFB 003');
  server.end();
  await expect(entered).rejects.toMatchObject({ code: 'connection-lost' });
});

test('opening is given up', async () => {
  const server = new ScriptedPeer();
  const controller = new AbortController();
  const entered = enterRfb(new Peer(server.stream, controller.signal), login);
  controller.abort();
  await expect(entered).rejects.toMatchObject({ code: 'cancelled' });
  expect(server.stream.destroyed).toBe(true);
});
