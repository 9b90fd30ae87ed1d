import { Button, DropdownList, Tooltip } from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { PauseIcon } from '@patternfly/react-icons/dist/esm/icons/pause-icon';
import { PlayIcon } from '@patternfly/react-icons/dist/esm/icons/play-icon';
import { PowerOffIcon } from '@patternfly/react-icons/dist/esm/icons/power-off-icon';
import { ScreenIcon } from '@patternfly/react-icons/dist/esm/icons/screen-icon';
import type { ComponentType } from 'react';
import { Link, useLocation } from 'wouter';
import type { Guest, GuestRef } from '#model/guest';
import { guestActions, type GuestAction } from '#model/guest-action';
import type { Host } from '#model/host';
import { performAction, usePending } from '../../data/guest-verbs.ts';
import { paths } from '../../data/paths.ts';
import { useLostAt } from '../../data/queries.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { DeleteItem, GuestActionItems, permissionOf } from './guest-menu-items.tsx';
import { GuestStateLabel } from './guest-state.tsx';

interface GuestHeaderProps {
  readonly guestRef: GuestRef;
  readonly guest: Guest;
  readonly host: Host | undefined;
}

/** Name, state, host, and the five verbs. */
export function GuestHeader({ guestRef, guest, host }: GuestHeaderProps) {
  const [, navigate] = useLocation();
  const pending = usePending(guestRef, guest.state);
  const lostAt = useLostAt(guestRef.host);
  const items = { guestRef, guest, host };
  const detail = (
    <>
      <GuestStateLabel guest={guest} pending={pending} lostAt={lostAt} />
      {host && (
        <Link href={paths.host(host.id)} className="gh-header__host">
          <ForeignText text={host.name} />
        </Link>
      )}
    </>
  );
  return (
    <PageHeader title={<ForeignText text={guest.name} />} detail={detail}>
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
      <Button variant="secondary" size="sm" icon={<ScreenIcon />} onClick={() => navigate(paths.guest(guestRef, 'console'))}>
        Console
      </Button>
      <MenuButton label="More actions" icon={<EllipsisVIcon />} variant="plain">
        <DropdownList>
          {guest.saved && <GuestActionItems {...items} actions={['discard-save']} />}
          <DeleteItem {...items} />
        </DropdownList>
      </MenuButton>
    </PageHeader>
  );
}

/** A button that says why when it cannot be used, instead of going away. */
function Verb({
  action,
  icon: Icon,
  guestRef,
  guest,
  host,
}: GuestHeaderProps & { readonly action: GuestAction; readonly icon: ComponentType }) {
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
