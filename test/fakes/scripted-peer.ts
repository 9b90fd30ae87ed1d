import { Duplex } from 'node:stream';

/** The other end of a display's connection, for a test to play. */
export class ScriptedPeer {
  /** Ours. */
  readonly stream: Duplex;
  #received = Buffer.alloc(0);
  #news: () => void = () => undefined;

  constructor() {
    this.stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        this.#received = Buffer.concat([this.#received, chunk]);
        this.#news();
        done();
      },
      final: (done) => done(),
    });
  }

  /** What was sent to it. */
  async heard(length: number): Promise<Buffer> {
    while (this.#received.length < length) await new Promise<void>((resolve) => (this.#news = resolve));
    const heard = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return heard;
  }

  get unheard(): number {
    return this.#received.length;
  }

  say(bytes: Uint8Array | string): void {
    this.stream.push(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** A byte at a time, each an arrival of its own. */
  async dribble(bytes: Uint8Array | string): Promise<void> {
    for (const byte of Buffer.from(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)) {
      this.say(Uint8Array.of(byte));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  end(): void {
    this.stream.push(null);
  }
}

/** A number of 32 bits, most significant byte first. */
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
