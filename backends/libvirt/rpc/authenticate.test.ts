import { expect, test } from 'vitest';
import { FakeLibvirtd, refusal } from '../../../test/fakes/fake-libvirtd.ts';
import type { LoginAnswer, LoginQuestion } from '../../login.ts';
import { remote } from '../protocol/remote.ts';
import type { Route } from '../transport/route.ts';
import { openOver } from './open-session.ts';
import { KnownLogin } from './sasl/known-login.ts';

const NOTHING = Buffer.alloc(0);

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

const road = (privacy: Route['privacy']) => ({ privacy, host: 'far' });

test('a person is asked once for a host, and its next connection asks nobody', async () => {
  const daemon = daemonWith('GSSAPI,PLAIN');
  const { asked, ask } = personWith('secret');
  const known = new KnownLogin('me');
  for (let connection = 0; connection < 2; connection++) {
    (await openOver(daemon.connect(), '', { ask, known }, road('encrypted'))).close();
  }
  expect(asked).toEqual([{ kind: 'credentials', name: 'me', realm: null }]);
});

test('a wrong password is asked for again and not remembered; after three it is enough', async () => {
  const daemon = daemonWith('PLAIN');
  const known = new KnownLogin('me');
  const first = personWith('wrong', 'secret');
  (await openOver(daemon.connect(), '', { ask: first.ask, known }, road('encrypted'))).close();
  expect(first.asked).toHaveLength(2);
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

test.each(['SCRAM-SHA-256', 'DIGEST-MD5'])('a daemon that lets everybody in by %s has proven nothing', async (mechlist) => {
  const { ask } = personWith('secret');
  const attempt = openOver(daemonWith(mechlist).connect(), '', { ask }, road('encrypted'));
  await expect(attempt).rejects.toMatchObject({ name: 'BackendError' });
  await expect(attempt).rejects.not.toMatchObject({ code: 'auth-failed' });
});

test.each([[[0]], [[2]], [[0, 2]]])('over plain TCP a daemon that wants no encryption (%j) is not talked to', async (types) => {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.authList, () => ({ types }));
  const attempt = openOver(daemon.connect(), '', {}, road('plain'));
  await expect(attempt).rejects.toMatchObject({ code: 'insecure', remedy: expect.stringContaining('ssh') });
  expect(daemon.peer.received).toHaveLength(1);
});
