import { createContext, use, useEffect } from 'react';
import type { ConsoleChoices } from '#model/console-choices';
import type { GuestRef } from '#model/guest';
import type { Choose } from './console-choices.ts';
import type { ClipboardPeer, PointerMode, Screen, ScreenSize } from './screen.ts';

/** What the components of a screen's toolbar share: which screen it is, what it said of itself, and what the person chose for it. */
export interface ScreenContext {
  readonly guest: GuestRef;
  /** As in GuestDetails.consoles. */
  readonly console: string;
  readonly kind: 'vnc' | 'spice';
  /** Null while nothing is connected. */
  readonly screen: Screen | null;
  /** What the guest's pixels are drawn in. */
  readonly stage: HTMLElement | null;
  /** Nothing may be typed or clicked, whatever the person would like: the host may only be looked at. */
  readonly look: boolean;
  /** Keys and clicks reach the guest now. */
  readonly canType: boolean;
  readonly viewOnly: boolean;
  readonly choices: ConsoleChoices;
  readonly choose: Choose;
  /** Whether the guest would take another size. */
  readonly resizable: boolean;
  /** The guest's own; null before its first picture. */
  readonly size: ScreenSize | null;
  readonly pointer: PointerMode;
  /** It was taken over: nobody else sees it. */
  readonly isAlone: boolean;
  /** Connects anew; `force` takes it over from whoever else looks. */
  connect(force: boolean): void;
  readonly clipboardPeer: ClipboardPeer;
  /** Hears of each text that the guest copies. Returns its end. */
  onCopied(listener: (text: string) => void): () => void;
}

export const ScreenContextProvider = createContext<ScreenContext | null>(null);

/** The screen whose toolbar the component stands in. Throws elsewhere. */
export function useScreenContext(): ScreenContext {
  const context = use(ScreenContextProvider);
  if (context === null) throw new Error('There is no screen around this component.');
  return context;
}

/** Calls `change` with the screen now, with each new one, and whenever `change` is another one: keep it stable with useCallback. */
export function useOnScreen(change: (screen: Screen) => void): void {
  const { screen } = useScreenContext();
  useEffect(() => {
    if (screen !== null) change(screen);
  }, [screen, change]);
}
