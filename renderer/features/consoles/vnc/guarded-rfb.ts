// oxlint-disable no-underscore-dangle -- noVNC's own names
import RFB, { type RawChannel } from '@novnc/novnc';
import { encoding, pixelEncodings } from './rfb-encodings.ts';

/** What no honest screen exceeds. The server end is the guest's hypervisor, and what it sends may be the guest's doing. */
export const screenLimits = {
  side: 8192,
  pixels: 64 * 1024 * 1024,
  cursor: 256,
  text: 64 * 1024,
  resizesPerSecond: 10,
  stall: 10_000,
} as const;

const cursorEncodings: readonly number[] = [encoding.cursor, encoding.vmwareCursor];
/** Of VMware's cursors: two masks, or colours with an alpha channel. */
const LAST_CURSOR_TYPE = 1;
/** Decoders that noVNC brings and nobody asked for: TightPNG, JPEG, H.264. */
const unwanted = [-260, 21, 50];
const CLIENT_INIT = 24;

export interface GuardedRfbOptions {
  readonly shared: boolean;
  /** Called whenever noVNC has taken in all that it can use of what was received. */
  settled(): void;
}

/**
 * noVNC with limits in front of what it allocates, and without its clipboard. noVNC checks sizes nowhere: a framebuffer of 65,535² or a
 * short clipboard message that says it inflates to 2 GiB would take the page down.
 */
export class GuardedRfb extends RFB {
  #reason: string | null = null;
  #toSkip = 0;
  #resizes: number[] = [];
  #stalled: ReturnType<typeof setTimeout> | undefined;
  readonly #settled: () => void;

  constructor(target: HTMLElement, channel: RawChannel, { shared, settled }: GuardedRfbOptions) {
    super(target, channel, { shared });
    this.#settled = settled;
    for (const number of unwanted) delete this._decoders[number];
  }

  /** Why it ended, if not as it should. Text of the server may be in it. */
  get reason(): string | null {
    return this.#reason;
  }

  get canvas(): HTMLCanvasElement {
    return this._canvas;
  }

  /** The person was let in, and what they may see was not told yet: where QEMU leaves who comes while another has the screen exclusively. */
  get isAtTheDoor(): boolean {
    return this._rfbConnectionState === 'connecting' && this._rfbInitState === 'ServerInitialisation';
  }

  /** noVNC's receiving queue has no room for a message that long. */
  overflow(error: unknown): void {
    this._fail(`The screen sent something too long: ${String(error)}`);
  }

  /** Whether a message of the guest's clipboard of so many bytes is to be kept; it is skipped as it comes else. */
  protected acceptsCutText(_bytes: number, _extended: boolean): boolean {
    return false;
  }

  /** All of an accepted message. */
  protected takeCutText(_bytes: Uint8Array<ArrayBuffer>, _extended: boolean): void {}

