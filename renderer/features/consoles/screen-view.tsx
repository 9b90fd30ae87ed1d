import { Button, Dropdown, DropdownItem, DropdownList, MenuToggle, Switch, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { GuestRef } from '#model/guest';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ConsoleNotice } from './console-notice.tsx';
import { useConsoleSession } from './console-session.ts';
import { ctrlAltDelete, keyCombinations, type KeyCombination } from './keyboard/keys.ts';
import type { ConsoleChannel } from './port-channel.ts';
import { onReleaseKeys, RELEASE_KEYS } from './keyboard/release-keys.ts';
import { openConsole } from './open-console.ts';
import type { AttachScreen, Screen } from './screen.ts';
import { attachSpice } from './spice/attach-spice.ts';
import { attachVnc } from './vnc/attach-vnc.ts';

const attachments: Readonly<Record<'vnc' | 'spice', AttachScreen>> = { vnc: attachVnc, spice: attachSpice };

interface ScreenViewProps {
  readonly guest: GuestRef;
  readonly console: string;
  readonly kind: 'vnc' | 'spice';
  /** Stands first in the toolbar. */
  readonly switcher: ReactNode;
  /** Nothing may be typed or clicked, whatever the person would like. */
  readonly look: boolean;
}

/** A graphical console. Its keyboard belongs to the guest while it has the focus. */
export function ScreenView({ guest, console, kind, switcher, look }: ScreenViewProps) {
  const { state, session } = useConsoleSession(guest, console);
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [drawn, setDrawn] = useState<ConsoleChannel | null>(null);
  const [scaled, setScaled] = useState(true);
  const [wantsViewOnly, setViewOnly] = useState(false);
  const viewOnly = look || wantsViewOnly;
  const [name, setName] = useState('');
  const toolbar = useRef<HTMLDivElement>(null);
  const screen = useRef<Screen>(null);

  useEffect(() => {
    if (element === null || state.kind !== 'open') return undefined;
    const { channel } = state;
    const over = new AbortController();
    const attached = attachments[kind](
      element,
      { channel, openChannel: (which) => openConsole({ guest, console, force: false, channel: which, signal: over.signal }) },
      {
        connected: () => setDrawn(channel),
        ended: session.ended,
        named: setName,
        resized: () => undefined,
        resizable: () => undefined,
        clipboardPeer: () => undefined,
        copied: () => undefined,
      },
    );
    const stopRelease = onReleaseKeys(element, () => toolbar.current?.querySelector<HTMLElement>('button:enabled')?.focus());
    screen.current = attached;
    attached.focus();
    return () => {
      over.abort();
      stopRelease();
      attached.dispose();
      screen.current = null;
    };
  }, [element, state, session, kind, guest, console]);
  useEffect(() => {
    screen.current?.setScale(scaled ? 'fit' : 100);
    screen.current?.setViewOnly(viewOnly);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new screen, made by the effect above, begins as they stand
  }, [scaled, viewOnly, element, state]);

  const send = ({ keys }: KeyCombination): void => {
    screen.current?.pressKeys(keys);
    screen.current?.focus();
  };
  const canType = state.kind === 'open' && drawn === state.channel && !viewOnly;

  return (
    <>
      <div className="gh-console__toolbar" ref={toolbar}>
        {switcher}
        <ToggleGroup aria-label="Size of the picture" isCompact>
          <ToggleGroupItem text="Fit" isSelected={scaled} onChange={() => setScaled(true)} />
          <ToggleGroupItem text="1:1" isSelected={!scaled} onChange={() => setScaled(false)} />
        </ToggleGroup>
        <Button variant="secondary" size="sm" isDisabled={!canType} onClick={() => send(ctrlAltDelete)}>
          Ctrl+Alt+Del
        </Button>
        <SendKeyMenu isDisabled={!canType} onSend={send} />
        <Switch
          id={`view-only-${console}`}
          label="View only"
          isChecked={viewOnly}
          isDisabled={look}
          onChange={(_event, checked) => setViewOnly(checked)}
        />
        <span className="gh-console__hint">
          {name !== '' && (
            <>
              <span className="gh-console__name">
                <ForeignText text={name} />
              </span>{' '}
              ·{' '}
            </>
          )}
          {RELEASE_KEYS} releases the keyboard
        </span>
      </div>
      <div className="gh-console__stage">
        <div className={`gh-screen${scaled ? '' : ' gh-screen--actual'}`} ref={setElement} />
        {state.kind !== 'open' && (
          <div className="gh-console__notice">
            <ConsoleNotice state={state} onConnect={session.connect} />
          </div>
        )}
      </div>
    </>
  );
}

function SendKeyMenu({ isDisabled, onSend }: { readonly isDisabled: boolean; readonly onSend: (keys: KeyCombination) => void }) {
  const [isOpen, setOpen] = useState(false);
  const toggleRef = useRef<HTMLButtonElement>(null);
  const toggleNode = (
    <MenuToggle ref={toggleRef} size="sm" isExpanded={isOpen} isDisabled={isDisabled} onClick={() => setOpen(!isOpen)}>
      Send keys
    </MenuToggle>
  );
  return (
    <Dropdown isOpen={isOpen} isScrollable onOpenChange={setOpen} toggle={{ toggleNode, toggleRef }}>
      <DropdownList>
        {keyCombinations.map((combination) => (
          <DropdownItem
            key={combination.label}
            onClick={() => {
              setOpen(false);
              onSend(combination);
            }}
          >
            {combination.label}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
