import { Divider, DropdownList, MenuItem } from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Permission } from '#model/guest-action';
import type { HostId } from '#model/host';
import { canPool, poolActions, type PoolAction } from '#model/pool-action';
import type { Pool } from '#model/storage';
import { abilitiesOf, changePermission } from '../../data/change-permission.ts';
import { paths } from '../../data/paths.ts';
import { useHost } from '../../data/queries.ts';
import { actOnPool } from '../../data/storage-verbs.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { ToolButton } from './tool-button.tsx';

interface PoolToolsProps {
  readonly host: HostId;
  readonly pool: Pool;
}

/** Whether the pool permits it over this connection. */
export function usePoolPermission(host: HostId, pool: Pool): (action: PoolAction) => Permission {
  const state = useHost(host);
  const abilities = abilitiesOf(state);
  return (action) => (abilities === undefined ? changePermission(state) : canPool(pool, action, abilities));
}

/** All that can be done with a pool as a whole; what cannot be done now says why. */
export function PoolMenu({ host, pool }: PoolToolsProps) {
  const [, navigate] = useLocation();
  const permission = usePoolPermission(host, pool);
  const item = (action: PoolAction, danger = false) => {
    const can = permission(action);
    const { label, confirmed } = poolActions[action];
    return (
      <MenuItem
        key={action}
        itemId={action}
        isDanger={danger && can.allowed}
        isAriaDisabled={!can.allowed}
        {...(!can.allowed && { tooltipProps: { content: can.why, position: 'left' as const } })}
        onClick={() => can.allowed && void actOnPool(host, pool.name, action)}
      >
        {label}
        {confirmed && '…'}
      </MenuItem>
    );
  };
  return (
    <MenuButton label={`Actions for pool ${readableText(pool.name)}`} variant="plain" icon={<EllipsisVIcon />}>
      <DropdownList>
        {item(pool.active ? 'stop' : 'start')}
        {item('refresh')}
        {!pool.active && item('build')}
        {item(pool.autostart ? 'autostart-off' : 'autostart-on')}
        <MenuItem itemId="xml" onClick={() => navigate(paths.poolXml(host, pool.name))}>
          Edit as XML…
        </MenuItem>
        <Divider component="li" />
        {item('undefine', true)}
        {item('delete', true)}
      </DropdownList>
    </MenuButton>
  );
}

/** What a pool that is not active wants most. */
export function StartPoolButton({ host, pool }: PoolToolsProps) {
  const can = usePoolPermission(host, pool)('start');
  const [starting, setStarting] = useState(false);
  const start = async () => {
    setStarting(true);
    await actOnPool(host, pool.name, 'start');
    setStarting(false);
  };
  return (
    <ToolButton variant="primary" permission={can} isBusy={starting} onClick={() => void start()}>
      Start
    </ToolButton>
  );
}
