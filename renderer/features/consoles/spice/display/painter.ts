import { BodyReader } from '../body-reader.ts';
import { faded, over, overBlend } from './blend.ts';
import { Draw } from './draw-kinds.ts';
import { readBase, readBrush, readMask, readNeededImage, readRect, type Brush, type DrawBase, type MaskMessage } from './draw-message.ts';
import type { ImageDecoder } from './image-decoder.ts';
import { coverageOf, readGlyphs } from './glyphs.ts';
import { readerAt, type ImageMessage } from './image-message.ts';
import { markLines, readDashes, readPath } from './strokes.ts';
import { cut, modulo, paintInParts, paintPicture, paintPixels, paintSolid, paintTiles, type PlacedPicture } from './paint.ts';
import { OPAQUE, pixelOf, type Picture } from './picture.ts';
import { heightOf, intersection, regionOf, widthOf, within, type Rect, type Region } from './region.ts';
import { combineOf, copy, invert, rop3Of, type Combine } from './rop.ts';
import { scaled } from './scale.ts';
import type { Surface, SurfaceStore } from './surface.ts';
import { inSlices, type Work } from './work.ts';

export interface PainterOptions {
  readonly surfaces: SurfaceStore;
  readonly decoder: ImageDecoder;
  /** Pixels of a surface within this were changed. */
  readonly painted: (surface: Surface, bounds: Rect) => void;
}

/** Where a message draws, once what it refers to is there. */
interface Target {
  readonly surface: Surface;
  readonly region: Region;
}

const kinds: ReadonlySet<number> = new Set(Object.values(Draw));
const NEAREST = 1;
const onDestination = { source: 'source', destination: 'destination' } as const;
const brushOnDestination = { source: 'brush', destination: 'destination' } as const;
const brushOnSource = { source: 'brush', destination: 'source' } as const;

/** Does what drawing messages say. Source: spice-common, canvas_base.c. */
export class Painter {
  readonly #surfaces: SurfaceStore;
  readonly #decoder: ImageDecoder;
  readonly #painted: PainterOptions['painted'];

  constructor({ surfaces, decoder, painted }: PainterOptions) {
    this.#surfaces = surfaces;
    this.#decoder = decoder;
    this.#painted = painted;
  }

  /** Resolves when it is drawn, to false where the message is none of drawing. Rejects with SpiceError. */
  async draw(type: number, body: Uint8Array): Promise<boolean> {
    if (!kinds.has(type)) return false;
    const message = new Message(body);
    switch (type) {
      case Draw.copyBits:
        await this.#copyBits(message);
        return true;
      case Draw.fill:
        await this.#fill(message);
        return true;
      case Draw.opaque:
        await this.#opaque(message);
        return true;
      case Draw.copy:
      case Draw.blend:
        await this.#copy(message);
        return true;
      case Draw.blackness:
        await this.#solid(message, 0, copy);
        return true;
      case Draw.whiteness:
        await this.#solid(message, 0xff_ffff, copy);
        return true;
      case Draw.invers:
        await this.#solid(message, 0, invert);
        return true;
      case Draw.rop3:
        await this.#rop3(message);
        return true;
      case Draw.transparent:
        await this.#transparent(message);
        return true;
      case Draw.alphaBlend:
        await this.#alphaBlend(message);
        return true;
      case Draw.stroke:
        await this.#stroke(message);
        return true;
      case Draw.text:
        await this.#text(message);
        return true;
      default:
        return false;
    }
  }

