import type { Paper } from '../channel.ts';
import type { Picture } from './picture.ts';
import { heightOf, widthOf, type Rect } from './region.ts';

const MOST_RECTS = 16;
/** What a frame brings to the canvas at most, so that the largest screens leave the page its turns; all of one with 4K. */
const PIXELS_A_FRAME = 16 * 1024 * 1024;

/** Brings what changed on a surface to a canvas of its size, once a frame of the person's screen. */
export class Presenter {
  readonly #canvas: Paper;
  readonly #context: Pick<CanvasRenderingContext2D, 'putImageData'>;
  #image: ImageData | null = null;
  #changed: Rect[] = [];
  #frame: number | null = null;

  constructor(canvas: Paper) {
    this.#canvas = canvas;
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('No 2D context.');
    this.#context = context;
  }

  /** What the canvas shows from now on, from the upper left corner to the end of `part`; nothing when null. */
  show(surface: Picture | null, part?: Rect): void {
    this.#changed = [];
    this.#image = null;
    if (surface === null) return;
    const { width, height, pixels } = surface;
    this.#canvas.width = part === undefined ? width : widthOf(part);
    this.#canvas.height = part === undefined ? height : heightOf(part);
    // The surface's own memory: what is drawn there needs no copy but the one to the canvas.
    this.#image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  }

  changed(bounds: Rect): void {
    if (this.#changed.length < MOST_RECTS) this.#changed.push(bounds);
    else this.#changed = [this.#changed.reduce(enclosing, bounds)];
    this.#request();
  }

  /** Without waiting for the next frame, which a hidden window does not have. */
  present(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    for (const rect of this.#changed) this.#put(rect);
    this.#changed = [];
  }

  #request(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      let room = PIXELS_A_FRAME;
      for (let next = this.#changed.shift(); next !== undefined; next = this.#changed.shift()) {
        const rows = Math.floor(room / Math.max(1, widthOf(next)));
        const { bottom } = next;
        const middle = Math.min(bottom, next.top + rows);
        this.#put({ ...next, bottom: middle });
        room -= widthOf(next) * (middle - next.top);
        if (middle === bottom) continue;
        this.#changed.unshift({ ...next, top: middle });
        this.#request();
        return;
      }
    });
  }

  #put({ left, top, right, bottom }: Rect): void {
    if (this.#image !== null && bottom > top) this.#context.putImageData(this.#image, 0, 0, left, top, right - left, bottom - top);
  }

  dispose(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.show(null);
  }
}

const enclosing = (a: Rect, b: Rect): Rect => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});
