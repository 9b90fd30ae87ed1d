import { Dropdown, MenuToggle } from '@patternfly/react-core';
import { type ReactNode, useRef, useState } from 'react';

interface ToolbarMenuProps {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly isDisabled?: boolean;
  readonly onOpen?: () => void;
  /** Menu items. */
  readonly children: ReactNode;
}

/** A menu of a console's toolbar. It stays in the toolbar, which may cover everything else. */
export function ToolbarMenu({ label, icon, isDisabled = false, onOpen, children }: ToolbarMenuProps) {
  const [isOpen, setOpen] = useState(false);
  const toggleRef = useRef<HTMLButtonElement>(null);
  const open = (next: boolean): void => {
    if (next) onOpen?.();
    setOpen(next);
  };
  const toggleNode = (
    <MenuToggle
      ref={toggleRef}
      size="sm"
      icon={icon}
      title={icon === undefined ? undefined : label}
      isExpanded={isOpen}
      isDisabled={isDisabled}
      onClick={() => open(!isOpen)}
    >
      {icon === undefined ? label : <span className="gh-console__word">{label}</span>}
    </MenuToggle>
  );
  return (
    <Dropdown
      isOpen={isOpen}
      isScrollable
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      toggle={{ toggleNode, toggleRef }}
      popperProps={{ appendTo: () => toggleRef.current?.closest('.gh-console') ?? document.body, preventOverflow: true }}
    >
      {children}
    </Dropdown>
  );
}
