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

  interface ReceiveQueue {
    rQlen(): number;
    /** True when fewer than `bytes` are here; `goBack` bytes are then un-read, and the message is tried again later. */
    rQwait(what: string, bytes: number, goBack?: number): boolean;
    rQskipBytes(bytes: number): void;
    rQshift32(): number;
    rQpeekBytes(bytes: number, copy?: boolean): Uint8Array;
  }

  class RFB extends EventTarget {
    constructor(target: HTMLElement, channel: RawChannel, options?: { shared?: boolean });
    viewOnly: boolean;
    scaleViewport: boolean;
    resizeSession: boolean;
    background: string;
    disconnect(): void;
    focus(options?: FocusOptions): void;
    blur(): void;
    /** Without `down`: pressed and released. `code` as in KeyboardEvent.code. */
    sendKey(keysym: number, code: string, down?: boolean): void;

    protected readonly _sock: ReceiveQueue;
    protected readonly _canvas: HTMLCanvasElement;
    protected readonly _FBU: {
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly encoding: number;
    };
    protected readonly _fbWidth: number;
    protected readonly _fbHeight: number;
    protected readonly _rfbConnectionState: string;
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
    protected _resize(width: number, height: number): void;
  }
  export default RFB;
}
