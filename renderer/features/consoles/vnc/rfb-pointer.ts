import type { ScreenSize } from '../screen.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where a guest without a tablet is told that its mouse stays. Source: QEMU, ui/vnc.c, VNC_ENCODING_POINTER_TYPE_CHANGE. */
const STILL = 0x7fff;

/** A step of a guest's mouse as QEMU wants it in place of a position. */
export const relativePlace = (dx: number, dy: number): Place => {
  const bounded = (step: number): number => STILL + Math.max(-STILL, Math.min(STILL, step));
  return { x: bounded(dx), y: bounded(dy) };
};

/** The person's pointer on a canvas, finer than noVNC's mouse events tell it: those have whole pixels of the page only. */
export class RfbPointer {
  readonly #canvas: HTMLCanvasElement;
  readonly #over = new AbortController();
  #last: Place | null = null;
  #rest: Place = { x: 0, y: 0 };
  #before: Place | null = null;

  /** `lost`: no button is down any more, though nobody was told of the last one. */
  constructor(canvas: HTMLCanvasElement, lost: () => void) {
    this.#canvas = canvas;
    const note = (event: PointerEvent): void => {
      this.#last = { x: event.clientX, y: event.clientY };
      if (event.type === 'pointermove' && event.pointerType === 'mouse' && event.buttons === 0) lost();
      if (this.isLocked) this.#rest = { x: this.#rest.x + event.movementX, y: this.#rest.y + event.movementY };
    };
    for (const kind of ['pointermove', 'pointerdown', 'pointerup'] as const) {
      // On the window: while a button is held the pointer may be anywhere. Capturing: before the mouse event that is made of it.
      window.addEventListener(kind, note, { capture: true, signal: this.#over.signal });
    }
  }

  /** The pointer belongs to the guest: it does not leave the canvas. */
  get isLocked(): boolean {
    return document.pointerLockElement === this.#canvas;
  }

  /** Where it was last seen, in the page's pixels. */
  get place(): Place | null {
    return this.#last;
  }

  /** The guest's pixel under what noVNC says is (x, y) on the canvas, in the page's pixels. */
  pixelAt(x: number, y: number, picture: ScreenSize): Place {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const finer = (rough: number, exact: number | undefined, side: number): number => {
      const inside = Math.max(0, Math.min(side, exact ?? rough));
      // Another position altogether: a finger's, or one that was held back.
      return Math.abs(inside - rough) <= 1 ? inside : rough;
    };
    const pixel = (at: number, side: number, pixels: number): number =>
      // A hundredth of a pixel more: 1.9999 is the third one.
      Math.max(0, Math.min(pixels - 1, Math.floor((at / side) * pixels + 0.01)));
    const fine = this.#last;
    return {
      x: pixel(finer(x, fine === null ? undefined : fine.x - left, width), width, picture.width),
      y: pixel(finer(y, fine === null ? undefined : fine.y - top, height), height, picture.height),
    };
  }

  /** How far a mouse has gone since the last call, in the guest's pixels, when the pointer is at `pixel` now. */
  step(pixel: Place, scale: number): Place {
    if (!this.isLocked) {
      const before = this.#before ?? pixel;
      this.#before = pixel;
      return { x: pixel.x - before.x, y: pixel.y - before.y };
    }
    this.#before = null;
    const x = Math.trunc(this.#rest.x / scale);
    const y = Math.trunc(this.#rest.y / scale);
    this.#rest = { x: this.#rest.x - x * scale, y: this.#rest.y - y * scale };
    return { x, y };
  }

  dispose(): void {
    this.#over.abort();
  }
}
