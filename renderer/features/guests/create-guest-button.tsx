import { Button, Dropdown, DropdownItem, DropdownList, MenuToggle, Tooltip } from '@patternfly/react-core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Host } from '#model/host';
import { paths } from '../../data/paths.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';

const canCreate = (host: Host) => host.state.kind === 'connected' && host.state.abilities.createGuests;

/** Opens the wizard; asks for the host where there is more than one that can. */
export function CreateGuestButton({ hosts }: { readonly hosts: readonly Host[] }) {
  const [open, setOpen] = useState(false);
  const [, navigate] = useLocation();
  const able = hosts.filter(canCreate);
  const [first] = able;
  if (!first) {
    const why = hosts.some((host) => host.state.kind === 'connected') ? 'This host cannot create guests' : 'No host is connected';
    return (
      <Tooltip content={why}>
        <Button variant="primary" size="sm" isAriaDisabled>
          Create guest
        </Button>
      </Tooltip>
    );
  }
  if (able.length === 1) {
    return (
      <Button variant="primary" size="sm" onClick={() => navigate(paths.create(first.id))}>
        Create guest
      </Button>
    );
  }
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="primary" size="sm" isExpanded={open} onClick={() => setOpen(!open)}>
          Create guest
        </MenuToggle>
      )}
    >
      <DropdownList>
        {able.map((host) => (
          <DropdownItem key={host.id} onClick={() => navigate(paths.create(host.id))}>
            on <ForeignText text={host.name} />
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
