import { Button, DropdownItem, DropdownList, Tooltip } from '@patternfly/react-core';
import { useLocation } from 'wouter';
import type { Host } from '#model/host';
import { paths } from '../../data/paths.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';

const canCreate = (host: Host) => host.state.kind === 'connected' && host.state.abilities.createGuests;

/** Opens the wizard; asks for the host where there is more than one that can. */
export function CreateGuestButton({ hosts }: { readonly hosts: readonly Host[] }) {
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
    <MenuButton label="Create guest" labelled variant="primary">
      <DropdownList>
        {able.map((host) => (
          <DropdownItem key={host.id} onClick={() => navigate(paths.create(host.id))}>
            on <ForeignText text={host.name} />
          </DropdownItem>
        ))}
      </DropdownList>
    </MenuButton>
  );
}
