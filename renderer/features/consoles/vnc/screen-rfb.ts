// oxlint-disable no-underscore-dangle -- noVNC's own names
import RFB, { type RawChannel } from '@novnc/novnc';
import { cssFactor, deviceFactor, followedSize, renderingOf, roomOf } from '../picture-scale.ts';
import type { ClipboardWays, PointerMode, Quality, Scale, ScreenSize } from '../screen.ts';
import { cursorStyle } from './guest-cursor.ts';
import { GuardedRfb } from './guarded-rfb.ts';
import { type ClipboardNews, RfbClipboard } from './rfb-clipboard.ts';
import { encoding, wantedEncodings } from './rfb-encodings.ts';
import { relativePlace, RfbPointer } from './rfb-pointer.ts';

/** A size is asked for when the window has kept its own for so long; and again when the guest has not answered for so long. Milliseconds. */
const SETTLED = 250;
const UNANSWERED = 3000;
/** A smaller room is one that nobody sees: of a hidden tab, or on its way there. Pixels of the screen. */
const LEAST_ROOM = 160;
// rfbproto, "ExtendedDesktopSize Pseudo-encoding": whose wish a size was, and what became of it.
const OWN_WISH = 1;
const PROHIBITED = 1;
const INVALID_LAYOUT = 3;
const SCREEN_BYTES = 16;

declare global {
  interface Document {
    /** noVNC's: the canvas that has the pointer while a button is held on it. */
    readonly captureElement?: Element | null;
  }
}

export interface ScreenNews extends ClipboardNews {
  resized(size: ScreenSize): void;
  resizable(can: boolean): void;
  pointer(mode: PointerMode): void;
}

export interface ScreenRfbOptions {
  readonly shared: boolean;
  readonly news: ScreenNews;
  settled(): void;
}

/** A guest's screen by noVNC, drawn pixel for pixel where it can be. noVNC scales in the page's pixels, of which a screen's may be a part. */
export class ScreenRfb extends GuardedRfb {
  readonly #news: ScreenNews;
  readonly #clipboard: RfbClipboard;
  readonly #pointer: RfbPointer;
  #scale: Scale = 'fit';
  #quality: Quality = 'good';
  #mode: PointerMode = 'absolute';
  #asking: ReturnType<typeof setTimeout> | undefined;

