import type { Fault } from '#model/fault';
import type { SpiceChannel } from '#model/guest-console';
import type { ConsoleChannel } from './port-channel.ts';

export interface Key {
  readonly keysym: number;
  /** As in KeyboardEvent.code. */
  readonly code: string;
}

/** 'fit' to the room there is; else per cent, 100 being one pixel of the guest on one of the person's screen. */
export type Scale = 'fit' | number;

export interface ScreenSize {
  readonly width: number;
  readonly height: number;
}

/** Which ways text may go between the two clipboards; neither until the person allowed it for this guest. */
export interface ClipboardWays {
  readonly toGuest: boolean;
  readonly fromGuest: boolean;
}

/** Whether the guest's side can share its clipboard: 'absent' where no agent answers, 'unknown' before that is clear. */
export type ClipboardPeer = 'unknown' | 'absent' | 'ready';

/** What a picture may lose on its way: nothing, what one hardly sees, or as much as makes it quick. */
export type Quality = 'lossless' | 'good' | 'fast';

/** 'relative' where the guest has a mouse and no tablet: it is told how far the pointer went, and keeps a pointer of its own. */
export type PointerMode = 'absolute' | 'relative';

export interface ScreenEvents {
  /** The framebuffer's shape is known and the first picture is on its way. */
  connected(): void;
  /** Nothing follows; null when it ended as it should. Not called after `dispose`. */
  ended(fault: Fault | null): void;
  /** The name the screen gives itself: the guest's text. */
  named(name: string): void;
  resized(size: ScreenSize): void;
  /** Whether the guest would take another size. */
  resizable(can: boolean): void;
  pointer?(mode: PointerMode): void;
  clipboardPeer(peer: ClipboardPeer): void;
  /** The guest's clipboard holds this text now, at most 1 MiB. Only while `fromGuest` is allowed. */
  copied(text: string): void;
}

/** A guest's picture inside an element of the page, whatever protocol brings it. */
export interface Screen {
  setScale(scale: Scale): void;
  /** Has the guest take the size of the element, now and whenever that changes. */
  setFollowing(follow: boolean): void;
  setViewOnly(viewOnly: boolean): void;
  /** Absent where the protocol leaves nothing to choose. */
  setQuality?(quality: Quality): void;
  setClipboard(ways: ClipboardWays): void;
  /** What the guest may paste from now on. Does nothing unless `toGuest` is allowed. */
  offerText(text: string): void;
  /** Presses the keys in order, then lets all of them go in the opposite order. */
  pressKeys(keys: readonly Key[]): void;
  /** Keeps exactly these down from now on, whatever else is typed, until told otherwise or `releaseKeys`. */
  holdKeys(keys: readonly Key[]): void;
  /** Lets go of every key and button that the guest still believes to be down. */
  releaseKeys(): void;
  /** What it shows now, as PNG at the guest's own size. */
  picture(): Promise<Blob>;
  focus(): void;
  dispose(): void;
}

export interface ScreenSource {
  /** The first connection: all of VNC, the main channel of SPICE. */
  readonly channel: ConsoleChannel;
  /** Another connection to the same display, which only SPICE has. Rejects with CallError. */
  readonly openChannel: (which: SpiceChannel) => Promise<ConsoleChannel>;
  /** VNC only: everybody else who looks at this screen loses it. */
  readonly exclusive?: boolean;
}

/** Shows what comes from `source` inside `element`, until it is disposed of or ends. */
export type AttachScreen = (element: HTMLElement, source: ScreenSource, events: ScreenEvents) => Screen;
