import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { encode, FakeLibvirtd, refusal } from '../../../test/fakes/fake-libvirtd.ts';
import type { LoginAnswer, LoginQuestion } from '../../login.ts';
import { remote } from '../protocol/remote.ts';
import type { Route } from '../transport/route.ts';
import { openOver } from './open-session.ts';
import { encodePacket, PacketStatus, PacketType } from './packet.ts';
import { KnownLogin } from './sasl/known-login.ts';

const NOTHING = Buffer.alloc(0);
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A daemon that wants SASL, and knows "me" with "secret" by PLAIN. */
function daemonWith(mechlist: string): FakeLibvirtd {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.authList, () => ({ types: [1] }));
  daemon.answer(remote.authSaslInit, () => ({ mechlist }));
  daemon.answer(remote.authSaslStart, ({ mech, data }) => {
    if (mech !== 'PLAIN') return { complete: 1, nil: 1, data: NOTHING };
    if (Buffer.from(data).toString() !== '\0me\0secret') throw refusal({ code: 45, domain: 0, message: 'authentication failed' });
    return { complete: 1, nil: 1, data: NOTHING };
  });
  return daemon;
}

/** Somebody who gives these passwords, one after the other. */
function personWith(...passwords: string[]) {
  const asked: LoginQuestion[] = [];
  const ask = async (question: LoginQuestion): Promise<LoginAnswer> => {
    const password = passwords[asked.push(question) - 1];
    return password === undefined ? { kind: 'refused' } : { kind: 'credentials', name: 'me', password };
  };
  return { asked, ask };
}

const road = (privacy: Route['privacy']) => ({ privacy, host: privacy === 'local' ? null : 'far' });

test('a person is asked once for a host, and its next connection asks nobody', async () => {
  const daemon = daemonWith('GSSAPI,PLAIN');
  const { asked, ask } = personWith('secret');
  const known = new KnownLogin('me');
  for (let connection = 0; connection < 2; connection++) {
    (await openOver(daemon.connect(), '', { ask, known }, road('encrypted'))).close();
  }
  expect(asked).toEqual([{ kind: 'credentials', name: 'me', realm: null, again: false }]);
});

test('a wrong password is asked for again and not remembered; after three it is enough', async () => {
  const daemon = daemonWith('PLAIN');
  const known = new KnownLogin('me');
  const first = personWith('wrong', 'secret');
  (await openOver(daemon.connect(), '', { ask: first.ask, known }, road('encrypted'))).close();
  expect(first.asked).toMatchObject([{ again: false }, { again: true }]);
  expect(known.accepted).toEqual({ name: 'me', password: 'secret' });

  // It was changed meanwhile.
  known.accepted = { name: 'me', password: 'old' };
  const second = personWith('a', 'b', 'c', 'd');
  const attempt = openOver(daemon.connect(), '', { ask: second.ask, known }, road('encrypted'));
  await expect(attempt).rejects.toMatchObject({ code: 'auth-failed', remedy: expect.stringContaining('saslpasswd2') });
  expect(second.asked.length).toBeLessThanOrEqual(3);
  expect(known.accepted).toBe(null);
});

test('who gives up has cancelled, and where nobody can be asked that is said', async () => {
  const daemon = daemonWith('PLAIN');
  const { ask } = personWith();
  await expect(openOver(daemon.connect(), '', { ask }, road('local'))).rejects.toMatchObject({ code: 'auth-cancelled' });
  await expect(openOver(daemon.connect(), '', {}, road('local'))).rejects.toMatchObject({ code: 'auth-needed' });
});

test.each([
  ['GSSAPI', 'encrypted', 'unsupported'],
  ['', 'encrypted', 'unsupported'],
  ['ANONYMOUS,X-NEW', 'local', 'unsupported'],
  ['PLAIN,SCRAM-SHA-256', 'plain', 'insecure'],
] as const)('offered %j on a road that is %s: a clear refusal without a question (W32)', async (mechlist, privacy, code) => {
  const { asked, ask } = personWith('secret');
  const attempt = openOver(daemonWith(mechlist).connect(), '', { ask }, road(privacy));
  await expect(attempt).rejects.toMatchObject({ code, remedy: expect.stringContaining('ssh') });
  expect(asked).toEqual([]);
});

