import { Button, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useRef, useState } from 'react';
import { useScreenContext } from '../console-context.ts';
import { ctrlAltDelete, keyCombinations, type KeyCombination } from './keys.ts';

/** Sends the guest keys that the desktop would take for itself. */
export function KeysMenu() {
  const { screen, canType } = useScreenContext();
  const [isOpen, setOpen] = useState(false);
  const toggleRef = useRef<HTMLButtonElement>(null);
  const send = ({ keys }: KeyCombination): void => {
    setOpen(false);
    screen?.pressKeys(keys);
    screen?.focus();
  };
  const toggleNode = (
    <MenuToggle ref={toggleRef} size="sm" isExpanded={isOpen} isDisabled={!canType} onClick={() => setOpen(!isOpen)}>
      Send keys
    </MenuToggle>
  );
  return (
    <>
      <Button variant="secondary" size="sm" isDisabled={!canType} onClick={() => send(ctrlAltDelete)}>
        Ctrl+Alt+Del
      </Button>
      <Dropdown isOpen={isOpen} isScrollable onOpenChange={setOpen} toggle={{ toggleNode, toggleRef }}>
        <DropdownList>
          {keyCombinations.map((combination) => (
            <DropdownItem key={combination.label} onClick={() => send(combination)}>
              {combination.label}
            </DropdownItem>
          ))}
        </DropdownList>
      </Dropdown>
    </>
  );
}
