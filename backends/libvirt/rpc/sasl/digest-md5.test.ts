import { expect, test } from 'vitest';
import { digestMd5 } from './digest-md5.ts';
import { DigestMd5Layer } from './digest-md5-layer.ts';
import { rc4 } from './rc4.ts';

const chris = { name: 'chris', password: 'secret' };
const options = { service: 'imap/elwood.innosoft.com', secrecy: false, nonce: 'OA6MHXh6VqTrRk' };
const challenge = 'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8';

async function begun(with_ = options, heard = challenge) {
  const conversation = digestMd5(chris, with_);
  const first = await conversation.next(Buffer.alloc(0));
  expect(first.value).toBe(null);
  return { conversation, answer: await conversation.next(Buffer.from(heard)) };
}

test("RFC 2831's example, both proofs", async () => {
  const { conversation, answer } = await begun();
  expect(Buffer.from(answer.value instanceof Uint8Array ? answer.value : []).toString()).toContain(
    'response=d388dad90d4bbd760a152321f2143af7,qop=auth',
  );
  expect(await conversation.next(Buffer.from('rspauth=ea40f60335c427b5527b84dbabcdfffd'))).toEqual({ done: true, value: null });
});

test('a host that proves nothing is not trusted', async () => {
  const { conversation } = await begun();
  await expect(conversation.next(Buffer.from('rspauth=00000000000000000000000000000000'))).rejects.toMatchObject({ code: 'untrusted' });
});

test.each([
  ['no layer', challenge],
  ['only a checksum', challenge.replace('"auth"', '"auth,auth-int"')],
  ['only a cipher that is broken', `${challenge.replace('"auth"', '"auth,auth-conf"')},cipher="rc4-40,des"`],
])('where others read along, %s is not enough', async (_, heard) => {
  await expect(begun({ ...options, secrecy: true }, heard)).rejects.toMatchObject({ code: 'insecure' });
});

test.each(['', 'nonce="x"', 'nonce="x",algorithm=md5'])('a challenge without its parts is refused: %j', async (heard) => {
  await expect(begun(options, heard)).rejects.toMatchObject({ code: 'protocol' });
});

// RFC 6229 and the examples that everybody uses.
test.each([
  ['Key', 'Plaintext', 'bbf316e8d940af0ad3'],
  ['Wiki', 'pedia', '1021bf0420'],
])('RC4 with the key %s', (key, text, expected) => {
  expect(Buffer.from(rc4(Buffer.from(key))(Buffer.from(text))).toString('hex')).toBe(expected);
});

test('what one side seals the other opens, in any chunking, in frames of the agreed size', () => {
  const key = Buffer.alloc(16, 7);
  const [mine, theirs] = [new DigestMd5Layer(key, 4096), new DigestMd5Layer(key, 65_536, 'server')];
  const message = Buffer.from(Array.from({ length: 20_000 }, (_, at) => at & 255));
  const sealed = Buffer.concat([mine.seal(message.subarray(0, 10)), mine.seal(message.subarray(10))]);
  for (let at = 0; at < sealed.length; at += 4 + sealed.readUInt32BE(at)) expect(4 + sealed.readUInt32BE(at)).toBeLessThanOrEqual(4096);
  const opened: Uint8Array[] = [];
  for (let at = 0; at < sealed.length; at += 777) opened.push(theirs.open(sealed.subarray(at, at + 777)));
  expect(Buffer.concat(opened).equals(message)).toBe(true);
  expect(Buffer.from(mine.open(theirs.seal(Buffer.from('back')))).toString()).toBe('back');
});

test.each([
  ['a bit of the message', (frame: Buffer) => (frame[6] = (frame[6] ?? 0) ^ 1)],
  ['its number', (frame: Buffer) => (frame[frame.length - 1] = 9)],
  ['a length over the cap', (frame: Buffer) => frame.writeUInt32BE(0x7fffffff)],
  ['a length under the least', (frame: Buffer) => frame.writeUInt32BE(3)],
])('a frame with %s changed is refused', (_, change) => {
  const key = Buffer.alloc(16, 7);
  const frame = Buffer.from(new DigestMd5Layer(key, 65_536, 'server').seal(Buffer.from('hello')));
  change(frame);
  expect(() => new DigestMd5Layer(key, 65_536).open(frame)).toThrow('sealed frame');
});

test('a frame that comes twice is refused', () => {
  const key = Buffer.alloc(16, 7);
  const frame = new DigestMd5Layer(key, 65_536, 'server').seal(Buffer.from('hello'));
  const layer = new DigestMd5Layer(key, 65_536);
  layer.open(frame);
  expect(() => layer.open(frame)).toThrow('changed on the way');
});
