import type { Scale, ScreenSize } from '../screen.ts';
import type { GuestPoint } from './input/inputs-channel.ts';

/** A picture that is within so many pixels of the room there is was made for it: it is shown sharp, not stretched by a hair. */
const SNAP = 8;

interface Shown {
  readonly canvas: HTMLCanvasElement;
  size: ScreenSize | null;
}

/** The guest's pictures side by side inside an element, at one scale. */
export class PictureStage {
  /** Has the focus and hears of keys and clicks. */
  readonly area: HTMLElement;
  readonly #room: HTMLElement;
  readonly #shown = new Map<number, Shown>();
  readonly #observer: ResizeObserver;
  #scale: Scale = 'fit';

  /** @param roomChanged another size of the element, in pixels of the person's screen; also told at once */
  constructor(element: HTMLElement, roomChanged: (room: ScreenSize) => void) {
    this.#room = element;
    this.area = document.createElement('div');
    this.area.className = 'gh-spice';
    this.area.setAttribute('role', 'application');
    this.area.setAttribute('aria-label', 'Screen of the guest');
    this.area.tabIndex = 0;
    element.append(this.area);
    this.#observer = new ResizeObserver(() => {
      this.#lay();
      roomChanged(this.room());
    });
    this.#observer.observe(element);
  }

  /** What a guest that follows the element would take, in pixels of the person's screen. */
  room(): ScreenSize {
    const even = (length: number): number => 2 * Math.floor((length * devicePixelRatio) / 2);
    return { width: even(this.#room.clientWidth), height: even(this.#room.clientHeight) };
  }

  /** A canvas for the display with this number, which is drawn on but not shown until it has a size. */
  add(display: number): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.hidden = true;
    this.#shown.set(display, { canvas, size: null });
    const inOrder = [...this.#shown].toSorted(([one], [other]) => one - other).map(([, shown]) => shown.canvas);
    this.area.replaceChildren(...inOrder);
    return canvas;
  }

  resized(display: number, size: ScreenSize | null): void {
    const shown = this.#shown.get(display);
    if (shown === undefined) return;
    shown.size = size;
    shown.canvas.hidden = size === null;
    this.#lay();
  }

  setScale(scale: Scale): void {
    this.#scale = scale;
    this.#lay();
  }

  /** The point of a display under the pointer, or the nearest; null where nothing is shown. */
  pointAt({ clientX, clientY }: MouseEvent): GuestPoint | null {
    const near = (at: number, from: number, to: number): number => Math.max(from - at, at - to, 0);
    const distances = this.#visible().map((each) => {
      const { left, right, top, bottom } = each.canvas.getBoundingClientRect();
      return { ...each, left, top, distance: Math.max(near(clientX, left, right), near(clientY, top, bottom)) };
    });
    const nearest = distances.toSorted((one, other) => one.distance - other.distance)[0];
    if (nearest === undefined) return null;
    const { display, canvas, size, left, top } = nearest;
    const { width, height } = canvas.getBoundingClientRect();
    const within = (at: number, shown: number, pixels: number): number =>
      shown === 0 ? 0 : Math.max(0, Math.min(pixels - 1, Math.floor((at * pixels) / shown)));
    return { display, x: within(clientX - left, width, size.width), y: within(clientY - top, height, size.height) };
  }

  /** How many pixels of CSS one of the guest's is wide, and where the first picture begins within the area. */
  firstPicture(): { readonly scale: number; readonly left: number; readonly top: number } | null {
    const first = this.#visible()[0];
    if (first === undefined) return null;
    const { offsetLeft, offsetTop } = first.canvas;
    return { scale: this.#factor(), left: offsetLeft, top: offsetTop };
  }

  /** All pictures side by side at the guest's own size, as PNG. Rejects while there is none. */
  picture(): Promise<Blob> {
    const visible = this.#visible();
    const canvas = document.createElement('canvas');
    canvas.width = visible.reduce((sum, { size }) => sum + size.width, 0);
    canvas.height = Math.max(0, ...visible.map(({ size }) => size.height));
    const context = canvas.getContext('2d');
    let left = 0;
    for (const { canvas: part, size } of visible) {
      context?.drawImage(part, left, 0);
      left += size.width;
    }
    return new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture is empty.')) : resolve(blob)), 'image/png'),
    );
  }

  dispose(): void {
    this.#observer.disconnect();
    this.area.remove();
  }

  #visible() {
    return [...this.#shown]
      .toSorted(([one], [other]) => one - other)
      .flatMap(([display, { canvas, size }]) => (size === null ? [] : [{ display, canvas, size }]));
  }

  #factor(): number {
    const own = 1 / devicePixelRatio;
    if (this.#scale !== 'fit') return (own * this.#scale) / 100;
    const visible = this.#visible();
    const width = visible.reduce((sum, { size }) => sum + size.width, 0);
    const height = Math.max(0, ...visible.map(({ size }) => size.height));
    const { clientWidth, clientHeight } = this.#room;
    if (width === 0 || height === 0 || clientWidth === 0) return own;
    const [spareWidth, spareHeight] = [clientWidth / own - width, clientHeight / own - height];
    const isMadeForIt = spareWidth >= 0 && spareHeight >= 0 && Math.min(spareWidth, spareHeight) < SNAP;
    return isMadeForIt ? own : Math.min(clientWidth / width, clientHeight / height);
  }

  #lay(): void {
    const factor = this.#factor();
    const perPixel = factor * devicePixelRatio;
    for (const { canvas, size } of this.#visible()) {
      canvas.style.width = `${size.width * factor}px`;
      canvas.style.height = `${size.height * factor}px`;
      // Whole multiples stay sharp; anything else is better smoothed.
      canvas.style.imageRendering = Number.isInteger(perPixel) ? 'pixelated' : 'auto';
    }
  }
}
