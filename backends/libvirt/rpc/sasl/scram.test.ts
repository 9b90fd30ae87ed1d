import { expect, test } from 'vitest';
import type { Conversation } from './mechanism.ts';
import { prepared } from './mechanism.ts';
import { scram } from './scram.ts';

const say = async (conversation: Conversation, heard = '') => {
  const { value, done } = await conversation.next(Buffer.from(heard));
  return done === true ? 'done' : Buffer.from(value ?? []).toString();
};

// RFC 7677, 3 and RFC 5802, 5: the same person, two hashes.
const VECTORS = [
  {
    hash: 'sha256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    first: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    final: 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    verifier: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
  {
    hash: 'sha1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    first: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    final: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    verifier: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
] as const;
const user = { name: 'user', password: 'pencil' };

test.each(VECTORS)('the example of the standard ($hash)', async ({ hash, nonce, first, final, verifier }) => {
  const conversation = scram(hash, user, nonce);
  expect(await say(conversation)).toBe(`n,,n=user,r=${nonce}`);
  expect(await say(conversation, first)).toBe(final);
  expect(await say(conversation, verifier)).toBe('done');
});

test.each([
  ['another signature', 'v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='],
  ['no signature', ''],
  ['an error', 'e=other-error'],
])('a host that proves nothing is not trusted: %s', async (_, answer) => {
  const { hash, nonce, first } = VECTORS[0];
  const conversation = scram(hash, user, nonce);
  await say(conversation);
  await say(conversation, first);
  await expect(say(conversation, answer)).rejects.toMatchObject({ code: 'untrusted' });
});

test.each([
  ['a nonce that is not ours', 'r=other,s=QQ==,i=4096', 'protocol'],
  ['our nonce and nothing more', 'r=mine,s=QQ==,i=4096', 'protocol'],
  ['rubbish', 'hello', 'protocol'],
  ['so few rounds that the password can be guessed', 'r=mine+,s=QQ==,i=1', 'insecure'],
  ['so many rounds that we never end', 'r=mine+,s=QQ==,i=999999999', 'insecure'],
])('a challenge with %s is refused', async (_, challenge, code) => {
  const conversation = scram('sha256', user, 'mine');
  await say(conversation);
  await expect(say(conversation, challenge)).rejects.toMatchObject({ code });
});

test('names cannot add fields, and look-alikes are one', async () => {
  expect(await say(scram('sha256', { name: 'a=b,c', password: '' }, 'x'))).toBe('n,,n=a=3Db=2Cc,r=x');
  // RFC 4013, 3: examples 1, 4 and 5.
  expect([prepared('I\u00adX'), prepared('\u00aa'), prepared('\u2168')]).toEqual(['IX', 'a', 'IX']);
});
