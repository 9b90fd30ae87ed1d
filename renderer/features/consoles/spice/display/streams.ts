import { BodyReader } from '../body-reader.ts';
import { SpiceError } from '../channel.ts';
import { readClip, readRect } from './draw-message.ts';
import { jpegSize } from './jpeg-size.ts';
import { paintInParts, paintPicture } from './paint.ts';
import { checkedArea, corrupt, flipped, type Picture } from './picture.ts';
import { intersection, regionOf, heightOf, widthOf, type Rect } from './region.ts';
import { copy } from './rop.ts';
import { scaled } from './scale.ts';
import type { Surface, SurfaceStore } from './surface.ts';
import { inSlices } from './work.ts';

/** Source: spice-protocol, enums.h. */
const Told = { create: 122, data: 123, clip: 124, destroy: 125, destroyAll: 126, dataSized: 316 } as const;
const MJPEG = 1;
const TOP_DOWN = 1;
/** The server never has more than 50. */
const MOST_STREAMS = 64;
/** A frame older than this, in milliseconds, is not drawn when a newer one is sure to come. */
const LATE = 300;
/** So long, in milliseconds, may late frames be dropped in a row: clocks that disagree must not stop the film. */
const LONGEST_GAP = 500;

interface Stream {
  readonly surface: number;
  readonly topDown: boolean;
  readonly dest: Rect;
  clip: readonly Rect[] | null;
  /** By the server's clock; null before the first frame. */
  drawnAt: number | null;
}

export interface StreamsOptions {
  readonly surfaces: SurfaceStore;
  readonly decodeJpeg: (bytes: Uint8Array) => Promise<Picture>;
  readonly mediaTime: () => number;
  readonly painted: (surface: Surface, bounds: Rect) => void;
}

/** Parts of the screen that the server sends as film. Source: spice-gtk, channel-display.c. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #streams = new Map<number, Stream>();

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Resolves when it is dealt with, to false where the message is none of films. Rejects with SpiceError. */
  async receive(type: number, body: Uint8Array): Promise<boolean> {
    const reader = new BodyReader(body);
    switch (type) {
      case Told.create:
        this.#create(reader);
        return true;
      case Told.data: {
        const stream = this.#streams.get(reader.u32());
        const time = reader.u32();
        if (stream !== undefined) await this.#frame({ stream, time, dest: stream.dest, bytes: reader.bytes(reader.u32()) });
        return true;
      }
      case Told.dataSized: {
        const stream = this.#streams.get(reader.u32());
        const time = reader.u32();
        reader.skip(8); // Its size, which the frame says too.
        const dest = readRect(reader);
        if (stream !== undefined) await this.#frame({ stream, time, dest, bytes: reader.bytes(reader.u32()) });
        return true;
      }
      case Told.clip: {
        const stream = this.#streams.get(reader.u32());
        if (stream !== undefined) stream.clip = readClip(reader);
        return true;
      }
      case Told.destroy:
        this.#streams.delete(reader.u32());
        return true;
      case Told.destroyAll:
        this.#streams.clear();
        return true;
      default:
        return false;
    }
  }

  clear(): void {
    this.#streams.clear();
  }

  #create(reader: BodyReader): void {
    const surface = reader.u32();
    const id = reader.u32();
    const topDown = (reader.u8() & TOP_DOWN) !== 0;
    const codec = reader.u8();
    if (codec !== MJPEG) throw new SpiceError(`The screen sends a film by codec ${codec}, which Guesthouse did not ask for.`);
    reader.skip(8 + 4 * 4); // When it began, and sizes that every frame says itself.
    const dest = readRect(reader);
    if (this.#streams.size >= MOST_STREAMS) throw new SpiceError('The screen sends more films at once than Guesthouse takes.');
    this.#streams.set(id, { surface, topDown, dest, clip: readClip(reader), drawnAt: null });
  }

  async #frame({ stream, time, dest, bytes }: { stream: Stream; time: number; dest: Rect; bytes: Uint8Array }): Promise<void> {
    const { surfaces, decodeJpeg, mediaTime, painted } = this.#options;
    const now = mediaTime();
    if (stream.drawnAt !== null && since(time, now) > LATE && since(stream.drawnAt, now) < LONGEST_GAP) return;
    const size = jpegSize(bytes);
    checkedArea(size.width, size.height);
    const surface = surfaces.get(stream.surface);
    const region = regionOf({ box: dest, bounds: surface.bounds, clip: stream.clip, mask: null });
    const wanted = intersection(dest, surface.bounds);
    if (region.rects.length === 0) return;
    const decoded = await decodeJpeg(bytes).catch(() => null);
    if (decoded === null) throw corrupt();
    stream.drawnAt = now;
    const frame = stream.topDown ? decoded : { ...decoded, pixels: await inSlices(flipped(decoded.pixels, decoded.width)) };
    const fits = frame.width === widthOf(dest) && frame.height === heightOf(dest);
    const placed = fits
      ? { picture: frame, x: dest.left, y: dest.top }
      : {
          picture: await inSlices(scaled({ picture: frame, area: wholeOf(frame), box: dest, wanted, smooth: true })),
          x: wanted.left,
          y: wanted.top,
        };
    await inSlices(paintInParts(region, (part) => paintPicture(surface, part, placed, copy)));
    painted(surface, wanted);
  }
}

const wholeOf = ({ width, height }: Picture): Rect => ({ left: 0, top: 0, right: width, bottom: height });

/** Times wrap around after 49 days; the difference of two does not mind. */
const since = (earlier: number, now: number): number => (now - earlier) | 0;