  async #copyBits({ base, reader }: Message): Promise<void> {
    const target = await this.#target(base, null);
    const { box } = base;
    const placed = { picture: target.surface, x: box.left - reader.i32(), y: box.top - reader.i32() };
    const bounds = boundsOf(target.region);
    if (bounds === null) return;
    const source = await inSlices(apart(target.surface, placed, bounds));
    await this.#paint(target, (region) => paintPicture(target.surface, region, source, copy));
  }

  async #fill(message: Message): Promise<void> {
    const brush = message.brush();
    const combine = combineOf(message.reader.u16(), brushOnDestination);
    const target = await this.#target(message.base, message.mask());
    const paint = await this.#brush(brush, target.surface);
    await this.#paint(target, (region) => paint(region, combine));
  }

  async #opaque(message: Message): Promise<void> {
    const { reader } = message;
    const image = message.image();
    const area = readRect(reader);
    const brush = message.brush();
    const combine = combineOf(reader.u16(), brushOnSource);
    const smooth = reader.u8() !== NEAREST;
    const target = await this.#target(message.base, message.mask());
    const source = await this.#source({ image, area, smooth, target });
    const paint = await this.#brush(brush, target.surface);
    await this.#paint(target, (region) => {
      if (source !== null) paintPicture(target.surface, region, source, copy);
      paint(region, combine);
    });
  }

  async #copy(message: Message): Promise<void> {
    const { reader } = message;
    const image = message.image();
    const area = readRect(reader);
    const combine = combineOf(reader.u16(), onDestination);
    const smooth = reader.u8() !== NEAREST;
    const target = await this.#target(message.base, message.mask());
    const source = await this.#source({ image, area, smooth, target });
    if (source !== null) await this.#paint(target, (region) => paintPicture(target.surface, region, source, combine));
  }

  async #solid(message: Message, color: number, combine: Combine): Promise<void> {
    const target = await this.#target(message.base, message.mask());
    await this.#paint(target, (region) => paintSolid(target.surface, region, pixelOf(color), combine));
  }

  async #rop3(message: Message): Promise<void> {
    const { reader } = message;
    const image = message.image();
    const area = readRect(reader);
    const brush = message.brush();
    const combine = rop3Of(reader.u8());
    const smooth = reader.u8() !== NEAREST;
    const target = await this.#target(message.base, message.mask());
    const source = await this.#source({ image, area, smooth, target });
    const pattern = await this.#pattern(brush, target.surface);
    if (source === null) return;
    const { picture } = source;
    await this.#paint(target, (region) =>
      paintPixels(target.surface, region, (x, y, before) => {
        const from = picture.pixels[(y - source.y) * picture.width + x - source.x] ?? 0;
        return combine(pattern(x, y), from, before);
      }),
    );
  }

  async #transparent(message: Message): Promise<void> {
    const { reader } = message;
    const image = message.image();
    const area = readRect(reader);
    reader.skip(4); // The colour in the format of the surface, which is always of 32 bits here.
    const hidden = pixelOf(reader.u32());
    const target = await this.#target(message.base, null);
    const source = await this.#source({ image, area, smooth: false, target });
    if (source === null) return;
    await this.#paint(target, (region) =>
      paintPicture(target.surface, region, source, (pixel, before) => ((pixel | OPAQUE) >>> 0 === hidden ? before : pixel)),
    );
  }

  async #alphaBlend(message: Message): Promise<void> {
    const { reader } = message;
    const sourceHasAlpha = (reader.u8() & 2) !== 0;
    const alpha = reader.u8();
    const image = message.image();
    const area = readRect(reader);
    const target = await this.#target(message.base, null);
    const source = await this.#source({ image, area, smooth: false, target });
    if (source === null) return;
    const opaque = image.data.kind === 'surface' && !sourceHasAlpha;
    await this.#paint(target, (region) => paintPicture(target.surface, region, source, overBlend(alpha, opaque)));
  }

  async #stroke(message: Message): Promise<void> {
    const { reader, base } = message;
    const lines = readPath(message.at(reader.u32()));
    const flags = reader.u8();
    const dashes = readDashes(flags, () => {
      const count = reader.u8();
      const lengths = message.at(reader.u32());
      return Array.from({ length: count }, () => lengths.i32());
    });
    const brush = message.brush();
    const combine = combineOf(reader.u16(), brushOnDestination);
    const target = await this.#target(base, null);
    const paint = await this.#brush(brush, target.surface);
    const bounds = boundsOf(target.region);
    if (bounds === null) return;
    const { box } = target.region;
    const marked = { width: widthOf(bounds), height: heightOf(bounds), bits: await inSlices(markLines(lines, dashes, bounds)) };
    const mask = { mask: marked, x: box.left - bounds.left, y: box.top - bounds.top, inverted: false };
    await this.#paint(target, (region) => paint({ ...region, mask }, combine));
  }

  async #text(message: Message): Promise<void> {
    const { reader, base } = message;
    const glyphs = readGlyphs(message.at(reader.u32()));
    const backArea = readRect(reader);
    const target = await this.#target(base, null);
    const { surface } = target;
    const front = await this.#pattern(message.brush(), surface);
    const back = await this.#brush(message.brush(), surface);
    const bounds = boundsOf(target.region);
    if (bounds === null) return;
    const coverage = await inSlices(coverageOf(glyphs, bounds));
    await this.#paint(target, (region) => {
      back(within(region, backArea), copy);
      paintPixels(surface, region, (x, y, before) => {
        const covered = coverage[(y - bounds.top) * widthOf(bounds) + x - bounds.left] ?? 0;
        return covered === 0 ? before : over(faded(front(x, y), covered), before);
      });
    });
  }

  async #target({ surface: id, box, clip }: DrawBase, mask: MaskMessage | null): Promise<Target> {
    const surface = this.#surfaces.get(id);
    const placed = mask === null ? null : { mask: await this.#decoder.mask(mask.image), x: mask.x, y: mask.y, inverted: mask.inverted };
    return { surface, region: regionOf({ box, clip, bounds: surface.bounds, mask: placed }) };
  }

  /** The picture where it is to lie, of the size that it is to have. It is decoded even if nothing of it is seen: later messages may refer to it. */
  async #source({
    image,
    area,
    smooth,
    target,
  }: {
    image: ImageMessage;
    area: Rect;
    smooth: boolean;
    target: Target;
  }): Promise<PlacedPicture | null> {
    const picture = await this.#decoder.decode(image);
    const { box } = target.region;
    const wanted = boundsOf(target.region);
    if (wanted === null) return null;
    if (widthOf(area) === widthOf(box) && heightOf(area) === heightOf(box))
      return inSlices(apart(target.surface, { picture, x: box.left - area.left, y: box.top - area.top }, wanted));
    return { picture: await inSlices(scaled({ picture, area, box, wanted, smooth })), x: wanted.left, y: wanted.top };
  }

  async #brush(brush: Brush, surface: Surface): Promise<(region: Region, combine: Combine) => void> {
    if (brush.kind !== 'pattern') {
      const pixel = pixelOf(brush.kind === 'solid' ? brush.color : 0);
      return (region, combine) => paintSolid(surface, region, pixel, combine);
    }
    const picture = await this.#tile(brush.image, surface);
    return (region, combine) => paintTiles(surface, region, { picture, x: brush.x, y: brush.y }, combine);
  }

  /** What does not change while it is drawn on `surface`. */
  async #tile(image: ImageMessage, surface: Surface): Promise<Picture> {
    const picture = await this.#decoder.decode(image);
    return picture.pixels === surface.pixels ? inSlices(cut(picture, surface.bounds)) : picture;
  }

  async #pattern(brush: Brush, surface: Surface): Promise<(x: number, y: number) => number> {
    if (brush.kind !== 'pattern') {
      const pixel = pixelOf(brush.kind === 'solid' ? brush.color : 0);
      return () => pixel;
    }
    const { pixels, width, height } = await this.#tile(brush.image, surface);
    return (x, y) => pixels[modulo(y - brush.y, height) * width + modulo(x - brush.x, width)] ?? 0;
  }

  async #paint({ surface, region }: Target, paint: (part: Region) => void): Promise<void> {
    const bounds = boundsOf(region);
    if (bounds === null) return;
    await inSlices(paintInParts(region, paint));
    this.#painted(surface, bounds);
  }
}

