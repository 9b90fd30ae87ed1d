import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ConsoleChoices } from '#model/console-choices';
import type { GuestRef } from '#model/guest';
import { useAttachedScreen } from './attached-screen.ts';
import type { Choose } from './console-choices.ts';
import { type ScreenContext, ScreenContextProvider } from './console-context.ts';
import { ComesBack, ConsoleNotice } from './console-notice.tsx';
import { useReconnecting } from './reconnecting.ts';
import { useConsoleSession } from './console-session.ts';
import { ScreenToolbar } from './screen-toolbar.tsx';

interface ScreenViewProps {
  readonly guest: GuestRef;
  readonly console: string;
  readonly kind: 'vnc' | 'spice';
  /** Stands first in the toolbar. */
  readonly switcher: ReactNode;
  /** Nothing may be typed or clicked, whatever the person would like. */
  readonly look: boolean;
  readonly choices: ConsoleChoices;
  readonly choose: Choose;
}

/** A graphical console. Its keyboard belongs to the guest while it has the focus. */
export function ScreenView({ guest, console, kind, switcher, look, choices, choose }: ScreenViewProps) {
  const { state, session } = useConsoleSession(guest, console, 'screen');
  const [stage, setStage] = useState<HTMLElement | null>(null);
  const { scale, following } = choices;
  const viewOnly = look || choices.viewOnly;
  const toolbar = useRef<HTMLDivElement>(null);
  const onRelease = (): void => toolbar.current?.querySelector<HTMLElement>('button:enabled')?.focus();
  const { screen, isDrawn, name, size, resizable, pointer, clipboardPeer, onCopied } = useAttachedScreen({
    guest,
    console,
    kind,
    element: stage,
    state,
    session,
    onRelease,
  });

  const comesBack = useReconnecting(state, session, isDrawn);

  useEffect(() => screen?.setScale(scale), [screen, scale]);
  useEffect(() => screen?.setFollowing(following), [screen, following]);
  useEffect(() => screen?.setViewOnly(viewOnly), [screen, viewOnly]);

  const isAlone = state.kind === 'open' && state.forced === true;
  const context: ScreenContext = {
    guest,
    console,
    kind,
    screen,
    stage,
    look,
    viewOnly,
    choices,
    choose,
    resizable,
    size,
    pointer,
    isAlone,
    connect: session.connect,
    clipboardPeer,
    onCopied,
    canType: isDrawn && !viewOnly,
  };
  return (
    <ScreenContextProvider value={context}>
      <ScreenToolbar ref={toolbar} switcher={switcher} name={name} />
      <div className="gh-console__stage">
        <div className={`gh-screen${scale === 'fit' ? '' : ' gh-screen--actual'}`} ref={setStage} />
        {comesBack && !isDrawn ? (
          <ComesBack state={state} onConnect={() => session.connect(false)} />
        ) : (
          state.kind !== 'open' && (
            <div className="gh-console__notice">
              <ConsoleNotice state={state} onConnect={session.connect} />
            </div>
          )
        )}
      </div>
    </ScreenContextProvider>
  );
}
