import { Button, DropdownList, Label, MenuItem, Tooltip } from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { type ReactNode, useState } from 'react';
import type { Permission } from '#model/guest-action';
import type { HostId } from '#model/host';
import type { Network, NetworkAction } from '#model/network';
import { canNetwork, networkActions } from '#model/network-action';
import { changePermission } from '../../data/change-permission.ts';
import { actOnNetwork } from '../../data/networks.ts';
import { useHost } from '../../data/queries.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';

interface ActionButtonProps {
  readonly permission: Permission;
  readonly children: ReactNode;
  readonly variant?: 'primary' | 'secondary';
  readonly icon?: ReactNode;
  readonly isBusy?: boolean;
  onClick(): void;
}

/** A small button that says why it cannot be pressed, where it cannot. */
export function ActionButton({ permission, children, variant = 'secondary', icon, isBusy = false, onClick }: ActionButtonProps) {
  const button = (
    <Button
      variant={variant}
      size="sm"
      icon={icon}
      isDisabled={isBusy}
      isAriaDisabled={!permission.allowed}
      onClick={() => permission.allowed && onClick()}
    >
      {children}
    </Button>
  );
  return permission.allowed ? button : <Tooltip content={permission.why}>{button}</Tooltip>;
}

export function NetworkState({ active }: { readonly active: boolean }) {
  return (
    <Label isCompact color={active ? 'green' : 'grey'}>
      {active ? 'Active' : 'Not active'}
    </Label>
  );
}

/** May the person do it now? And does it run already? */
export function useNetworkAction(host: HostId, network: Network) {
  const permission = changePermission(useHost(host));
  const [busy, setBusy] = useState<NetworkAction | null>(null);
  return {
    busy,
    may: (action: NetworkAction): Permission => (permission.allowed ? canNetwork(network, action, true) : permission),
    act: async (action: NetworkAction): Promise<boolean> => {
      setBusy(action);
      const done = await actOnNetwork(host, network, action);
      setBusy(null);
      return done;
    },
  };
}

interface NetworkMenuProps {
  readonly host: HostId;
  readonly network: Network;
  readonly actions: readonly NetworkAction[];
  onDone?(action: NetworkAction): void;
}

/** Its actions, each with the reason where it cannot be done. */
export function NetworkMenu({ host, network, actions, onDone }: NetworkMenuProps) {
  const { busy, may, act } = useNetworkAction(host, network);
  const start = async (action: NetworkAction) => {
    if (await act(action)) onDone?.(action);
  };
  return (
    <MenuButton label={`Actions for ${readableText(network.name)}`} variant="plain" icon={<EllipsisVIcon />}>
      <DropdownList>
        {actions.map((action) => {
          const permission = may(action);
          const able = permission.allowed && busy === null;
          return (
            <MenuItem
              key={action}
              itemId={action}
              isDanger={able && action === 'delete'}
              isAriaDisabled={!able}
              {...(!permission.allowed && { tooltipProps: { content: permission.why, position: 'left' as const } })}
              onClick={() => able && void start(action)}
            >
              {`${networkActions[action]}${action === 'delete' ? '…' : ''}`}
            </MenuItem>
          );
        })}
      </DropdownList>
    </MenuButton>
  );
}