test('a port of this computer may be anybody’s: it learns no password', async () => {
  const { asked, ask } = personWith('secret');
  const attempt = openOver(daemonWith('PLAIN').connect(), '', { ask }, { privacy: 'local', host: 'localhost' });
  await expect(attempt).rejects.toMatchObject({ code: 'insecure' });
  expect(asked).toEqual([]);
});

test('a daemon with nothing to offer is not taken for one that refused a password', async () => {
  const daemon = daemonWith('');
  daemon.answer(remote.authSaslInit, () => {
    throw refusal({ code: 45, domain: 0, message: 'authentication failed' });
  });
  const attempt = openOver(daemon.connect(), '', personWith('secret'), road('plain'));
  await expect(attempt).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('without TLS') });
});

test.each(['SCRAM-SHA-256', 'DIGEST-MD5'])('a daemon that lets everybody in by %s has proven nothing', async (mechlist) => {
  const { ask } = personWith('secret');
  const attempt = openOver(daemonWith(mechlist).connect(), '', { ask }, road('encrypted'));
  await expect(attempt).rejects.toMatchObject({ name: 'BackendError' });
  await expect(attempt).rejects.not.toMatchObject({ code: 'auth-failed' });
});

test('bytes in the clear after the end of a log-in with encryption do not become part of what is sealed', async () => {
  const daemon = new FakeLibvirtd();
  const challenge = 'realm="far",nonce="n",qop="auth-conf",cipher="rc4",charset=utf-8,algorithm=md5-sess,maxbuf=65536';
  daemon.answer(remote.authList, () => ({ types: [1] }));
  daemon.answer(remote.authSaslInit, () => ({ mechlist: 'DIGEST-MD5' }));
  daemon.answer(remote.authSaslStart, () => ({ complete: 0, nil: 0, data: Buffer.from(challenge) }));
  daemon.handle(remote.authSaslStep, (step, peer) => {
    // Each character is a word of XDR.
    const cnonce = /cnonce="([^"]*)"/.exec(step.payload.toString('latin1').replaceAll('\0', ''))?.[1] ?? '';
    const secret = createHash('md5').update('me:far:secret').digest();
    const key = createHash('md5').update(secret).update(`:n:${cnonce}`).digest('hex');
    const data = Buffer.from(`rspauth=${md5(`${key}:n:00000001:${cnonce}:auth-conf:${md5(`:libvirt/far:${'0'.repeat(32)}`)}`)}`);
    const last = encode(remote.authSaslStep.result, { complete: 1, nil: 0, data });
    // Somebody in between begins a packet, of which the daemon's own bytes are to be the rest.
    const injected = Buffer.from([0, 0, 0, 100, 1]);
    peer.raw(Buffer.concat([encodePacket({ ...step, type: PacketType.reply, status: PacketStatus.ok }, last), injected]));
  });
  const attempt = openOver(daemon.connect(), '', { ask: personWith('secret').ask }, road('plain'));
  await expect(attempt).rejects.toMatchObject({ code: 'untrusted', reason: expect.stringContaining('plain text') });
  expect(daemon.peer.calls(remote.connectOpen)).toEqual([]);
});

test.each([[[0]], [[2]], [[0, 2]]])('over plain TCP a daemon that wants no encryption (%j) is not talked to', async (types) => {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.authList, () => ({ types }));
  const attempt = openOver(daemon.connect(), '', {}, road('plain'));
  await expect(attempt).rejects.toMatchObject({ code: 'insecure', remedy: expect.stringContaining('ssh') });
  expect(daemon.peer.received).toHaveLength(1);
});
