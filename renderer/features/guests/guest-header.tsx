import { Button, DropdownList } from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { ScreenIcon } from '@patternfly/react-icons/dist/esm/icons/screen-icon';
import { Link, useLocation } from 'wouter';
import type { Guest, GuestRef } from '#model/guest';
import type { Host } from '#model/host';
import { openConsoleWindow } from '../../data/console-windows.ts';
import { usePending } from '../../data/guest-verbs.ts';
import { paths } from '../../data/paths.ts';
import { useLostAt } from '../../data/queries.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { DeleteItem, GuestActionItems } from './guest-menu-items.tsx';
import { GuestStateLabel } from './guest-state.tsx';
import { PowerVerbs } from './power-verbs.tsx';

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
      <PowerVerbs {...items} />
      <Button
        variant="secondary"
        size="sm"
        icon={<ScreenIcon />}
        onClick={() => navigate(paths.guest(guestRef, 'console'))}
        onDoubleClick={() => void openConsoleWindow(guestRef)}
        title="A double click opens it in a window of its own"
      >
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
