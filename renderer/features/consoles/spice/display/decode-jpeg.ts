import type { Picture } from './picture.ts';

/**
 * The browser's own decoder, which works beside the page's thread. Its size must have been looked at before: what it allocates is not
 * bounded here. Rejects where it is no JPEG.
 */
export function createJpegDecoder(): (bytes: Uint8Array) => Promise<Picture> {
  let canvas: OffscreenCanvas | null = null;
  return async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([bytes.slice()], { type: 'image/jpeg' }), { colorSpaceConversion: 'none' });
    const { width, height } = bitmap;
    if (canvas === null || canvas.width < width || canvas.height < height) {
      canvas = new OffscreenCanvas(Math.max(canvas?.width ?? 0, width), Math.max(canvas?.height ?? 0, height));
    }
    const context = contextOf(canvas);
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, opaque: true, pixels: new Uint32Array(data.buffer) };
  };
}

/** In main memory, because every picture is read back at once; out of the graphics card that would take longer than decoding. */
function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('No 2D context.');
  return context;
}
