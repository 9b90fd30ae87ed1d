import type { ByteStream } from '../../byte-stream.ts';
import { notUnderstood } from './peer.ts';

const GREETING = Buffer.from('RFB 003.008\n', 'latin1');
/** One way to get in: none is needed. */
const NONE = 1;
const SECURITY_TYPES = Uint8Array.of(1, NONE);
const RESULT_OK = new Uint8Array(4);

/**
 * What a viewer meets of a VNC server that has let us in already: a handshake of RFB 3.8 (RFC 6143, 7.1) that asks for nothing, and then the
 * server itself.
 */
export class RfbFront implements ByteStream {
  readonly #server: ByteStream;
  /** What the viewer has said of its part of the handshake: its version, and one byte for the way in. */
  #said = Buffer.alloc(0);
  #entered = false;
  #over = false;
  #news: () => void = () => undefined;

  /** `ended` resolves when the server is gone, while its viewer has not said anything yet as well. */
  constructor(server: ByteStream, ended: Promise<void>) {
    this.#server = server;
    void ended.then(() => {
      this.#over = true;
      this.#news();
    });
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    yield GREETING;
    if (!(await this.#until(() => this.#said.length >= GREETING.length))) return;
    yield SECURITY_TYPES;
    if (!(await this.#until(() => this.#entered))) return;
    yield RESULT_OK;
    yield* this.#server.read();
  }

  /** Rejects with 'protocol' for a viewer that speaks anything else. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#entered) return this.#server.write(bytes);
    const wanted = GREETING.length + 1 - this.#said.length;
    this.#said = Buffer.concat([this.#said, bytes.subarray(0, wanted)]);
    const version = this.#said.subarray(0, GREETING.length);
    if (!version.equals(GREETING.subarray(0, version.length))) return this.#refuse('The viewer does not speak RFB 3.8.');
    if (this.#said.length > GREETING.length) {
      if (this.#said[GREETING.length] !== NONE) return this.#refuse('The viewer wants a way in that was not offered.');
      this.#entered = true;
    }
    this.#news();
    const rest = bytes.subarray(wanted);
    if (rest.length > 0) await this.#server.write(rest);
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#news();
    await this.#server.close();
  }

  async #refuse(reason: string): Promise<never> {
    await this.close();
    throw notUnderstood(reason);
  }

  /** False: it was over before. */
  async #until(reached: () => boolean): Promise<boolean> {
    while (!reached() && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#news = resolve;
      });
    }
    return reached();
  }
}
