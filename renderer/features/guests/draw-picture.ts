import { type GuestPicture, pictureSize, ppmHeader } from '#model/guest-picture';

/** As wide as a thumbnail is ever shown, in pixels of a dense screen. */
const WIDTH = 720;

/** Draws the picture, made as small as a thumbnail. Rejects where it is damaged; the canvas keeps what it showed then. */
export async function drawPicture(canvas: HTMLCanvasElement, picture: GuestPicture): Promise<void> {
  const size = pictureSize(picture);
  if (size === null) throw new Error('a picture without a size');
  const source = picture.mime === 'image/png' ? new Blob([picture.bytes], { type: picture.mime }) : fromPpm(picture.bytes);
  const width = Math.min(WIDTH, size.width);
  const bitmap = await createImageBitmap(source, {
    resizeWidth: width,
    resizeHeight: Math.max(1, Math.round((size.height * width) / size.width)),
    resizeQuality: 'medium',
  });
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
}

function fromPpm(bytes: Uint8Array): ImageData {
  const header = ppmHeader(bytes);
  if (header === null || bytes.length < header.offset + header.width * header.height * 3) throw new Error('a picture that ends early');
  const image = new ImageData(header.width, header.height);
  for (let from = header.offset, to = 0; to < image.data.length; from += 3, to += 4) {
    image.data[to] = bytes[from] ?? 0;
    image.data[to + 1] = bytes[from + 1] ?? 0;
    image.data[to + 2] = bytes[from + 2] ?? 0;
    image.data[to + 3] = 255;
  }
  return image;
}
