import { Skeleton } from '@patternfly/react-core';
import { ListIcon } from '@patternfly/react-icons/dist/esm/icons/list-icon';
import { PlusIcon } from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import { ScreenIcon } from '@patternfly/react-icons/dist/esm/icons/screen-icon';
import type { KeyboardEvent } from 'react';
import { faultOf } from '../../data/fault-of.ts';
import { paths } from '../../data/paths.ts';
import { useHosts } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { HostNode } from './host-node.tsx';
import { NavLink } from './nav-link.tsx';

/** All guests, then each host with what it has. Up and Down go from line to line, Left and Right fold and unfold. */
export function HostTree() {
  const hosts = useHosts();
  return (
    <nav className="gh-tree" aria-label="Hosts" onKeyDown={moveFocus}>
      <ul className="gh-tree__lines">
        <li>
          <NavLink href={paths.allGuests} icon={<ListIcon />}>
            All guests
          </NavLink>
        </li>
        <li>
          <NavLink href={paths.allScreens} icon={<ScreenIcon />}>
            All screens
          </NavLink>
        </li>
        {hosts.data?.map((host) => (
          <HostNode key={host.id} host={host} hosts={hosts.data.length} />
        ))}
      </ul>
      {hosts.isPending && <Skeleton className="gh-tree__waiting" screenreaderText="Reading the hosts" />}
      {hosts.error && <FaultAlert fault={faultOf(hosts.error)} onRetry={() => void hosts.refetch()} />}
      <div className="gh-tree__foot">
        <NavLink href={paths.addHost} icon={<PlusIcon />}>
          Add connection
        </NavLink>
      </div>
    </nav>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || event.altKey || event.ctrlKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a')];
  const here = links.findIndex((link) => link === document.activeElement);
  const next = links[here + step];
  if (here === -1 || !next) return;
  event.preventDefault();
  next.focus();
}
