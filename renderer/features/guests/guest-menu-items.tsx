import { Divider, MenuItem } from '@patternfly/react-core';
import { useLocation } from 'wouter';
import type { Guest, GuestRef } from '#model/guest';
import { canGuest, guestActions, type GuestAction, type Permission } from '#model/guest-action';
import type { Host } from '#model/host';
import { openConsoleWindow } from '../../data/console-windows.ts';
import { deleteGuest, performAction } from '../../data/guest-verbs.ts';
import { saveScreenshot } from '../../data/save-screenshot.ts';
import { abilitiesOf, changePermission, guestChangePermission } from '../../data/change-permission.ts';
import { stateGroupOf } from './guest-order.ts';
import { paths } from '../../data/paths.ts';

interface ItemsProps {
  readonly guestRef: GuestRef;
  readonly guest: Guest;
  readonly host: Host | undefined;
  readonly actions: readonly GuestAction[];
}

/** What the guest permits now, with the reason where it does not. */
export const permissionOf = (guest: Guest, action: GuestAction, host: Host | undefined) =>
  host?.state.kind === 'connected' ? canGuest(guest, action, abilitiesOf(host)) : changePermission(host);

/** Shown beside an item that cannot be used, to pointer and keyboard alike. */
const reason = (permission: Permission) =>
  permission.allowed ? {} : { tooltipProps: { content: permission.why, position: 'left' as const } };

export function GuestActionItems({ guestRef, guest, host, actions }: ItemsProps) {
  return actions.map((action) => {
    const permission = permissionOf(guest, action, host);
    return (
      <MenuItem
        key={action}
        itemId={action}
        isAriaDisabled={!permission.allowed}
        {...reason(permission)}
        isDanger={permission.allowed && guestActions[action].confirmed === true}
        onClick={() => permission.allowed && void performAction(guestRef, guest, action)}
      >
        {guestActions[action].label}
        {guestActions[action].confirmed && '…'}
      </MenuItem>
    );
  });
}

export function DeleteItem({ guestRef, guest, host }: Omit<ItemsProps, 'actions'>) {
  const permission = guestChangePermission(host, guest);
  return (
    <MenuItem
      itemId="delete"
      isDanger={permission.allowed}
      isAriaDisabled={!permission.allowed}
      {...reason(permission)}
      onClick={() => permission.allowed && void deleteGuest(guestRef, guest)}
    >
      Delete…
    </MenuItem>
  );
}

function screenshotPermission(guest: Guest, host: Host | undefined): Permission {
  const permission = changePermission(host);
  if (!permission.allowed) return permission;
  if (abilitiesOf(host)?.screenshots === false) return { allowed: false, why: 'This host takes no pictures of its guests’ screens' };
  return stateGroupOf(guest.state) === 'off' ? { allowed: false, why: 'The guest is not running' } : permission;
}

function ScreenshotItem({ guestRef, guest, host }: Omit<ItemsProps, 'actions'>) {
  if (abilitiesOf(host)?.graphicalConsole === false) return null;
  const permission = screenshotPermission(guest, host);
  return (
    <MenuItem
      itemId="screenshot"
      isAriaDisabled={!permission.allowed}
      {...reason(permission)}
      onClick={() => permission.allowed && void saveScreenshot(guestRef, guest)}
    >
      Save screenshot…
    </MenuItem>
  );
}

/** The verbs that make sense for this guest: of Pause and Resume the one that its state is about, and nothing of saved state without one. */
function verbsOf(guest: Guest): readonly GuestAction[] {
  const verbs: GuestAction[] = ['start', 'shut-down', 'reboot', guest.state === 'paused' ? 'resume' : 'pause', 'save'];
  return guest.saved ? [...verbs, 'discard-save'] : verbs;
}

/** Everything that can be done with a guest: the row's menu and the right click's. */
export function GuestMenuItems({ guestRef, guest, host }: Omit<ItemsProps, 'actions'>) {
  const [, navigate] = useLocation();
  return (
    <>
      <MenuItem itemId="open" onClick={() => navigate(paths.guest(guestRef))}>
        Open
      </MenuItem>
      <MenuItem itemId="console" onClick={() => navigate(paths.guest(guestRef, 'console'))}>
        Console
      </MenuItem>
      <MenuItem itemId="console-window" onClick={() => void openConsoleWindow(guestRef)}>
        Console in a window of its own
      </MenuItem>
      <ScreenshotItem guestRef={guestRef} guest={guest} host={host} />
      <Divider component="li" />
      <GuestActionItems guestRef={guestRef} guest={guest} host={host} actions={verbsOf(guest)} />
      <Divider component="li" />
      <GuestActionItems guestRef={guestRef} guest={guest} host={host} actions={['reset', 'force-off']} />
      <Divider component="li" />
      <GuestActionItems guestRef={guestRef} guest={guest} host={host} actions={[guest.autostart ? 'no-autostart' : 'autostart']} />
      <DeleteItem guestRef={guestRef} guest={guest} host={host} />
    </>
  );
}
