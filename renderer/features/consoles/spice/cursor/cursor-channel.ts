import { BodyReader } from '../body-reader.ts';
import type { ChannelHandler } from '../channel.ts';
import { type CursorShape, readCursorShape } from './cursor-shape.ts';

// Source: spice.proto, CursorChannel.
const Told = { init: 101, reset: 102, set: 103, move: 104, hide: 105, invalidateOne: 107, invalidateAll: 108 } as const;
const Flag = { none: 1, cacheMe: 2, fromCache: 4 } as const;
/** What the server believes a client to keep: CLIENT_CURSOR_CACHE_SIZE. */
const MOST_CACHED = 256;

export interface CursorEvents {
  /** Null while the guest has drawn none. */
  shape(shape: CursorShape | null): void;
  visible(isVisible: boolean): void;
  /** Where the guest has it, in pixels of the first display. It matters where the guest has a mouse and no tablet. */
  moved(x: number, y: number): void;
}

/** The guest's pointer. */
export class CursorChannel implements ChannelHandler {
  readonly #events: CursorEvents;
  readonly #cache = new Map<bigint, CursorShape>();

  constructor(events: CursorEvents) {
    this.#events = events;
  }

  receive(type: number, bytes: Uint8Array): void {
    const body = new BodyReader(bytes);
    switch (type) {
      case Told.init:
        this.#cache.clear();
        this.#position(body);
        body.skip(4);
        this.#show(body);
        return;
      case Told.set:
        this.#position(body);
        this.#show(body);
        return;
      case Told.move:
        this.#position(body);
        this.#events.visible(true);
        return;
      case Told.hide:
        this.#events.visible(false);
        return;
      case Told.reset:
        this.#cache.clear();
        this.#events.shape(null);
        this.#events.visible(true);
        return;
      case Told.invalidateOne:
        this.#cache.delete(body.u64());
        return;
      case Told.invalidateAll:
        this.#cache.clear();
        return;
      default:
    }
  }

  dispose(): void {
    this.#cache.clear();
  }

  #position(body: BodyReader): void {
    const x = body.i16();
    this.#events.moved(x, body.i16());
  }

  #show(body: BodyReader): void {
    const isVisible = body.u8() !== 0;
    const flags = body.u16();
    if ((flags & Flag.none) !== 0) {
      // A screen without a pointer of its own, as in a text console: there the person's own is shown.
      this.#events.shape(null);
      this.#events.visible(true);
      return;
    }
    this.#events.shape(this.#read(flags, body));
    this.#events.visible(isVisible);
  }

  #read(flags: number, body: BodyReader): CursorShape | null {
    const id = body.u64();
    const header = { type: body.u8(), width: body.u16(), height: body.u16(), hotX: body.u16(), hotY: body.u16() };
    if ((flags & Flag.fromCache) !== 0) return this.#cache.get(id) ?? null;
    const shape = readCursorShape(header, body.rest());
    if ((flags & Flag.cacheMe) !== 0) this.#keep(id, shape);
    return shape;
  }

  #keep(id: bigint, shape: CursorShape): void {
    this.#cache.set(id, shape);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MOST_CACHED && oldest !== undefined) this.#cache.delete(oldest);
  }
}
