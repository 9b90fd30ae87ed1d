/** What we use of noVNC 1.7, which has no types of its own. The protected members are its internals, pinned by the lockfile and our tests. */
declare module '@novnc/novnc' {
  /** Enough of a WebSocket for noVNC's Websock.attach, which looks for each of these names. */
  export interface RawChannel {
    binaryType: string;
    readonly protocol: string;
    readonly readyState: 'connecting' | 'open' | 'closing' | 'closed';
    onopen: (() => void) | null;
    onmessage: ((event: { data: Uint8Array }) => void) | null;
    onerror: ((event: unknown) => void) | null;
    onclose: ((event: { code?: number; reason?: string }) => void) | null;
    send(bytes: Uint8Array): void;
    close(): void;
  }

  export interface SocketQueues {
    rQlen(): number;
    /** True when fewer than `bytes` are here; `goBack` bytes are then un-read, and the message is tried again later. */
    rQwait(what: string, bytes: number, goBack?: number): boolean;
    rQskipBytes(bytes: number): void;
    rQpeek8(): number;
    rQshift32(): number;
    /** A copy. */
    rQshiftBytes(bytes: number): Uint8Array<ArrayBuffer>;
    rQpeekBytes(bytes: number, copy?: boolean): Uint8Array;
  }

  export interface CursorImage {
    /** Four bytes a pixel; empty while the guest has said nothing. */
    readonly rgbaPixels: ArrayLike<number>;
    readonly w: number;
    readonly h: number;
    readonly hotx: number;
    readonly hoty: number;
  }

  class RFB extends EventTarget {
    constructor(target: HTMLElement, channel: RawChannel, options?: { shared?: boolean });
    viewOnly: boolean;
    resizeSession: boolean;
    background: string;
    disconnect(): void;
    focus(options?: FocusOptions): void;
    blur(): void;
    /** Without `down`: pressed and released. `code` as in KeyboardEvent.code. */
    sendKey(keysym: number, code: string, down?: boolean): void;

    protected static readonly messages: {
      /** An extended one has its length negated. */
      clientCutText(socket: SocketQueues, bytes: Uint8Array, extended: boolean): void;
      clientEncodings(socket: SocketQueues, encodings: readonly number[]): void;
      fbUpdateRequest(socket: SocketQueues, incremental: boolean, x: number, y: number, width: number, height: number): void;
      pointerEvent(socket: SocketQueues, x: number, y: number, mask: number): void;
    };
    protected readonly _sock: SocketQueues;
    protected readonly _canvas: HTMLCanvasElement;
    /** Around the canvas; scrolls. */
    protected readonly _screen: HTMLElement;
    protected readonly _display: {
      scale: number;
      /** What is drawn on; the visible canvas gets it from there. */
      readonly _backbuffer: HTMLCanvasElement;
      drawImage(image: CanvasImageSource, x: number, y: number): void;
      flip(): void;
    };
    protected readonly _keyboard: { _allKeysUp(): void };
    protected readonly _decoders: Record<number, unknown>;
    protected readonly _cursorImage: CursorImage;
    protected readonly _FBU: {
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly encoding: number;
    };
    protected readonly _fbWidth: number;
    protected readonly _fbHeight: number;
    protected readonly _fbDepth: number;
    protected readonly _rfbConnectionState: string;
    protected readonly _rfbInitState: string;
    protected _rfbCleanDisconnect: boolean;
    protected _updateConnectionState(state: string): void;
    /** Waiting for pictures to be decoded; what arrives meanwhile is only kept. */
    protected readonly _flushing: boolean;
    protected _fail(details: string): false;
    protected _handleMessage(): void;
    /** These answer false when they need more bytes. */
    protected _normalMsg(): boolean;
    protected _negotiateServerInit(): boolean;
    protected _handleSecurityReason(): boolean;
    protected _handleServerCutText(): boolean;
    protected _handleRect(): boolean;
    protected _handleDesktopName(): boolean;
    protected _handleExtendedDesktopSize(): boolean;
    protected _resize(width: number, height: number): void;
    protected _sendEncodings(): void;

    protected _supportsSetDesktopSize: boolean;
    /** A size was asked for and not answered yet. */
    protected _pendingRemoteResize: boolean;
    /** By Date.now(). */
    protected readonly _lastResize: number;
    protected _requestRemoteResize(): void;
    /** What `_requestRemoteResize` asks for. */
    protected _screenSize(): { w: number; h: number };
    protected _updateScale(): void;
    protected _refreshCursor(): void;

    protected _mouseButtonMask: number;
    protected readonly _mousePos: { readonly x?: number; readonly y?: number };
    /** In the page's pixels from the canvas's corner. */
    protected _sendMouse(x: number, y: number, mask: number): void;
  }
  export default RFB;
}
