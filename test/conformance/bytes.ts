import type { ByteStream } from '../../backends/byte-stream.ts';

/** Reads until the text so far matches, and goes on from there at the next call. */
export class Reader {
  readonly #bytes: AsyncIterator<Uint8Array>;
  #text = '';

  constructor(stream: ByteStream) {
    this.#bytes = stream.read()[Symbol.asyncIterator]();
  }

  async until(pattern: RegExp, withinMs = 5000): Promise<string> {
    const deadline = Date.now() + withinMs;
    while (!pattern.test(this.#text)) {
      const next = await within(this.#bytes.next(), deadline - Date.now(), `${pattern} after ${JSON.stringify(this.#text.slice(-500))}`);
      if (next.done === true) throw new Error(`the console ended before ${pattern}: ${JSON.stringify(this.#text.slice(-500))}`);
      this.#text += Buffer.from(next.value).toString('latin1');
    }
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** Resolves when the other side has ended; rejects with its reason. */
  async end(withinMs = 1000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while ((await within(this.#bytes.next(), deadline - Date.now(), 'the end')).done !== true) continue;
  }
}

/** The promise's result, or a rejection when it takes longer. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), Math.max(0, ms));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
