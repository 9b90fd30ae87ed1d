import '@xterm/xterm/css/xterm.css';
import './serial.css';
import { Button, MenuItem } from '@patternfly/react-core';
import { BellIcon } from '@patternfly/react-icons/dist/esm/icons/bell-icon';
import { CopyIcon } from '@patternfly/react-icons/dist/esm/icons/copy-icon';
import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { type MouseEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { GuestRef } from '#model/guest';
import { ContextMenu, type MenuPlace } from '../../../ui/context-menu.tsx';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { ConsoleNotice } from '../console-notice.tsx';
import { ReleaseKeysName } from '../keyboard/grab-hint.tsx';
import { onReleaseKeys } from '../keyboard/release-keys.ts';
import { mayTakeFocus } from '../may-take-focus.ts';
import { changeFontSize, useFontSize } from './font-size.ts';
import { PasteQuestion } from './paste-question.tsx';
import { saveTerminalText } from './save-terminal-text.ts';
import { SearchBar } from './search-bar.tsx';
import { type SerialAction, SerialMenuItems } from './serial-menu.tsx';
import { SerialStatus } from './serial-status.tsx';
import { useSerialConnection } from './use-serial-connection.ts';
import { useTerminal } from './use-terminal.ts';

interface SerialViewProps {
  readonly guest: GuestRef;
  readonly console: string;
  /** Stands first in the toolbar. */
  readonly switcher: ReactNode;
}

/** A serial console in a terminal. What it has shown stays when the connection ends, and when one comes back to it in this window. */
export function SerialView({ guest, console, switcher }: SerialViewProps) {
  const connection = useSerialConnection(guest, console);
  const { state, connect, ended } = connection;
  const [stage, setStage] = useState<HTMLElement | null>(null);
  const [searching, setSearching] = useState(false);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const toolbar = useRef<HTMLDivElement>(null);
  const { terminal, selected, size, ringing, toPaste, answerPaste } = useTerminal(guest, console, stage, (what) =>
    what === 'search' ? setSearching(true) : changeFontSize(what),
  );
  const fontSize = useFontSize();

  useEffect(() => terminal?.setFontSize(fontSize), [terminal, fontSize]);
  useEffect(() => {
    if (stage === null) return undefined;
    return onReleaseKeys(stage, () => toolbar.current?.querySelector<HTMLElement>('button:enabled')?.focus());
  }, [stage]);
  useEffect(() => {
    if (terminal === null || state.kind !== 'open') return undefined;
    if (mayTakeFocus()) terminal.focus();
    return terminal.attach(state.channel, ended);
  }, [terminal, state, ended]);

  const closeSearch = (): void => {
    terminal?.search.clear();
    setSearching(false);
    terminal?.focus();
  };
  const act = (action: SerialAction): void => {
    setMenu(null);
    switch (action) {
      case 'search':
        return setSearching(true);
      case 'save':
        return void saveTerminalText(guest, terminal);
      case 'larger':
      case 'smaller':
      case 'usual':
        changeFontSize(action);
        break;
      case 'copy':
        terminal?.copySelection();
        break;
      case 'select-all':
        terminal?.selectAll();
        break;
      case 'clear':
        terminal?.clear();
        break;
      case 'tell-size':
        terminal?.paste(`stty rows ${size.rows} cols ${size.columns}\r`);
    }
    terminal?.focus();
  };
  const openMenu = (event: MouseEvent): void => {
    // A program of the guest that asked for the mouse gets it, and Shift takes it back, as terminals of desktops have it.
    if (terminal?.takesMouse === true && !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    setMenu({ x: event.clientX, y: event.clientY });
  };
  const used = terminal?.used ?? false;
  const items = { selected, connected: state.kind === 'open', onAction: act };

  return (
    <>
      <div className="gh-console__toolbar" ref={toolbar}>
        {switcher}
        <Button variant="plain" size="sm" icon={<CopyIcon />} isDisabled={!selected} onClick={() => act('copy')}>
          Copy
        </Button>
        <Button variant="plain" size="sm" icon={<SearchIcon />} onClick={() => act('search')}>
          Search
        </Button>
        <MenuButton label="More of the terminal" icon={<EllipsisVIcon />} variant="plain" position="left">
          <SerialMenuItems kind="dropdown" {...items} />
        </MenuButton>
        <span className="gh-console__hint">
          {used && state.kind === 'connecting' ? 'Connecting' : `${size.columns} × ${size.rows}`} · <ReleaseKeysName /> leaves the terminal,
          Ctrl+Shift+C copies, Ctrl+Shift+V pastes
        </span>
      </div>
      <div className="gh-console__stage" onContextMenuCapture={openMenu}>
        <div className="gh-terminal-stage" ref={setStage} />
        {used && <SerialStatus {...connection} />}
        {searching && terminal !== null && <SearchBar search={terminal.search} onClose={closeSearch} />}
        {ringing && (
          <span className="gh-terminal-bell" role="status">
            <BellIcon /> Bell
          </span>
        )}
        {state.kind !== 'open' && !used && (
          <div className="gh-console__notice">
            <ConsoleNotice state={state} onConnect={connect} />
          </div>
        )}
      </div>
      {menu !== null && (
        <ContextMenu label="Terminal" place={menu} onClose={() => setMenu(null)}>
          <SerialMenuItems kind="context" {...items} />
          <MenuItem isDisabled>Paste with Ctrl+Shift+V</MenuItem>
        </ContextMenu>
      )}
      {toPaste !== null && <PasteQuestion text={toPaste} onPaste={() => answerPaste(true)} onCancel={() => answerPaste(false)} />}
    </>
  );
}
