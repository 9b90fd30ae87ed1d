import { Button } from '@patternfly/react-core';
import { AngleRightIcon } from '@patternfly/react-icons/dist/esm/icons/angle-right-icon';
import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import type { Host, HostId, HostAbilities } from '#model/host';
import { nextStep } from '../../data/host-state.ts';
import { takeStep } from '../../data/host-verbs.ts';
import { paths } from '../../data/paths.ts';
import { useTrouble } from '../../data/queries.ts';
import { ContextMenu, placeBelow, type MenuPlace } from '../../ui/context-menu.tsx';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { deviceKinds } from '../../data/device-kinds.ts';
import { useFold } from './folds.ts';
import { HostLoadBars } from './host-load-bars.tsx';
import { HostMenuItems } from './host-menu-items.tsx';
import { HostStateLabel } from './host-state-label.tsx';
import { NavLink } from './nav-link.tsx';
import { OpenRoad } from './open-road.tsx';

interface HostNodeProps {
  readonly host: Host;
  /** How many hosts there are. */
  readonly hosts: number;
}

/** One host: its state and load, what it has, and what to do next about its connection. Folded, it is one line. */
export function HostNode({ host, hosts }: HostNodeProps) {
  const [location] = useLocation();
  const [open, setOpen] = useFold(host.id, hosts);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const line = useRef<HTMLDivElement>(null);
  const { state } = host;
  const name = readableText(host.name);
  // Where no line of its own stands for the page, the host's does.
  const within = open && state.kind === 'connected' ? undefined : paths.host(host.id);

  const openMenu = () => setMenu(placeBelow(line.current));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openMenu();
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') setOpen(event.key === 'ArrowRight');
    else return;
    event.preventDefault();
  };
  return (
    <li>
      <div
        className="gh-host"
        ref={line}
        onContextMenu={(event) => {
          event.preventDefault();
          setMenu({ x: event.clientX, y: event.clientY });
        }}
      >
        <button
          type="button"
          className="gh-fold"
          tabIndex={-1}
          aria-expanded={open}
          aria-label={`${open ? 'Fold' : 'Unfold'} ${name}`}
          onClick={() => setOpen(!open)}
        >
          <AngleRightIcon />
        </button>
        <NavLink
          href={paths.hostOverview(host.id)}
          marked={location === paths.hostOverview(host.id) || within !== undefined}
          within={within}
          onKeyDown={onKeyDown}
        >
          <span className="gh-host__name" title={name}>
            <span className="pf-v6-screen-reader">Host </span>
            <ForeignText text={host.name} />
            <OpenRoad host={host} />
          </span>
          <HostStateLabel state={state} />
        </NavLink>
        <button
          type="button"
          className="gh-kebab gh-host__menu"
          tabIndex={-1}
          aria-haspopup="menu"
          aria-label={`Actions for host ${name}`}
          onClick={openMenu}
        >
          <EllipsisVIcon />
        </button>
      </div>
      {open && state.kind === 'connected' && <HostLoadBars host={host.id} />}
      {open && <Trouble host={host} />}
      {open && state.kind === 'connected' && <Places host={host.id} abilities={state.abilities} />}
      {menu && (
        <ContextMenu
          label={`Actions for host ${name}`}
          place={menu}
          onClose={() => {
            setMenu(null);
            line.current?.querySelector('a')?.focus({ preventScroll: true });
          }}
        >
          <HostMenuItems host={host} />
        </ContextMenu>
      )}
    </li>
  );
}

/** What failed, in one line, and the next step. The host's page tells the rest. */
function Trouble({ host }: { readonly host: Host }) {
  const [, navigate] = useLocation();
  const fault = useTrouble(host);
  const step = nextStep(host.state);
  if (step === null) return null;
  return (
    <div className="gh-host__trouble">
      {fault !== null && (
        <p className="gh-host__fault" title={readableText(fault.message)}>
          {readableText(fault.message)}
        </p>
      )}
      <Button
        variant="secondary"
        size="sm"
        aria-label={`${step.label}, ${readableText(host.name)}`}
        onClick={() => takeStep(host.id, step)}
      >
        {step.label}
      </Button>
      {fault !== null && (
        <Button
          variant="link"
          size="sm"
          isInline
          aria-label={`Details of ${readableText(host.name)}`}
          onClick={() => navigate(paths.hostOverview(host.id))}
        >
          Details
        </Button>
      )}
    </div>
  );
}

/** What a host has. */
function Places({ host, abilities }: { readonly host: HostId; readonly abilities: HostAbilities }) {
  return (
    <ul>
      <li>
        <NavLink href={paths.host(host)} within={`${paths.host(host)}/guests/`} indent>
          Guests
        </NavLink>
      </li>
      {abilities.screenshots && (
        <li>
          <NavLink href={paths.screens(host)} indent>
            Screens
          </NavLink>
        </li>
      )}
      {abilities.storage && (
        <li>
          <NavLink href={paths.storage(host)} within={`${paths.storage(host)}/`} indent>
            Storage
          </NavLink>
        </li>
      )}
      {abilities.networks && (
        <li>
          <NavLink href={paths.networks(host)} within={`${paths.networks(host)}/`} indent>
            Networks
          </NavLink>
        </li>
      )}
      {deviceKinds.some((kind) => abilities.inventory.includes(kind)) && (
        <li>
          <NavLink href={paths.devices(host)} indent>
            Devices
          </NavLink>
        </li>
      )}
    </ul>
  );
}
