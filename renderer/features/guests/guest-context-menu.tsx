import type { Host } from '#model/host';
import type { PlacedGuest } from '../../data/queries.ts';
import { ContextMenu, type MenuPlace } from '../../ui/context-menu.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { GuestMenuItems } from './guest-menu-items.tsx';

interface GuestContextMenuProps {
  readonly row: PlacedGuest;
  readonly host: Host | undefined;
  readonly place: MenuPlace;
  onClose(): void;
}

/** One menu for all rows. */
export function GuestContextMenu({ row: { host: hostId, guest }, host, place, onClose }: GuestContextMenuProps) {
  return (
    <ContextMenu label={`Actions for ${readableText(guest.name)}`} place={place} onClose={onClose}>
      <GuestMenuItems guestRef={{ host: hostId, id: guest.id }} guest={guest} host={host} />
    </ContextMenu>
  );
}