  protected override _fail(details: string): false {
    this.#reason ??= details;
    clearTimeout(this.#stalled);
    // As noVNC's own, which would also write what the server sent to the console, however often it sends it.
    this._rfbCleanDisconnect = false;
    this._updateConnectionState('disconnecting');
    this._updateConnectionState('disconnected');
    return false;
  }

  protected override _updateConnectionState(state: string): void {
    if (this._rfbConnectionState !== 'disconnected') super._updateConnectionState(state);
  }

  protected override _handleMessage(): void {
    const skipped = Math.min(this.#toSkip, this._sock.rQlen());
    this._sock.rQskipBytes(skipped);
    this.#toSkip -= skipped;
    if (this._rfbConnectionState === 'disconnected') return;
    try {
      if (this._sock.rQlen() > 0) super._handleMessage();
    } catch (error) {
      // noVNC throws from within on much of what is malformed, and would go on in the middle of a message.
      this._fail(`The screen sent something malformed: ${String(error)}`);
    }
    clearTimeout(this.#stalled);
    if (!this._flushing) this.#settled();
    // A picture that cannot be decoded never reports back, and noVNC would wait for it for ever.
    else this.#stalled = setTimeout(() => this._fail('A part of the picture could not be decoded.'), screenLimits.stall);
  }

  protected override _normalMsg(): boolean {
    return this._rfbConnectionState === 'connected' && super._normalMsg();
  }

  protected override _negotiateServerInit(): boolean {
    return this.#textFits(CLIENT_INIT - 4) && super._negotiateServerInit();
  }

  protected override _handleSecurityReason(): boolean {
    return this.#textFits(0) && super._handleSecurityReason();
  }

  protected override _handleDesktopName(): boolean {
    return this.#textFits(0) && super._handleDesktopName();
  }

  /** Skipped as it comes unless somebody wants it; noVNC's own reading of it is never used. */
  protected override _handleServerCutText(): boolean {
    if (this._sock.rQwait('clipboard header', 7, 1)) return false;
    this._sock.rQskipBytes(3);
    // Negative: the extended form, its length negated.
    const signed = this._sock.rQshift32() | 0;
    const length = Math.abs(signed);
    if (this.acceptsCutText(length, signed < 0)) {
      // Eight bytes back: the header, and the message's type before it.
      if (this._sock.rQwait('clipboard', length, 8)) return false;
      this.takeCutText(this._sock.rQshiftBytes(length), signed < 0);
      return true;
    }
    const here = Math.min(length, this._sock.rQlen());
    this._sock.rQskipBytes(here);
    this.#toSkip = length - here;
    return true;
  }

  protected override _handleRect(): boolean {
    const { x, y, width, height, encoding: how } = this._FBU;
    if (cursorEncodings.includes(how) && Math.max(width, height) > screenLimits.cursor) {
      return this._fail(`The screen sent a cursor of ${width} × ${height} pixels.`);
    }
    if (how === encoding.vmwareCursor && this._sock.rQlen() > 0 && this._sock.rQpeek8() > LAST_CURSOR_TYPE) {
      return this._fail('The screen sent a cursor of an unknown kind.');
    }
    if (pixelEncodings.includes(how) && (x + width > this._fbWidth || y + height > this._fbHeight)) {
      return this._fail('The screen sent a picture that lies outside of it.');
    }
    return super._handleRect();
  }

  protected override _resize(width: number, height: number): void {
    const now = performance.now();
    this.#resizes = [...this.#resizes.filter((at) => now - at < 1000), now];
    if (width > screenLimits.side || height > screenLimits.side || width * height > screenLimits.pixels) {
      this._fail(`The screen wants to be ${width} × ${height} pixels, more than Guesthouse shows.`);
    } else if (this.#resizes.length > screenLimits.resizesPerSecond) {
      this._fail('The screen changed its size too often.');
    } else {
      this.#resizeKept(width, height);
    }
  }

  /** noVNC reads back every pixel to keep the picture while it grows, up to 256 MiB; drawn from canvas to canvas it costs next to nothing. */
  #resizeKept(width: number, height: number): void {
    const drawn = this._display._backbuffer;
    if (drawn.width === width && drawn.height === height) {
      super._resize(width, height);
      return;
    }
    const kept = copyOf(drawn);
    drawn.width = 0;
    drawn.height = 0;
    super._resize(width, height);
    if (kept === null) return;
    this._display.drawImage(kept, 0, 0);
    this._display.flip();
  }

  /** Looks at the length word `offset` bytes ahead, without taking it: too long a text ends the connection before it is waited for. */
  #textFits(offset: number): boolean {
    if (this._sock.rQlen() < offset + 4) return true;
    const bytes = this._sock.rQpeekBytes(offset + 4);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset);
    return length <= screenLimits.text || this._fail('The screen sent a text that is too long.');
  }
}

function copyOf(canvas: HTMLCanvasElement): HTMLCanvasElement | null {
  if (canvas.width === 0 || canvas.height === 0) return null;
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext('2d')?.drawImage(canvas, 0, 0);
  return copy;
}
