import type { HostConnection } from '../../backends/backend.ts';
import type { ByteStream } from '../../backends/byte-stream.ts';
import type { AskLogin, LoginAnswer, LoginQuestion } from '../../backends/login.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import type { SpiceChannel } from '../../backends/model/guest-console.ts';
import { within } from '../conformance/bytes.ts';

const PATIENCE_MS = 30_000;

/** Reads what a display sends, so many bytes at a time. */
export class ExactReader {
  readonly #bytes: AsyncIterator<Uint8Array>;
  #held = Buffer.alloc(0);

  constructor(stream: ByteStream) {
    this.#bytes = stream.read()[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      const next = await within(this.#bytes.next(), PATIENCE_MS, `${length} bytes`);
      if (next.done === true) throw new Error(`it ended after ${this.#held.length} of ${length} bytes`);
      this.#held = Buffer.concat([this.#held, next.value]);
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** Resolves when the display has ended it, whatever comes before. */
  async end(): Promise<void> {
    for (;;) {
      const next = await within(this.#bytes.next(), PATIENCE_MS, 'the end').catch(() => null);
      if (next === null || next.done === true) return;
    }
  }
}

export interface SeenVnc {
  readonly stream: ByteStream;
  readonly reader: ExactReader;
  readonly width: number;
  readonly height: number;
  readonly name: string;
}

/** Goes through RFB as a viewer does that knows no security, up to the picture's size. */
export async function seeVnc(stream: ByteStream): Promise<SeenVnc> {
  const reader = new ExactReader(stream);
  const greeting = (await reader.take(12)).toString('latin1');
  if (greeting !== 'RFB 003.008\n') throw new Error(`greeted with ${greeting}`);
  await stream.write(Buffer.from(greeting, 'latin1'));
  const types = await reader.take(2);
  if (types[0] !== 1 || types[1] !== 1) throw new Error(`offers ${types.toString('hex')}`);
  await stream.write(Uint8Array.of(1));
  if ((await reader.take(4)).readUInt32BE() !== 0) throw new Error('refused');
  await stream.write(Uint8Array.of(1));
  const init = await reader.take(24);
  const name = (await reader.take(init.readUInt32BE(20))).toString('utf8');
  return { stream, reader, width: init.readUInt16BE(0), height: init.readUInt16BE(2), name };
}

/** All of its pixels as they are now, four bytes each (RFC 6143, 7.5.3 and 7.6.1). The server sends raw ones where no other encoding was named. */
export async function vncPixels({ stream, reader, width, height }: SeenVnc): Promise<Buffer> {
  const format = Uint8Array.of(0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0);
  const request = Buffer.alloc(10);
  request.writeUInt8(3);
  request.writeUInt16BE(width, 6);
  request.writeUInt16BE(height, 8);
  await stream.write(Buffer.concat([format, request]));
  const [type, , high = 0, low = 0] = await reader.take(4);
  if (type !== 0) throw new Error(`sent the message ${type}`);
  const rectangles: Buffer[] = [];
  for (let left = 256 * high + low; left > 0; left -= 1) {
    const head = await reader.take(12);
    rectangles.push(await reader.take(4 * head.readUInt16BE(4) * head.readUInt16BE(6)));
  }
  return Buffer.concat(rectangles);
}

export interface SeenSpice {
  readonly stream: ByteStream;
  readonly reader: ExactReader;
  /** As the main channel says. */
  readonly session: number;
}

/** spice-protocol: SPICE_MSG_MAIN_INIT. */
const MAIN_INIT = 103;

/** Reads what comes after the main channel's link up to its first own message. */
export async function seeSpice(stream: ByteStream): Promise<SeenSpice> {
  const reader = new ExactReader(stream);
  const body = await spiceMessage(reader, MAIN_INIT);
  return { stream, reader, session: body.readUInt32LE(0) };
}

/** spice-protocol: SPICE_MSGC_DISPLAY_INIT, without which the server waits for it and answers nobody. No caches. */
export function displayInit(): Uint8Array {
  const message = Buffer.alloc(6 + 14);
  message.writeUInt16LE(101);
  message.writeUInt32LE(14, 2);
  return message;
}

/** The first message of this type: its body. */
export async function spiceMessage(reader: ExactReader, type: number): Promise<Buffer> {
  for (;;) {
    const header = await reader.take(6);
    const body = await reader.take(header.readUInt32LE(2));
    if (header.readUInt16LE(0) === type) return body;
  }
}

export const openSpice = (connection: HostConnection, id: GuestId, channel?: SpiceChannel, force = false): Promise<ByteStream> =>
  connection.openConsole(id, 'spice0', { force, channel });

/** Somebody who gives these answers in turn, and then gives up. */
export function answering(...answers: readonly string[]): { readonly ask: AskLogin; readonly asked: LoginQuestion[] } {
  const left = [...answers];
  const asked: LoginQuestion[] = [];
  const ask: AskLogin = async (question): Promise<LoginAnswer> => {
    asked.push(question);
    const secret = left.shift();
    return secret === undefined ? { kind: 'refused' } : { kind: 'secret', secret };
  };
  return { ask, asked };
}
