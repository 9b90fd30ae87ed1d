import type { ClipboardPeer, ClipboardWays } from '../screen.ts';

/** The most that travels in one message, and the most that a text may be after it was inflated. QEMU closes at more than this. */
const LIMIT = 1024 * 1024;
/** A text in an extended message is preceded by its length. */
const SIZE = 4;

// rfbproto, "Extended Clipboard Pseudo-Encoding".
const TEXT = 1;
const action = { caps: 1 << 24, request: 1 << 25, peek: 1 << 26, notify: 1 << 27, provide: 1 << 28 } as const;
const ACTIONS = 0xff000000 | 0;

/** Sends a ClientCutText message; `extended` has its length negated. */
export type SendCutText = (bytes: Uint8Array<ArrayBuffer>, extended: boolean) => void;

export interface ClipboardNews {
  peer(peer: ClipboardPeer): void;
  copied(text: string): void;
}

/** The guest's clipboard over VNC: asked and told only as far as the person allowed, and never more than 1 MiB. */
export class RfbClipboard {
  #ways: ClipboardWays = { toGuest: false, fromGuest: false };
  #extended = false;
  #asked = false;
  #offered: string | null = null;
  readonly #send: SendCutText;
  readonly #news: ClipboardNews;

  constructor(send: SendCutText, news: ClipboardNews) {
    this.#send = send;
    this.#news = news;
  }

  /** Whether the other end needs to know that there is a clipboard here. */
  get isWanted(): boolean {
    return this.#ways.toGuest || this.#ways.fromGuest;
  }

  set ways(ways: ClipboardWays) {
    this.#ways = ways;
    if (!ways.toGuest) this.#offered = null;
    if (!ways.fromGuest) this.#asked = false;
    if (!this.isWanted) this.#extended = false;
    else if (ways.fromGuest && this.#extended) this.#send(flags(action.peek), true);
  }

  /** Whether a message of so many bytes is worth keeping until all of it is here; any other is skipped as it comes. */
  accepts(length: number, extended: boolean): boolean {
    if (length > LIMIT || (extended && length < SIZE)) return false;
    return extended ? this.isWanted : this.#ways.fromGuest;
  }

  /** All of an accepted message. */
  receive(bytes: Uint8Array<ArrayBuffer>, extended: boolean): void {
    if (!extended) {
      if (this.#ways.fromGuest) this.#copied(new TextDecoder('latin1').decode(bytes));
      return;
    }
    const word = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0);
    const hasText = (word & TEXT) !== 0;
    if ((word & action.caps) !== 0) {
      this.#greet();
      return;
    }
    switch (word & ACTIONS) {
      case action.notify:
        if (!hasText) return;
        this.#news.peer('ready');
        if (this.#ways.fromGuest) {
          this.#asked = true;
          this.#send(flags(action.request | TEXT), true);
        }
        return;
      case action.request:
        if (!hasText || this.#offered === null) return;
        this.#news.peer('ready');
        void this.#provide(this.#offered);
        return;
      case action.peek:
        if (this.#ways.toGuest) this.#send(flags(action.notify | (this.#offered === null ? 0 : TEXT)), true);
        return;
      case action.provide:
        // Only what was asked for: a guest does not put text on a person's clipboard because it likes to.
        if (hasText && this.#asked) void this.#take(bytes.subarray(SIZE));
        this.#asked = false;
        return;
      default:
        return;
    }
  }

  /** Has the guest know that there is text to paste; it fetches it when it wants it. */
  offer(text: string): void {
    if (!this.#ways.toGuest || new TextEncoder().encode(text).byteLength > LIMIT) return;
    this.#offered = text;
    if (this.#extended) this.#send(flags(action.notify | TEXT), true);
    // RFC 6143, 7.5.6: ISO 8859-1, lines end with a line feed alone.
    else this.#send(Uint8Array.from(text.replaceAll(/\r\n?/g, '\n'), latin1), false);
  }

  #greet(): void {
    this.#extended = true;
    const words = new DataView(new ArrayBuffer(8));
    words.setInt32(0, action.caps | action.request | action.peek | action.notify | action.provide | TEXT);
    // The size up to which text may come without being asked for: none.
    words.setUint32(4, 0);
    this.#send(new Uint8Array(words.buffer), true);
    if (this.#offered !== null) this.#send(flags(action.notify | TEXT), true);
    if (this.#ways.fromGuest) this.#send(flags(action.peek), true);
  }

  async #provide(text: string): Promise<void> {
    const body = new TextEncoder().encode(`${text.replaceAll(/\r\n?|\n/g, '\r\n')}\0`);
    const plain = new Uint8Array(SIZE + body.length);
    new DataView(plain.buffer).setUint32(0, body.length);
    plain.set(body, SIZE);
    const packed = new Uint8Array(await new Response(through(plain, new CompressionStream('deflate'))).arrayBuffer());
    if (this.#offered !== text || SIZE + packed.length > LIMIT) return;
    const message = new Uint8Array(SIZE + packed.length);
    message.set(flags(action.provide | TEXT));
    message.set(packed, SIZE);
    this.#send(message, true);
  }

  async #take(packed: Uint8Array<ArrayBuffer>): Promise<void> {
    const text = await inflatedText(packed);
    if (text !== null && this.#ways.fromGuest) this.#copied(text);
  }

  #copied(text: string): void {
    this.#news.peer('ready');
    this.#news.copied(text);
  }
}

function flags(word: number): Uint8Array<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(SIZE));
  bytes.setInt32(0, word);
  return new Uint8Array(bytes.buffer);
}

function latin1(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  return point > 0xff ? 0x3f : point;
}

const through = (bytes: Uint8Array<ArrayBuffer>, transform: CompressionStream | DecompressionStream): ReadableStream<Uint8Array> =>
  new Blob([bytes]).stream().pipeThrough(transform);

/** The text in a Provide message: its length, then so many bytes of UTF-8. Null for what is too long, too short or no zlib. */
async function inflatedText(packed: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const reader = through(packed, new DecompressionStream('deflate')).getReader();
  const found = new Uint8Array(SIZE + LIMIT);
  let length = 0;
  let expected: number | null = null;
  try {
    while (expected === null || length < expected) {
      const { value, done } = await reader.read();
      if (done) return null;
      const room = found.length - length;
      found.set(value.subarray(0, room), length);
      length += Math.min(room, value.length);
      if (expected === null && length >= SIZE) expected = SIZE + new DataView(found.buffer).getUint32(0);
      if (expected !== null && expected > found.length) return null;
    }
    const body = found.subarray(SIZE, expected);
    return new TextDecoder().decode(body).replace(/\0$/, '').replaceAll('\r\n', '\n');
  } catch {
    // Not zlib. Nobody is waiting for it, and the picture goes on.
    return null;
  } finally {
    // No more than was needed is inflated. What fails here has failed above.
    await reader.cancel().catch(() => undefined);
  }
}
