import { useEffect, useRef, useState } from 'react';
import type { GuestRef } from '#model/guest';
import { meteredChannel, useActivityMeter } from './console-activity.ts';
import type { ConsoleSession, ConsoleState } from './console-session.ts';
import { onReleaseKeys } from './keyboard/release-keys.ts';
import { mayTakeFocus } from './may-take-focus.ts';
import { openConsole } from './open-console.ts';
import type { AttachScreen, ClipboardPeer, PointerMode, Screen, ScreenSize } from './screen.ts';
import { attachSpice } from './spice/attach-spice.ts';
import { attachVnc } from './vnc/attach-vnc.ts';

const attachments: Readonly<Record<'vnc' | 'spice', AttachScreen>> = { vnc: attachVnc, spice: attachSpice };

interface ScreenWish {
  readonly guest: GuestRef;
  readonly console: string;
  readonly kind: 'vnc' | 'spice';
  readonly element: HTMLElement | null;
  readonly state: ConsoleState;
  readonly session: ConsoleSession;
  /** The person wants the keyboard back. */
  readonly onRelease: () => void;
}

/** What a screen has said of itself since it was attached. */
interface ScreenFacts {
  readonly screen: Screen | null;
  readonly isDrawn: boolean;
  readonly name: string;
  readonly size: ScreenSize | null;
  readonly resizable: boolean;
  readonly pointer: PointerMode;
  readonly clipboardPeer: ClipboardPeer;
}

const nothing: ScreenFacts = {
  screen: null,
  isDrawn: false,
  name: '',
  size: null,
  resizable: false,
  pointer: 'absolute',
  clipboardPeer: 'unknown',
};

interface AttachedScreen extends ScreenFacts {
  readonly onCopied: (listener: (text: string) => void) => () => void;
}

/** The screen that an open console shows in `element`: one for each connection. */
export function useAttachedScreen({ guest, console, kind, element, state, session, onRelease }: ScreenWish): AttachedScreen {
  const [facts, setFacts] = useState(nothing);
  const [copied] = useState(() => new Set<(text: string) => void>());
  const count = useActivityMeter('screen');
  const release = useRef(onRelease);
  useEffect(() => {
    release.current = onRelease;
  }, [onRelease]);

  useEffect(() => {
    if (element === null || state.kind !== 'open') return undefined;
    const over = new AbortController();
    const learn = (news: Partial<ScreenFacts>): void => {
      if (!over.signal.aborted) setFacts((before) => ({ ...before, ...news }));
    };
    const screen = attachments[kind](
      element,
      {
        channel: state.channel,
        exclusive: state.forced === true,
        openChannel: async (which) =>
          meteredChannel(await openConsole({ guest, console, force: false, channel: which, signal: over.signal }), count),
      },
      {
        connected: () => learn({ isDrawn: true }),
        ended: session.ended,
        named: (name) => learn({ name }),
        resized: (size) => learn({ size }),
        resizable: (resizable) => learn({ resizable }),
        pointer: (pointer) => learn({ pointer }),
        clipboardPeer: (clipboardPeer) => learn({ clipboardPeer }),
        copied: (text) => copied.forEach((listener) => listener(text)),
      },
    );
    learn({ ...nothing, screen });
    const stopRelease = onReleaseKeys(element, () => release.current());
    if (mayTakeFocus()) screen.focus();
    return () => {
      over.abort();
      stopRelease();
      screen.dispose();
      setFacts(({ name }) => ({ ...nothing, name }));
    };
  }, [element, state, session, kind, guest, console, copied, count]);

  const [onCopied] = useState(() => (listener: (text: string) => void) => {
    copied.add(listener);
    return () => {
      copied.delete(listener);
    };
  });
  return { ...facts, onCopied };
}
