import { Menu, MenuContent, MenuList } from '@patternfly/react-core';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Host } from '#model/host';
import type { PlacedGuest } from '../../data/queries.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { GuestMenuItems } from './guest-menu-items.tsx';

/** Window coordinates of the corner that the menu opens from. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

interface GuestContextMenuProps {
  readonly row: PlacedGuest;
  readonly host: Host | undefined;
  readonly place: MenuPlace;
  onClose(): void;
}

const MARGIN = 8;

/** One menu for all rows, where the pointer or the row's button is, kept inside the window. */
export function GuestContextMenu({ row: { host: hostId, guest }, host, place, onClose }: GuestContextMenuProps) {
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(MARGIN, Math.min(place.x, window.innerWidth - width - MARGIN))}px`;
    element.style.top = `${Math.max(MARGIN, Math.min(place.y, window.innerHeight - height - MARGIN))}px`;
    element.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
  }, [place]);

  useEffect(() => {
    const outside = (event: Event) => {
      if (!(event.target instanceof Node && box.current?.contains(event.target))) onClose();
    };
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('blur', onClose);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('blur', onClose);
    };
  }, [onClose]);

  return (
    <div
      ref={box}
      className="gh-context-menu"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' && event.key !== 'Tab') return;
        event.preventDefault();
        onClose();
      }}
    >
      <Menu onSelect={onClose} isScrollable>
        <MenuContent maxMenuHeight="calc(100vh - 16px)">
          <MenuList aria-label={`Actions for ${readableText(guest.name)}`}>
            <GuestMenuItems guestRef={{ host: hostId, id: guest.id }} guest={guest} host={host} />
          </MenuList>
        </MenuContent>
      </Menu>
    </div>
  );
}
