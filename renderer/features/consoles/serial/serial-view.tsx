import '@xterm/xterm/css/xterm.css';
import { Alert, AlertActionLink, Button } from '@patternfly/react-core';
import { CopyIcon } from '@patternfly/react-icons/dist/esm/icons/copy-icon';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { GuestRef } from '#model/guest';
import { ConsoleNotice } from '../console-notice.tsx';
import { useConsoleSession } from '../console-session.ts';
import { PasteQuestion } from './paste-question.tsx';
import { onReleaseKeys, RELEASE_KEYS } from '../keyboard/release-keys.ts';
import { createSerialTerminal, type SerialTerminal } from './serial-terminal.ts';

interface SerialViewProps {
  readonly guest: GuestRef;
  readonly console: string;
  /** Stands first in the toolbar. */
  readonly switcher: ReactNode;
}

/** A serial console in a terminal. What it has shown stays when the connection ends. */
export function SerialView({ guest, console, switcher }: SerialViewProps) {
  const { state, session } = useConsoleSession(guest, console);
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [selected, setSelected] = useState(false);
  const [toPaste, setToPaste] = useState<string | null>(null);
  const toolbar = useRef<HTMLDivElement>(null);
  const terminal = useRef<SerialTerminal>(null);

  useEffect(() => {
    if (element === null) return undefined;
    const created = createSerialTerminal(element, { asksToPaste: setToPaste, selected: setSelected });
    const stopRelease = onReleaseKeys(element, () => toolbar.current?.querySelector<HTMLElement>('button:enabled')?.focus());
    terminal.current = created;
    return () => {
      stopRelease();
      created.dispose();
      terminal.current = null;
    };
  }, [element]);

  useEffect(() => {
    if (element === null || state.kind !== 'open') return undefined;
    terminal.current?.focus();
    return terminal.current?.attach(state.channel, session.ended);
  }, [element, state, session]);

  const answerPaste = (paste: boolean): void => {
    if (paste && toPaste !== null) terminal.current?.paste(toPaste);
    setToPaste(null);
    terminal.current?.focus();
  };

  return (
    <>
      <div className="gh-console__toolbar" ref={toolbar}>
        {switcher}
        <Button variant="plain" size="sm" icon={<CopyIcon />} isDisabled={!selected} onClick={() => terminal.current?.copySelection()}>
          Copy
        </Button>
        <span className="gh-console__hint">{RELEASE_KEYS} leaves the terminal, Ctrl+Shift+C copies, Ctrl+Shift+V pastes</span>
      </div>
      {state.kind === 'ended' && state.wasOpen && (
        <Alert
          isInline
          component="p"
          variant={state.fault === null ? 'info' : 'warning'}
          title={state.fault?.message ?? 'The console has ended'}
          actionLinks={<AlertActionLink onClick={() => session.connect(false)}>Reconnect</AlertActionLink>}
        >
          {state.fault?.remedy}
        </Alert>
      )}
      <div className="gh-console__stage">
        <div className="gh-terminal" ref={setElement} />
        {state.kind !== 'open' && !(state.kind === 'ended' && state.wasOpen) && (
          <div className="gh-console__notice">
            <ConsoleNotice state={state} onConnect={session.connect} />
          </div>
        )}
      </div>
      {toPaste !== null && <PasteQuestion text={toPaste} onPaste={() => answerPaste(true)} onCancel={() => answerPaste(false)} />}
    </>
  );
}