  constructor(target: HTMLElement, channel: RawChannel, { shared, news, settled }: ScreenRfbOptions) {
    super(target, channel, { shared, settled });
    this.#news = news;
    this.#clipboard = new RfbClipboard((bytes, extended) => this.#sendCutText(bytes, extended), news);
    this.#pointer = new RfbPointer(this._canvas, () => this.#releaseCapture());
    this._canvas.addEventListener('mousedown', () => this.#takePointer());
  }

  set scale(scale: Scale) {
    this.#scale = scale;
    this.refit();
  }

  set quality(quality: Quality) {
    if (this.#quality === quality) return;
    this.#quality = quality;
    if (this._rfbConnectionState !== 'connected') return;
    this._sendEncodings();
    // All of it once more: what is blurred by now would stay so until it changes.
    RFB.messages.fbUpdateRequest(this._sock, false, 0, 0, this._fbWidth, this._fbHeight);
  }

  set clipboardWays(ways: ClipboardWays) {
    const wasWanted = this.#clipboard.isWanted;
    this.#clipboard.ways = ways;
    if (wasWanted !== this.#clipboard.isWanted && this._rfbConnectionState === 'connected') this._sendEncodings();
  }

  offerText(text: string): void {
    if (!this.viewOnly) this.#clipboard.offer(text);
  }

  /** The room, or the density of the screen's pixels, has changed. */
  refit(): void {
    if (this._rfbConnectionState !== 'connected') return;
    this._updateScale();
    this._requestRemoteResize();
  }

  /** Lets go of every key and button that the guest believes to be down, and of the pointer. */
  releaseInput(): void {
    this._keyboard._allKeysUp();
    this.#releaseCapture();
    if (this._mouseButtonMask !== 0) {
      this._mouseButtonMask = 0;
      this._sendMouse(this._mousePos.x ?? 0, this._mousePos.y ?? 0, 0);
    }
    if (this.#pointer.isLocked) document.exitPointerLock();
  }

  dispose(): void {
    clearTimeout(this.#asking);
    this.#pointer.dispose();
  }

  protected override acceptsCutText(bytes: number, extended: boolean): boolean {
    return this.#clipboard.accepts(bytes, extended);
  }

  protected override takeCutText(bytes: Uint8Array<ArrayBuffer>, extended: boolean): void {
    this.#clipboard.receive(bytes, extended);
  }

  protected override _sendEncodings(): void {
    RFB.messages.clientEncodings(this._sock, wantedEncodings(this.#quality, this.#clipboard.isWanted));
  }

  protected override _handleRect(): boolean {
    if (this._FBU.encoding !== encoding.pointerType) return super._handleRect();
    this.#mode = this._FBU.x === 0 ? 'relative' : 'absolute';
    if (this.#mode === 'absolute' && this.#pointer.isLocked) document.exitPointerLock();
    this.#news.pointer(this.#mode);
    return true;
  }

  protected override _updateScale(): void {
    const wish = { scale: this.#scale, picture: { width: this._fbWidth, height: this._fbHeight }, room: roomOf(this._screen) };
    this._screen.style.overflow = this.#scale === 'fit' ? 'hidden' : 'auto';
    this._canvas.style.imageRendering = renderingOf(deviceFactor(wish));
    this._display.scale = cssFactor(wish, window.devicePixelRatio);
    this._refreshCursor();
  }

  protected override _refreshCursor(): void {
    // noVNC's constructor calls this before there is anything of ours; an empty canvas needs no cursor.
    if (!(#scale in this) || this._rfbConnectionState !== 'connected') return;
    const ratio = window.devicePixelRatio;
    this._canvas.style.cursor = this.viewOnly ? 'default' : cursorStyle(this._cursorImage, this._display.scale * ratio, ratio);
  }

  protected override _resize(width: number, height: number): void {
    super._resize(width, height);
    if (this.reason === null) this.#news.resized({ width, height });
  }

  protected override _handleExtendedDesktopSize(): boolean {
    const { x: whose, y: outcome } = this._FBU;
    if (whose === OWN_WISH && outcome !== 0) {
      if (this._sock.rQwait('screens', 4)) return false;
      const bytes = 4 + this._sock.rQpeek8() * SCREEN_BYTES;
      if (this._sock.rQwait('screens', bytes)) return false;
      this._sock.rQskipBytes(bytes);
      this._pendingRemoteResize = false;
      // Other outcomes are of the moment; QEMU's fourth says that the guest has been told.
      if (outcome === PROHIBITED || outcome === INVALID_LAYOUT) this.#news.resizable(false);
      return true;
    }
    const isNews = !this._supportsSetDesktopSize;
    if (!super._handleExtendedDesktopSize()) return false;
    if (isNews) this.#news.resizable(true);
    return true;
  }

  protected override _requestRemoteResize(): void {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => {
      const room = roomOf(this._screen);
      if (room.width < LEAST_ROOM || room.height < LEAST_ROOM) return;
      if (Date.now() - this._lastResize > UNANSWERED) this._pendingRemoteResize = false;
      super._requestRemoteResize();
    }, SETTLED);
  }

  protected override _screenSize(): { w: number; h: number } {
    const { width, height } = followedSize(this.#scale, roomOf(this._screen));
    return { w: width, h: height };
  }

  protected override _sendMouse(x: number, y: number, mask: number): void {
    const { scale } = this._display;
    const pixel = this.#pointer.pixelAt(x, y, { width: this._fbWidth, height: this._fbHeight });
    if (this.#mode === 'absolute') {
      // The middle of the pixel, of which noVNC makes the pixel again.
      super._sendMouse((pixel.x + 0.5) * scale, (pixel.y + 0.5) * scale, mask);
      return;
    }
    if (this.viewOnly || this._rfbConnectionState !== 'connected') return;
    const step = this.#pointer.step(pixel, scale);
    const { x: dx, y: dy } = relativePlace(step.x, step.y);
    RFB.messages.pointerEvent(this._sock, dx, dy, mask);
  }

  /**
   * While a button is held noVNC has a layer over the whole page (core/util/events.js), which nothing but its end takes away: a window that
   * loses the pointer with a button down is never told of that.
   */
  #releaseCapture(): void {
    if (document.captureElement !== this._canvas) return;
    const { x, y } = this.#pointer.place ?? { x: 0, y: 0 };
    window.dispatchEvent(new MouseEvent('mouseup', { clientX: x, clientY: y }));
  }

  #takePointer(): void {
    if (this.#mode === 'absolute' || this.viewOnly || this.#pointer.isLocked) return;
    // Refused, the mouse works within the window's bounds, as the guest is told each step all the same.
    Promise.resolve(this._canvas.requestPointerLock()).catch(() => undefined);
  }

  #sendCutText(bytes: Uint8Array, extended: boolean): void {
    if (this._rfbConnectionState === 'connected') RFB.messages.clientCutText(this._sock, bytes, extended);
  }
}
