import { Button, DropdownList, Tooltip } from '@patternfly/react-core';
import { PauseIcon } from '@patternfly/react-icons/dist/esm/icons/pause-icon';
import { PlayIcon } from '@patternfly/react-icons/dist/esm/icons/play-icon';
import { PowerOffIcon } from '@patternfly/react-icons/dist/esm/icons/power-off-icon';
import type { ComponentType } from 'react';
import type { Guest, GuestRef } from '#model/guest';
import { guestActions, type GuestAction } from '#model/guest-action';
import type { Host } from '#model/host';
import { performAction } from '../../data/guest-verbs.ts';
import { MenuButton } from '../../ui/menu-button.tsx';
import { GuestActionItems, permissionOf } from './guest-menu-items.tsx';

interface PowerVerbsProps {
  readonly guestRef: GuestRef;
  readonly guest: Guest;
  readonly host: Host | undefined;
}

/** Start, stop and pause, as buttons. */
export function PowerVerbs(items: PowerVerbsProps) {
  const { guest } = items;
  return (
    <>
      <Verb action="start" icon={PlayIcon} {...items} />
      <div className="gh-split-button">
        <Verb action="shut-down" icon={PowerOffIcon} {...items} />
        <MenuButton label="More ways to stop" variant="secondary">
          <DropdownList>
            <GuestActionItems {...items} actions={['reboot', 'save', 'reset', 'force-off']} />
          </DropdownList>
        </MenuButton>
      </div>
      {guest.state === 'paused' ? <Verb action="resume" icon={PlayIcon} {...items} /> : <Verb action="pause" icon={PauseIcon} {...items} />}
    </>
  );
}

/** A button that says why when it cannot be used, instead of going away. */
function Verb({
  action,
  icon: Icon,
  guestRef,
  guest,
  host,
}: PowerVerbsProps & { readonly action: GuestAction; readonly icon: ComponentType }) {
  const permission = permissionOf(guest, action, host);
  const button = (
    <Button
      variant="secondary"
      size="sm"
      icon={<Icon />}
      isAriaDisabled={!permission.allowed}
      onClick={() => void performAction(guestRef, guest, action)}
    >
      {guestActions[action].label}
    </Button>
  );
  return permission.allowed ? button : <Tooltip content={permission.why}>{button}</Tooltip>;
}