/** A drawing message from behind its base; what is read must be read in order. */
class Message {
  readonly reader: BodyReader;
  readonly base: DrawBase;
  readonly #body: Uint8Array;

  constructor(body: Uint8Array) {
    this.#body = body;
    this.reader = new BodyReader(body);
    this.base = readBase(this.reader);
  }

  /** What a message refers to by its place. */
  at(offset: number): BodyReader {
    return readerAt(this.#body, offset);
  }

  image(): ImageMessage {
    return readNeededImage(this.reader, this.#body);
  }

  brush(): Brush {
    return readBrush(this.reader, this.#body);
  }

  mask(): MaskMessage | null {
    return readMask(this.reader, this.#body);
  }
}

/** A picture that does not change while it is drawn, which a surface does when it is drawn onto itself. */
function* apart(surface: Surface, placed: PlacedPicture, wanted: Rect): Work<PlacedPicture> {
  const { picture, x, y } = placed;
  if (picture.pixels !== surface.pixels) return placed;
  const there = intersection(wanted, { left: x, top: y, right: x + picture.width, bottom: y + picture.height });
  if (widthOf(there) <= 0 || heightOf(there) <= 0)
    return { picture: { width: 0, height: 0, pixels: new Uint32Array(), opaque: true }, x, y };
  const part = yield* cut(picture, { left: there.left - x, top: there.top - y, right: there.right - x, bottom: there.bottom - y });
  return { picture: part, x: there.left, y: there.top };
}

/** What encloses all of a region; null where there is nothing to draw. */
function boundsOf({ rects }: Region): Rect | null {
  const [first, ...rest] = rects;
  if (first === undefined) return null;
  return rest.reduce(
    (bounds, { left, top, right, bottom }) => ({
      left: Math.min(bounds.left, left),
      top: Math.min(bounds.top, top),
      right: Math.max(bounds.right, right),
      bottom: Math.max(bounds.bottom, bottom),
    }),
    first,
  );
}
