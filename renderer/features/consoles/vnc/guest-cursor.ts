import type { CursorImage } from '@novnc/novnc';

/** What Chromium shows at most as a cursor, in the page's pixels. Source: blink, EventHandler::SelectCursor. */
const LARGEST = 128;

// Seen on black and on white. For a guest that draws its pointer into the picture itself, or hides it: one's own hand is never lost.
const dot = [
  [255, 0, 255],
  [0, 0, 0],
  [255, 0, 255],
].flatMap((row) => row.flatMap((shade) => [shade, shade, shade, 255]));
const dotImage: CursorImage = { rgbaPixels: dot, w: 3, h: 3, hotx: 1, hoty: 1 };

/** The guest's pointer as a CSS cursor, as large as the guest's picture is drawn. `factor` is the screen's pixels for one of the guest's. */
export function cursorStyle(image: CursorImage, factor: number, ratio: number): string {
  const isDot = !isVisible(image);
  const { w, h, hotx, hoty, rgbaPixels } = isDot ? dotImage : image;
  // As large for each guest: a dot that grows with the picture would hide what it points at.
  const wanted = isDot ? Math.max(1, Math.round(ratio)) : factor;
  const scale = Math.min(wanted, (LARGEST * ratio) / Math.max(w, h));
  const drawn = document.createElement('canvas');
  drawn.width = w;
  drawn.height = h;
  drawn.getContext('2d')?.putImageData(new ImageData(Uint8ClampedArray.from(rgbaPixels), w, h), 0, 0);
  const scaled = document.createElement('canvas');
  scaled.width = Math.max(1, Math.round(w * scale));
  scaled.height = Math.max(1, Math.round(h * scale));
  const context = scaled.getContext('2d');
  if (context !== null) {
    context.imageSmoothingEnabled = !Number.isInteger(scale);
    context.drawImage(drawn, 0, 0, scaled.width, scaled.height);
  }
  const hot = (at: number): number => Math.floor((at * scale) / ratio);
  return `-webkit-image-set(url("${scaled.toDataURL()}") ${ratio}x) ${hot(hotx)} ${hot(hoty)}, default`;
}

function isVisible({ rgbaPixels, w, h }: CursorImage): boolean {
  if (w === 0 || h === 0) return false;
  for (let alpha = 3; alpha < rgbaPixels.length; alpha += 4) if (rgbaPixels[alpha] !== 0) return true;
  return false;
}
