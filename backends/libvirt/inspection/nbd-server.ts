import { createServer, type Socket } from 'node:net';

/** Bytes to be read, as of a disk. */
export interface Blocks {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

// https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md, fixed newstyle.
const IHAVEOPT = Buffer.from('IHAVEOPT');
const GREETING = Buffer.concat([Buffer.from('NBDMAGIC'), IHAVEOPT, Buffer.from([0, 3])]);
const OPTION_REPLY = 0x3e889045565a9n;
const REQUEST = 0x25609513;
const REPLY = 0x67446698;
const Option = { exportName: 1, abort: 2, go: 7 } as const;
const Answer = { ack: 1, info: 3, unsupported: 0x80000001 } as const;
const Command = { read: 0, write: 1, disconnect: 2 } as const;
/** NBD_FLAG_HAS_FLAGS and NBD_FLAG_READ_ONLY. */
const FLAGS = 3;
const NO_ZEROES = 2;
const Failure = { permission: 1, io: 5, invalid: 22 } as const;
/** The longest that QEMU asks for, and the longest option that makes sense. */
const READ_MAX = 32 * 1024 * 1024;
const OPTION_MAX = 8192;

/**
 * Serves the blocks to NBD clients at a unix socket, to be read and never written. Who may reach it is whoever may enter the socket's folder.
 * Ends with the signal, and its connections with it. `failed` is told why a read could not be answered.
 */
export function serveBlocks(blocks: Blocks, socket: string, signal: AbortSignal, failed: (why: unknown) => void): Promise<void> {
  const server = createServer((client) => {
    const end = () => client.destroy();
    signal.addEventListener('abort', end, { once: true });
    client.on('close', () => signal.removeEventListener('abort', end));
    client.on('error', () => undefined);
    void talk(client, blocks, failed)
      .catch(() => undefined)
      .finally(() => client.destroy());
  });
  signal.addEventListener('abort', () => server.close(), { once: true });
  return new Promise((resolve, reject) => {
    // Also of what comes later, like a client that cannot be taken: such a one is gone, and nothing else.
    server.on('error', reject);
    server.listen(socket, resolve);
  });
}

async function talk(client: Socket, blocks: Blocks, failed: (why: unknown) => void): Promise<void> {
  const input = new Input(client);
  client.write(GREETING);
  const wordy = ((await input.take(4)).readUInt32BE() & NO_ZEROES) === 0;
  if (!(await negotiate(client, input, blocks, wordy))) return;
  for (;;) {
    const head = await input.take(28);
    if (head.readUInt32BE(0) !== REQUEST) return;
    const [command, offset, length] = [head.readUInt16BE(6), Number(head.readBigUInt64BE(16)), head.readUInt32BE(24)];
    const cookie = head.subarray(8, 16);
    if (command === Command.disconnect) return;
    // What was to be written comes with the request; nobody reads it.
    if (command === Command.write) {
      if (length > READ_MAX) return;
      await input.take(length);
    }
    if (command !== Command.read) await send(client, reply(cookie, command === Command.write ? Failure.permission : Failure.invalid));
    else if (length > READ_MAX || offset + length > blocks.size) await send(client, reply(cookie, Failure.invalid));
    else await answer(client, cookie, blocks.read(offset, length), failed);
  }
}

/** Until the client takes the one export there is, whatever it calls it; false where it goes. */
async function negotiate(client: Socket, input: Input, { size }: Blocks, wordy: boolean): Promise<boolean> {
  const facts = Buffer.alloc(10);
  facts.writeBigUInt64BE(BigInt(size));
  facts.writeUInt16BE(FLAGS, 8);
  for (;;) {
    const head = await input.take(16);
    const [option, length] = [head.readUInt32BE(8), head.readUInt32BE(12)];
    if (!head.subarray(0, 8).equals(IHAVEOPT) || length > OPTION_MAX) return false;
    await input.take(length);
    switch (option) {
      case Option.exportName:
        client.write(Buffer.concat([facts, Buffer.alloc(wordy ? 124 : 0)]));
        return true;
      case Option.go:
        client.write(optionReply(option, Answer.info, Buffer.concat([Buffer.alloc(2), facts])));
        client.write(optionReply(option, Answer.ack));
        return true;
      case Option.abort:
        client.write(optionReply(option, Answer.ack));
        return false;
      default:
        client.write(optionReply(option, Answer.unsupported));
    }
  }
}

async function answer(client: Socket, cookie: Buffer, read: Promise<Uint8Array>, failed: (why: unknown) => void): Promise<void> {
  try {
    const bytes = await read;
    client.write(reply(cookie, 0));
    await send(client, bytes);
  } catch (error) {
    failed(error);
    await send(client, reply(cookie, Failure.io));
  }
}

function reply(cookie: Buffer, error: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(REPLY, 0);
  head.writeUInt32BE(error, 4);
  cookie.copy(head, 8);
  return head;
}

function optionReply(option: number, type: number, data: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(20);
  head.writeBigUInt64BE(OPTION_REPLY);
  head.writeUInt32BE(option, 8);
  head.writeUInt32BE(type, 12);
  head.writeUInt32BE(data.length, 16);
  return Buffer.concat([head, data]);
}

const send = (client: Socket, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => client.write(bytes, (error) => (error == null ? resolve() : reject(error))));

/** What a client says, in pieces of the length that was asked for. */
class Input {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(client: Socket) {
    this.#chunks = client[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    const pieces = [this.#rest];
    for (let had = this.#rest.length; had < length;) {
      const next = await this.#chunks.next();
      if (next.done === true) throw new Error('the client has gone');
      pieces.push(next.value);
      had += next.value.length;
    }
    const all = Buffer.concat(pieces);
    this.#rest = all.subarray(length);
    return all.subarray(0, length);
  }
}
