import type { ByteStream } from '../byte-stream.ts';
import { Inbox } from './inbox.ts';
import { Picture, type PixelFormat, type Rectangle } from './picture.ts';

const desktopName = new TextEncoder().encode('Fake guest');
/** Milliseconds between two changes of the picture. */
const tick = 200;

/**
 * A graphical console: a VNC server of one picture that moves and shows keys as they are pressed. RFB 3.8 (RFC 6143) with no
 * authentication and the raw encoding, which every client must know.
 */
export function screenOf(): ByteStream {
  const output = new Inbox<Uint8Array>();
  const server = new Server(output);
  const timer = setInterval(() => server.tick(), tick);
  return {
    read: () => output,
    write: async (bytes) => server.take(bytes),
    close: async () => {
      clearInterval(timer);
      output.end();
    },
  };
}

class Server {
  readonly #output: Inbox<Uint8Array>;
  readonly #picture = new Picture();
  #received = new Uint8Array(0);
  #format: PixelFormat = { bigEndian: false, red: 16, green: 8, blue: 0 };
  #stage: (typeof stages)[number] = 'version';
  /** The client asked for what will change, and nothing has yet. */
  #awaited = false;
  #dirty: Rectangle[] = [];

  constructor(output: Inbox<Uint8Array>) {
    this.#output = output;
    output.put(new TextEncoder().encode('RFB 003.008\n'));
  }

  tick(): void {
    this.#dirty.push(this.#picture.move());
    if (this.#awaited) this.#update(this.#dirty);
  }

  take(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#received.length + bytes.length);
    joined.set(this.#received);
    joined.set(bytes, this.#received.length);
    this.#received = joined;
    for (let used = this.#message(); used > 0; used = this.#message()) this.#received = this.#received.slice(used);
  }

  /** Deals with the first message if all of it is here; returns how many bytes it took, 0 when it must wait for more. */
  #message(): number {
    const bytes = this.#received;
    const size = sizeOf(this.#stage, bytes);
    if (bytes.length === 0 || bytes.length < size) return 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, size);
    switch (this.#stage) {
      case 'version':
        // One security type is offered: none.
        this.#output.put(Uint8Array.of(1, 1));
        break;
      case 'security':
        this.#output.put(new Uint8Array(4));
        break;
      case 'init':
        this.#output.put(serverInit());
        break;
      case 'messages':
        this.#clientMessage(view);
    }
    this.#stage = stages[stages.indexOf(this.#stage) + 1] ?? 'messages';
    return size;
  }

  #clientMessage(view: DataView): void {
    switch (view.getUint8(0)) {
      case clientMessages.setPixelFormat:
        this.#format = { bigEndian: view.getUint8(6) !== 0, red: view.getUint8(14), green: view.getUint8(15), blue: view.getUint8(16) };
        break;
      case clientMessages.updateRequest:
        // Whole or only what has changed; either way what is known to have changed goes out at once.
        if (view.getUint8(1) === 0) this.#update([this.#picture.whole()]);
        else if (this.#dirty.length > 0) this.#update(this.#dirty);
        else this.#awaited = true;
        break;
      case clientMessages.key:
        if (view.getUint8(1) !== 0) this.#dirty.push(this.#picture.press(view.getUint32(4)));
        if (this.#awaited && this.#dirty.length > 0) this.#update(this.#dirty);
        break;
      default:
        // Encodings, pointer and clipboard change nothing here.
        break;
    }
  }

  #update(rectangles: readonly Rectangle[]): void {
    this.#awaited = false;
    this.#dirty = [];
    const parts = rectangles.map((area) => ({ area, pixels: this.#picture.pixels(area, this.#format) }));
    const message = new Uint8Array(4 + parts.reduce((sum, { pixels }) => sum + 12 + pixels.length, 0));
    const view = new DataView(message.buffer);
    view.setUint16(2, parts.length);
    let at = 4;
    for (const { area, pixels } of parts) {
      view.setUint16(at, area.x);
      view.setUint16(at + 2, area.y);
      view.setUint16(at + 4, area.width);
      view.setUint16(at + 6, area.height);
      message.set(pixels, at + 12);
      at += 12 + pixels.length;
    }
    this.#output.put(message);
  }
}

const stages = ['version', 'security', 'init', 'messages'] as const;
const clientMessages = { setPixelFormat: 0, setEncodings: 2, updateRequest: 3, key: 4, pointer: 5, cutText: 6 } as const;

function sizeOf(stage: (typeof stages)[number], bytes: Uint8Array): number {
  if (stage === 'version') return 12;
  if (stage !== 'messages') return 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (bytes[0] ?? -1) {
    case clientMessages.setPixelFormat:
      return 20;
    case clientMessages.setEncodings:
      return bytes.length < 4 ? 4 : 4 + 4 * view.getUint16(2);
    case clientMessages.updateRequest:
      return 10;
    case clientMessages.key:
      return 8;
    case clientMessages.pointer:
      return 6;
    case clientMessages.cutText:
      return bytes.length < 8 ? 8 : 8 + Math.abs(view.getInt32(4));
    default:
      // An unknown message has no known length: nothing that follows can be understood, so all of it is dropped.
      return bytes.length;
  }
}

function serverInit(): Uint8Array {
  const message = new Uint8Array(24 + desktopName.length);
  const view = new DataView(message.buffer);
  view.setUint16(0, Picture.width);
  view.setUint16(2, Picture.height);
  // 32 bits a pixel of which 24 count, little-endian, true colour, 8 bits each for red, green, blue.
  message.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4);
  view.setUint32(20, desktopName.length);
  message.set(desktopName, 24);
  return message;
}
