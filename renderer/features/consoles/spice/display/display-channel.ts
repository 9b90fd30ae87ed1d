import { BodyReader } from '../body-reader.ts';
import { BodyWriter } from '../body-writer.ts';
import { SpiceError, spiceLimits, type ChannelHandler, type DisplayHead, type DisplayOptions } from '../channel.ts';
import { createJpegDecoder } from './decode-jpeg.ts';
import { cacheSizes, createImageDecoder, type ImageDecoder } from './image-decoder.ts';
import { Painter } from './painter.ts';
import { Presenter } from './presenter.ts';
import { heightOf, intersection, widthOf, type Rect } from './region.ts';
import { Streams } from './streams.ts';
import { SurfaceStore, XRGB, type Surface, type SurfaceRequest } from './surface.ts';
import { inSlices } from './work.ts';

/** Source: spice-protocol, enums.h, SPICE_MSG_DISPLAY_… and SPICE_MSGC_DISPLAY_…. */
const Told = {
  mode: 101,
  reset: 103,
  dropPictures: 105,
  dropAllPictures: 106,
  dropPalette: 107,
  dropAllPalettes: 108,
  surfaceCreate: 314,
  surfaceDestroy: 315,
  monitorsConfig: 317,
  glScanout: 320,
  glDraw: 321,
} as const;
const TELL_INIT = 101;

/** Surface 0 is the one that is shown. */
const PRIMARY = 1;
const MOST_HEADS = 16;

/** One display of a SPICE console: draws on surfaces in memory, and shows one of them on the canvas. */
export class DisplayChannel implements ChannelHandler {
  readonly #options: DisplayOptions;
  readonly #surfaces = new SurfaceStore();
  readonly #decoder: ImageDecoder;
  readonly #painter: Painter;
  readonly #streams: Streams;
  readonly #presenter: Presenter;
  #primary: Surface | null = null;
  #isDrawn = false;
  #isOver = false;
  /** What of the primary surface the canvas shows. */
  #shown: Rect = { left: 0, top: 0, right: 0, bottom: 0 };
  #resizedAt: readonly number[] = [];

  constructor(options: DisplayOptions) {
    this.#options = options;
    const surfaces = this.#surfaces;
    const decodeJpeg = createJpegDecoder();
    const painted = (surface: Surface, bounds: Rect): void => this.#painted(surface, bounds);
    this.#decoder = createImageDecoder({ decodeJpeg, surface: (id) => surfaces.get(id) });
    this.#painter = new Painter({ surfaces, decoder: this.#decoder, painted });
    this.#streams = new Streams({ surfaces, decodeJpeg, painted, mediaTime: () => options.mediaTime() });
    this.#presenter = new Presenter(options.canvas);
    const init = new BodyWriter(14).u8(options.id).u64(BigInt(cacheSizes.pixmaps)).u8(options.id).u32(cacheSizes.glzWindow);
    options.link.send(TELL_INIT, init.done());
  }

