import { expect, test } from 'vitest';
import type { ByteStream } from '../../byte-stream.ts';
import { RfbFront } from './rfb-front.ts';

function setUp() {
  const written: Buffer[] = [];
  let closed = false;
  const server: ByteStream = {
    async *read() {
      yield Buffer.from('pictures');
    },
    write: async (bytes) => void written.push(Buffer.from(bytes)),
    close: async () => void (closed = true),
  };
  let end = () => undefined as void;
  const front = new RfbFront(server, new Promise<void>((resolve) => (end = resolve)));
  const reading = front.read();
  const next = async () => {
    const { value, done } = await reading.next();
    return done === true ? null : Buffer.from(value);
  };
  return { front, next, end: () => end(), written: () => Buffer.concat(written).toString('latin1'), closed: () => closed };
}

test('a viewer meets a server without security, in however many pieces it speaks', async () => {
  const { front, next, written } = setUp();
  expect(String(await next())).toBe('RFB 003.008\n');
  const types = next();
  for (const byte of Buffer.from('RFB 003.008\n')) await front.write(Uint8Array.of(byte));
  expect(await types).toEqual(Buffer.of(1, 1));
  const result = next();
  await front.write(Uint8Array.of(1));
  expect(await result).toEqual(Buffer.alloc(4));
  await front.write(Buffer.from('shared'));
  expect(written()).toBe('shared');
  expect(String(await next())).toBe('pictures');
  expect(await next()).toBeNull();
});

test('what a viewer says ahead goes to the server', async () => {
  const { front, written } = setUp();
  await front.write(Buffer.from('RFB 003.008\n\u0001and more'));
  expect(written()).toBe('and more');
});

test.each(['RFB 003.003\n', 'GET / HTTP/1.1', 'RFB 003.008\n\u0002'])(
  'a viewer that says %j is refused, and the server hears nothing',
  async (said) => {
    const { front, written, closed } = setUp();
    await expect(front.write(Buffer.from(said))).rejects.toMatchObject({ code: 'protocol' });
    expect([written(), closed()]).toEqual(['', true]);
  },
);

test('a server that goes before its viewer has said anything ends it', async () => {
  const { next, end } = setUp();
  await next();
  const types = next();
  end();
  expect(await types).toBeNull();
});

test('a viewer that goes before it has said anything leaves nothing waiting', async () => {
  const { front, next } = setUp();
  await next();
  const types = next();
  await front.close();
  expect(await types).toBeNull();
});
