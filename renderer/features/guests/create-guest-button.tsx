import { Button, DropdownItem, DropdownList, Tooltip } from '@patternfly/react-core';
import { useLocation } from 'wouter';
import type { Host } from '#model/host';
import { onlyLook } from '#model/guest-action';
import { abilitiesOf } from '../../data/change-permission.ts';
import { paths } from '../../data/paths.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';

function whyNot(hosts: readonly Host[]): string {
  const connected = hosts.map(abilitiesOf).filter((abilities) => abilities !== undefined);
  if (connected.length === 0) return 'No host is connected';
  return connected.every(({ change }) => !change) ? onlyLook : 'This host cannot create guests';
}

const canCreate = (host: Host) => abilitiesOf(host)?.createGuests === true;

/** Opens the wizard; asks for the host where there is more than one that can. */
export function CreateGuestButton({ hosts }: { readonly hosts: readonly Host[] }) {
  const [, navigate] = useLocation();
  const able = hosts.filter(canCreate);
  const [first] = able;
  if (!first) {
    return (
      <Tooltip content={whyNot(hosts)}>
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
