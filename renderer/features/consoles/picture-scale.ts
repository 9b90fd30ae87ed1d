import type { Scale, ScreenSize } from './screen.ts';

export interface PictureWish {
  readonly scale: Scale;
  /** The guest's own size, in its pixels. */
  readonly picture: ScreenSize;
  /** Where it is to be shown, in pixels of the person's screen. */
  readonly room: ScreenSize;
}

/** A guest that follows the window takes the nearest size that it can: filling these few per cent would only blur the picture. */
const NEARLY = 1.03;
/** Half of the sixty-fourth of a pixel in which Chromium lays out is lost else, and with it the last row; no more than that at 8192 pixels. */
const ROUNDING = 1 + 1e-6;

/** How many pixels of the person's screen one of the guest's takes, in each direction. */
export function deviceFactor({ scale, picture, room }: PictureWish): number {
  if (scale !== 'fit') return scale / 100;
  if (picture.width === 0 || picture.height === 0) return 1;
  const factor = Math.min(room.width / picture.width, room.height / picture.height);
  return factor >= 1 && factor < NEARLY ? 1 : factor;
}

/** The same in the page's own unit, of which `ratio` pixels of the screen make one: devicePixelRatio, which may be 1.25. */
export const cssFactor = (wish: PictureWish, ratio: number): number => (deviceFactor(wish) / ratio) * ROUNDING;

/** Enlarged by a whole number, each pixel stays a sharp square; any other factor is smoothed, or lines would be of uneven width. */
export const renderingOf = (factor: number): 'pixelated' | 'auto' => (factor >= 1 && Number.isInteger(factor) ? 'pixelated' : 'auto');

/** The size at which the guest's picture fills the room, when it can take another. */
export function followedSize(scale: Scale, room: ScreenSize): ScreenSize {
  const factor = scale === 'fit' ? 1 : scale / 100;
  const side = (length: number): number => Math.min(8192, Math.max(1, Math.floor(length / factor)));
  return { width: side(room.width), height: side(room.height) };
}

/** The pixels of the person's screen that an element covers, without its scroll bars coming or going. */
export function roomOf(element: HTMLElement): ScreenSize {
  const { width, height } = element.getBoundingClientRect();
  const ratio = window.devicePixelRatio;
  // A hundredth more: 426.67 of the page's units are 640 pixels, and not 639.99.
  return { width: Math.floor(width * ratio + 0.01), height: Math.floor(height * ratio + 0.01) };
}

/** Tells when the window is on a monitor of another density, or zoomed. Returns its end. */
export function onDevicePixelRatio(changed: () => void): () => void {
  let stop = (): void => undefined;
  const watch = (): void => {
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const listener = (): void => {
      watch();
      changed();
    };
    // Once: the query is true for one density alone.
    query.addEventListener('change', listener, { once: true });
    stop = () => query.removeEventListener('change', listener);
  };
  watch();
  return () => stop();
}
