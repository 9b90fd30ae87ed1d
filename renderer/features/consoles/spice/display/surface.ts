import { SpiceError, spiceLimits } from '../channel.ts';
import { checkedArea, OPAQUE, type Picture } from './picture.ts';
import type { Rect } from './region.ts';
import type { Work } from './work.ts';

/** What is drawn upon. Its pixels are those of an ImageData, which a canvas shows as they are. */
export interface Surface extends Picture {
  readonly id: number;
  readonly bounds: Rect;
}

/** Source: spice-protocol, SpiceSurfaceFmt. Those of 16 bits are kept with 8 bits a colour like the others. */
const SurfaceFormat = { bits555: 16, xrgb: 32, bits565: 80, argb: 96 } as const;
export const XRGB = SurfaceFormat.xrgb;
const MOST_SURFACES = 1024;
const PIXELS_A_FILL = 1024 * 1024;

export interface SurfaceRequest {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly format: number;
}

/** The surfaces of a channel, bounded in number and in pixels together. */
export class SurfaceStore {
  readonly #surfaces = new Map<number, Surface>();
  #pixels = 0;

  /** Black all over, or without a pixel where the format has alpha values. Throws SpiceError. */
  *create({ id, width, height, format }: SurfaceRequest): Work<Surface> {
    this.destroy(id);
    const area = checkedArea(width, height);
    const opaque = opacityOf(format);
    if (this.#surfaces.size >= MOST_SURFACES || this.#pixels + area > spiceLimits.pixels)
      throw new SpiceError('The screen wants more surfaces than Guesthouse has room for.');
    const pixels = new Uint32Array(area);
    const surface = { id, width, height, opaque, pixels, bounds: { left: 0, top: 0, right: width, bottom: height } };
    this.#surfaces.set(id, surface);
    this.#pixels += area;
    if (opaque)
      for (let at = 0; at < area; at += PIXELS_A_FILL) {
        pixels.fill(OPAQUE, at, at + PIXELS_A_FILL);
        yield;
      }
    return surface;
  }

  /** Throws SpiceError. */
  get(id: number): Surface {
    const surface = this.#surfaces.get(id);
    if (surface === undefined) throw new SpiceError('The screen draws on a surface that is not there.');
    return surface;
  }

  destroy(id: number): void {
    this.#pixels -= this.#surfaces.get(id)?.pixels.length ?? 0;
    this.#surfaces.delete(id);
  }

  clear(): void {
    this.#surfaces.clear();
    this.#pixels = 0;
  }
}

function opacityOf(format: number): boolean {
  switch (format) {
    case SurfaceFormat.xrgb:
    case SurfaceFormat.bits555:
    case SurfaceFormat.bits565:
      return true;
    case SurfaceFormat.argb:
      return false;
    default:
      throw new SpiceError(`The screen wants a surface of format ${format}, which Guesthouse does not know.`);
  }
}
