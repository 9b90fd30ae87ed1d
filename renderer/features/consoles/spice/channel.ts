/**
 * What one channel of a SPICE console is made of: `message-reader.ts` cuts the connection's bytes into messages and deals with those that
 * every channel has; the rest goes to the channel's own handler.
 */

/** How a handler speaks to the other end of its channel. Does nothing once the channel is over. */
export interface ChannelLink {
  /** `body` may be used again as soon as this returns. `type` and its body are those of spice.proto, client side. */
  send(type: number, body?: Uint8Array): void;
}

/** One channel's own messages. Made by the handler's module with a ChannelLink and whom it tells of what. */
export interface ChannelHandler {
  /**
   * One whole message that is not common to all channels (type 101 and above), in order: the next one comes when this returned or resolved,
   * and until then no more than 512 KiB of what follows is taken from the host. `body` is the handler's from here on, at most 32 MiB, and
   * may begin anywhere in its ArrayBuffer. An unknown type is to be left alone.
   *
   * Throws or rejects with SpiceError for what no honest peer sends; the whole screen then ends with its text. Any other error ends it too.
   */
  receive(type: number, body: Uint8Array): void | Promise<void>;
  /** Nothing follows; lets go of all it holds. Called once. */
  dispose(): void;
}

/** What the other end sent makes no sense or is more than is held for it. Its text becomes the reason of a Fault: a whole English sentence. */
export class SpiceError extends Error {
  override readonly name = 'SpiceError';
}

/** What no honest peer exceeds. The other end is the guest's hypervisor, and what it sends may be the guest's doing. */
export const spiceLimits = {
  /** Of a surface, in pixels. */
  side: 8192,
  /** Of all surfaces of one display channel together. */
  pixels: 64 * 1024 * 1024,
  /** Of one message, in bytes, before anything is held for it. */
  message: 32 * 1024 * 1024,
  channels: 32,
  displays: 4,
  cursor: 256,
  /** Of the clipboard, in bytes of UTF-8. */
  clipboard: 1024 * 1024,
  resizesPerSecond: 20,
} as const;

/** A display channel's handler. */
export interface DisplayHandler extends ChannelHandler {
  /** Has the canvas show all that was drawn, also in a window that is not seen. */
  present(): void;
}

/** One head of a display: where it lies on the primary surface. */
export interface DisplayHead {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What of a canvas is drawn with. */
export interface Paper {
  width: number;
  height: number;
  getContext(kind: '2d', options: { readonly alpha: boolean }): Pick<CanvasRenderingContext2D, 'putImageData'> | null;
}

/**
 * What display/display-channel.ts is given: `new DisplayChannel(options)` is a ChannelHandler. It sends DISPLAY_INIT itself, when made.
 * The canvas always shows what the guest's heads show of the primary surface, one pixel for one pixel; CSS scales it elsewhere.
 */
export interface DisplayOptions {
  /**
   * Of this channel, 0 to 255: to be sent in DISPLAY_INIT as the id of the pixmap cache and of the GLZ dictionary. Channels that gave the
   * same id would be sent references into each other's caches.
   */
  readonly id: number;
  readonly canvas: Paper;
  readonly link: ChannelLink;
  /** What is shown is another now; null when there is nothing (nothing of the canvas is then shown). Before anything is drawn on it. */
  resized(size: { readonly width: number; readonly height: number } | null): void;
  /** Something was drawn for the first time since `resized`. */
  drawn(): void;
  /** MONITORS_CONFIG: heads that are on, at most 16. */
  heads(heads: readonly DisplayHead[]): void;
  /** Multimedia time of the server now, in milliseconds, modulo 2^32; what streams' frames are stamped with. */
  mediaTime(): number;
  /**
   * A failure that is no answer to a message, such as a picture that could not be decoded after `receive` resolved. Ends the screen.
   */
  failed(error: SpiceError): void;
}
