import { Dropdown, MenuToggle } from '@patternfly/react-core';
import { useRef, useState, type ReactNode } from 'react';

interface MenuButtonProps {
  /** What the button says; for one with only an icon, or without anything, its accessible name. */
  readonly label: string;
  readonly labelled?: boolean;
  readonly icon?: ReactNode;
  readonly variant: 'primary' | 'secondary' | 'plain';
  readonly position?: 'left' | 'right';
  /** Menu items. */
  readonly children: ReactNode;
}

/** A small button that unfolds a menu, and folds it again once something was chosen. */
export function MenuButton({ label, labelled = false, icon, variant, position = 'right', children }: MenuButtonProps) {
  const [open, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      // Within the page's landmark, not after all of it.
      popperProps={{ position, appendTo: () => toggle.current?.closest('main') ?? document.body }}
      toggle={{
        toggleRef: toggle,
        toggleNode: (
          <MenuToggle
            ref={toggle}
            size="sm"
            variant={variant}
            icon={icon}
            isExpanded={open}
            aria-label={labelled ? undefined : label}
            onClick={() => setOpen(!open)}
          >
            {labelled && label}
          </MenuToggle>
        ),
      }}
    >
      {children}
    </Dropdown>
  );
}
