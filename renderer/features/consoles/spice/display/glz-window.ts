import { SpiceError } from '../channel.ts';

/** The pictures that later pictures may repeat parts of, each by its number. */
export interface GlzWindow {
  /** In pixels. No picture has more than that: the server sends such as LZ. */
  readonly capacity: number;
  /** Pixels in the order in which they were sent. Throws SpiceError where there is no such picture. */
  pixelsOf(id: number): Uint32Array;
  /** Keeps a picture, and lets go of those before `oldest`. Throws SpiceError when more would be kept than was agreed on. */
  add(id: number, oldest: number, pixels: Uint32Array): void;
  clear(): void;
}

/** However small they are: each takes some room besides. Only what is larger than a dozen pixels is compressed at all. */
const MOST_PICTURES = 524_288;

/** `capacity` is in pixels: what DISPLAY_INIT tells the server that it may count on. */
export function createGlzWindow(capacity: number): GlzWindow {
  const pictures = new Map<number, Uint32Array>();
  let held = 0;
  return {
    capacity,
    pixelsOf: (id) => {
      const pixels = pictures.get(id);
      if (pixels === undefined) throw new SpiceError('The screen sent a picture that repeats one which is not there.');
      return pixels;
    },
    add: (id, oldest, pixels) => {
      // Numbers only rise, so the first one in the map is the oldest.
      for (const [other, { length }] of pictures) {
        if (other >= oldest) break;
        pictures.delete(other);
        held -= length;
      }
      if (pictures.has(id) || pictures.size >= MOST_PICTURES || held > capacity + pixels.length)
        throw new SpiceError('The screen expects Guesthouse to keep more pictures than was agreed on.');
      pictures.set(id, pixels);
      held += pixels.length;
    },
    clear: () => {
      pictures.clear();
      held = 0;
    },
  };
}
