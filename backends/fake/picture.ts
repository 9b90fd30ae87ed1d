/** How a client wants its pixels: true colour of 32 bits each; RFC 6143, 7.4. */
export interface PixelFormat {
  readonly bigEndian: boolean;
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const background = 0x1d2a44;
const track = { x: 0, y: 0, width: 640, height: 24 } as const satisfies Rectangle;
const cell = { width: 16, height: 24 } as const;
const columns = 40;
const rows = 15;
const returnKey = 0xff0d;
const backspaceKey = 0xff08;

/** What a fake guest's screen shows: a block that wanders along the top, and below it one coloured cell for each key pressed. */
export class Picture {
  static readonly width = 640;
  static readonly height = 400;
  readonly #colors = new Uint32Array(Picture.width * Picture.height).fill(background);
  #position = 0;
  #cursor = 0;

  whole(): Rectangle {
    return { x: 0, y: 0, width: Picture.width, height: Picture.height };
  }

  /** One step of the wandering block; returns what changed. */
  move(): Rectangle {
    this.#fill(track, background);
    this.#position = (this.#position + 8) % (Picture.width - 48);
    this.#fill({ x: this.#position, y: 4, width: 48, height: 16 }, 0x73c5ff);
    return track;
  }

  /** Shows a key, named by its X11 keysym; returns what changed. */
  press(keysym: number): Rectangle {
    if (keysym === backspaceKey) this.#cursor = Math.max(0, this.#cursor - 1);
    const area = this.#cellAt(this.#cursor);
    if (keysym === backspaceKey) this.#fill(area, background);
    else if (keysym === returnKey) this.#cursor = (Math.floor(this.#cursor / columns) + 1) * columns;
    else {
      this.#fill({ ...area, width: area.width - 2, height: area.height - 2 }, colorOf(keysym));
      this.#cursor += 1;
    }
    if (this.#cursor >= columns * rows) this.#cursor = 0;
    return area;
  }

  pixels(area: Rectangle, format: PixelFormat): Uint8Array {
    const bytes = new Uint8Array(area.width * area.height * 4);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (let y = area.y; y < area.y + area.height; y++) {
      for (let x = area.x; x < area.x + area.width; x++) {
        const color = this.#colors[y * Picture.width + x] ?? 0;
        const pixel = ((color >> 16) << format.red) | (((color >> 8) & 0xff) << format.green) | ((color & 0xff) << format.blue);
        view.setUint32(at, pixel >>> 0, !format.bigEndian);
        at += 4;
      }
    }
    return bytes;
  }

  #cellAt(index: number): Rectangle {
    return { x: (index % columns) * cell.width, y: 32 + Math.floor(index / columns) * cell.height, ...cell };
  }

  #fill(area: Rectangle, color: number): void {
    for (let y = area.y; y < area.y + area.height; y++) {
      const from = y * Picture.width + area.x;
      this.#colors.fill(color, from, from + area.width);
    }
  }
}

/** Different keys, clearly different colours, none close to the background. */
function colorOf(keysym: number): number {
  return 0x808080 | (Math.imul(keysym, 0x9e3779b1) >>> 8);
}
