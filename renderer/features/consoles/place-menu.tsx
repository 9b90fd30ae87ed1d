import { Divider, DropdownItem, DropdownList } from '@patternfly/react-core';
import { ExpandIcon } from '@patternfly/react-icons/dist/esm/icons/expand-icon';
import { useState } from 'react';
import type { Monitor } from '#contract/windows';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { openConsoleWindow } from '../../data/console-windows.ts';
import { bringBack, useConsolePlaces, useSurroundings, isSameGuest } from './console-places.ts';
import { useConnectsByItself } from './connects-by-itself.ts';
import type { FullScreen } from './full-screen.ts';
import { ToolbarMenu } from './toolbar-menu.tsx';

interface PlaceMenuProps {
  readonly guest: GuestRef;
  readonly fullScreen: FullScreen;
}

/** Where the console is shown: here, in a window or a tab of its own, over the whole of a screen. */
export function PlaceMenu({ guest, fullScreen }: PlaceMenuProps) {
  const place = useSurroundings();
  const [monitors, setMonitors] = useState<readonly Monitor[]>([]);
  const [byItself, setByItself] = useConnectsByItself(guest);
  const others = useConsolePlaces() ?? [];
  const own = others.find(({ guests }) => guests.some((one) => isSameGuest(one, guest)));
  const readMonitors = (): void => {
    api.windows.monitors({}).then(setMonitors, () => setMonitors([]));
  };
  const canSplit = place === 'page' || (own?.guests.length ?? 0) > 1;
  const canJoin = place === 'page' ? others.length > 0 : others.length > 1;
  return (
    <ToolbarMenu label="Window" icon={<ExpandIcon />} onOpen={readMonitors}>
      <DropdownList>
        {fullScreen.isFull ? (
          <DropdownItem onClick={fullScreen.leave}>Leave full screen (F11)</DropdownItem>
        ) : (
          <DropdownItem onClick={() => fullScreen.enter()}>Full screen (F11)</DropdownItem>
        )}
        {monitors.length > 1 &&
          monitors
            .filter(({ here }) => !here)
            .map(({ id, name, width, height }) => (
              <DropdownItem key={id} onClick={() => fullScreen.enter(id)}>
                Full screen on {readableText(name)} ({width} × {height})
              </DropdownItem>
            ))}
        <Divider component="li" />
        {canSplit && <DropdownItem onClick={() => void openConsoleWindow(guest)}>Open in a window of its own</DropdownItem>}
        {canJoin && place === 'page' && (
          <DropdownItem onClick={() => void openConsoleWindow(guest, 'tab')}>Open in a tab of the console window</DropdownItem>
        )}
        {place === 'page' && (
          <DropdownItem onClick={() => setByItself(!byItself)}>{byItself ? 'Do not connect by itself' : 'Connect by itself'}</DropdownItem>
        )}
        {place === 'window' && <DropdownItem onClick={() => void bringBack(guest, true)}>Bring back to the guest’s page</DropdownItem>}
      </DropdownList>
    </ToolbarMenu>
  );
}
