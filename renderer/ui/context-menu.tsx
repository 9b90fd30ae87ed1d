import { Menu, MenuContent, MenuList } from '@patternfly/react-core';
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

/** Where the pointer was, in pixels of the window. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

interface ContextMenuProps {
  readonly label: string;
  readonly place: MenuPlace;
  /** Menu items. */
  readonly children: ReactNode;
  onClose(): void;
}

const MARGIN = 8;

/** A menu where the pointer or a button is, kept inside the window. */
export function ContextMenu({ label, place, children, onClose }: ContextMenuProps) {
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

  // Not where it is asked for: in Chrome 114 a page that is a container of queries is what `fixed` is measured from.
  return createPortal(
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
          <MenuList aria-label={label}>{children}</MenuList>
        </MenuContent>
      </Menu>
    </div>,
    document.querySelector('main') ?? document.body,
  );
}

/** Just under an element: where its menu belongs when the keyboard asks for it. */
export function placeBelow(element: Element | null): MenuPlace {
  const box = element?.getBoundingClientRect();
  return { x: box?.left ?? 0, y: box?.bottom ?? 0 };
}