  async receive(type: number, body: Uint8Array): Promise<void> {
    if (await this.#painter.draw(type, body)) return;
    if (await this.#streams.receive(type, body)) return;
    await this.#administer(type, new BodyReader(body));
  }

  /** Has the canvas show all that was drawn, also in a window that is not seen. */
  present(): void {
    this.#presenter.present();
  }

  dispose(): void {
    this.#isOver = true;
    this.#presenter.dispose();
    this.#streams.clear();
    this.#decoder.dispose();
    this.#surfaces.clear();
    this.#primary = null;
  }

  async #administer(type: number, reader: BodyReader): Promise<void> {
    switch (type) {
      case Told.mode: {
        // From before there were surfaces.
        const [width, height] = [reader.u32(), reader.u32()];
        await this.#create({ id: 0, width, height, format: XRGB }, true);
        return;
      }
      case Told.surfaceCreate: {
        const request = { id: reader.u32(), width: reader.u32(), height: reader.u32(), format: reader.u32() };
        await this.#create(request, (reader.u32() & PRIMARY) !== 0);
        return;
      }
      case Told.surfaceDestroy:
        this.#destroy(reader.u32());
        return;
      case Told.reset:
        if (this.#primary !== null) this.#destroy(this.#primary.id);
        this.#streams.clear();
        this.#decoder.dispose();
        this.#surfaces.clear();
        return;
      case Told.dropPictures:
        this.#decoder.dropPictures(readResources(reader));
        return;
      case Told.dropAllPictures:
        this.#decoder.dropAllPictures();
        return;
      case Told.dropPalette:
        this.#decoder.dropPalette(reader.u64());
        return;
      case Told.dropAllPalettes:
        this.#decoder.dropAllPalettes();
        return;
      case Told.monitorsConfig:
        this.#turn(readHeads(reader));
        return;
      case Told.glScanout:
      case Told.glDraw:
        throw new SpiceError('The guest draws with OpenGL on its host’s graphics card, which only programs on that host can show.');
    }
  }

  async #create(request: SurfaceRequest, primary: boolean): Promise<void> {
    if (request.id === this.#primary?.id) this.#primary = null;
    const surface = await inSlices(this.#surfaces.create(request));
    if (!primary || this.#isOver) return;
    this.#primary = surface;
    this.#isDrawn = false;
    this.#show(surface, surface.bounds);
  }

  /**
   * A driver's surface may be larger than what its heads show of it: Linux keeps its console's when a smaller mode is set. Heads are told of
   * after the surface. Source: spice-protocol, SpiceMsgDisplayMonitorsConfig; QEMU's own screenshots end where the first head does.
   */
  #turn(heads: readonly DisplayHead[]): void {
    this.#options.heads(heads);
    const surface = this.#primary;
    if (surface === null || heads.length === 0) return;
    const all = {
      left: 0,
      top: 0,
      right: Math.max(...heads.map(({ x, width }) => x + width)),
      bottom: Math.max(...heads.map(({ y, height }) => y + height)),
    };
    const part = intersection(all, surface.bounds);
    if (widthOf(part) === widthOf(this.#shown) && heightOf(part) === heightOf(this.#shown)) return;
    this.#show(surface, part);
    this.#presenter.changed(part);
  }

  #show(surface: Surface, part: Rect): void {
    this.#countResize();
    this.#shown = part;
    this.#presenter.show(surface, part);
    this.#options.resized({ width: widthOf(part), height: heightOf(part) });
  }

  /** Each is a new canvas for the page, and room that is taken and given back. */
  #countResize(): void {
    const now = performance.now();
    this.#resizedAt = [...this.#resizedAt.filter((at) => now - at < 1000), now];
    if (this.#resizedAt.length > spiceLimits.resizesPerSecond) throw new SpiceError('The screen changed its size too often.');
  }

  #destroy(id: number): void {
    this.#surfaces.destroy(id);
    if (id !== this.#primary?.id) return;
    this.#primary = null;
    this.#presenter.show(null);
    this.#options.resized(null);
  }

  #painted(surface: Surface, bounds: Rect): void {
    if (surface !== this.#primary) return;
    this.#presenter.changed(bounds);
    if (this.#isDrawn) return;
    this.#isDrawn = true;
    this.#options.drawn();
  }
}

function readResources(reader: BodyReader): bigint[] {
  const count = reader.u16();
  return Array.from({ length: count }, () => {
    reader.skip(1); // Its kind, of which there is one: a picture of the cache.
    return reader.u64();
  });
}

function readHeads(reader: BodyReader): DisplayHead[] {
  const count = Math.min(reader.u16(), MOST_HEADS);
  reader.skip(2);
  return Array.from({ length: count }, () => {
    const id = reader.u32();
    reader.skip(4);
    const [width, height, x, y] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
    reader.skip(4);
    return { id, x, y, width, height };
  }).filter(({ width, height }) => width > 0 && height > 0);
}
