import type { Picture } from './picture.ts';
import { nextTurn } from './work.ts';

/** Read back at once: some 10 ms. A picture of most screens is two of them. */
const PIXELS_A_BAND = 2 * 1024 * 1024;

/**
 * The browser's own decoder, which works beside the page's thread. Its size must have been looked at before: what it allocates is not
 * bounded here. Rejects where it is no JPEG.
 */
export function createJpegDecoder(): (bytes: Uint8Array) => Promise<Picture> {
  let canvas: OffscreenCanvas | null = null;
  return async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([bytes.slice()], { type: 'image/jpeg' }), { colorSpaceConversion: 'none' });
    const { width, height } = bitmap;
    const pixels = new Uint32Array(width * height);
    // No more than it has: a canvas of a narrow picture would else be higher than any may be.
    const rows = Math.min(height, Math.max(1, Math.floor(PIXELS_A_BAND / width)));
    // Never as wide as one picture and as high as another: it is no larger than a band.
    if (canvas === null || canvas.width < width || canvas.height < rows) canvas = new OffscreenCanvas(width, rows);
    const context = contextOf(canvas);
    for (let top = 0; top < height; top += rows) {
      // oxlint-disable-next-line no-await-in-loop -- the page has other things to do in between
      if (top > 0) await nextTurn();
      const band = Math.min(rows, height - top);
      context.drawImage(bitmap, 0, top, width, band, 0, 0, width, band);
      pixels.set(new Uint32Array(context.getImageData(0, 0, width, band).data.buffer), top * width);
    }
    bitmap.close();
    return { width, height, opaque: true, pixels };
  };
}

/** In main memory, because every picture is read back at once; out of the graphics card that would take longer than decoding. */
function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('No 2D context.');
  return context;
}
