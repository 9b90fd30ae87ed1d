import { Button } from '@patternfly/react-core';
import { AngleRightIcon } from '@patternfly/react-icons/dist/esm/icons/angle-right-icon';
import { useState, type KeyboardEvent } from 'react';
import type { Host } from '#model/host';
import { connectHost } from '../../data/host-verbs.ts';
import { paths } from '../../data/paths.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { HostLoadBars } from './host-load-bars.tsx';
import { NavLink } from './nav-link.tsx';

const words = { connected: 'Connected', connecting: 'Connecting…', disconnected: 'Not connected', failed: 'Failed' } as const;

/** One host: its state, its load, what it has; when the connection failed, why and what to do. */
export function HostNode({ host }: { readonly host: Host }) {
  const [open, setOpen] = useState(true);
  const { state } = host;
  const connected = state.kind === 'connected';
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    setOpen(event.key === 'ArrowRight');
  };
  return (
    <li>
      <div className="gh-host">
        <button
          type="button"
          className="gh-fold"
          tabIndex={-1}
          aria-expanded={open}
          aria-label={`${open ? 'Fold' : 'Unfold'} ${readableText(host.name)}`}
          onClick={() => setOpen(!open)}
        >
          <AngleRightIcon />
        </button>
        <NavLink href={paths.host(host.id)} marked={!open || !connected} onKeyDown={onKeyDown}>
          <span className="gh-host__name">
            <span className="pf-v6-screen-reader">Host </span>
            <ForeignText text={host.name} />
          </span>
          <span className="gh-host__state" data-state={state.kind}>
            {words[state.kind]}
          </span>
        </NavLink>
      </div>
      {connected && <HostLoadBars host={host.id} />}
      {state.kind === 'failed' && (
        <div className="gh-host__fault">
          <p>{state.fault.message}</p>
          {state.fault.remedy !== null && <p>{state.fault.remedy}</p>}
          {state.fault.reason !== null && <p className="gh-subtle">{readableText(state.fault.reason)}</p>}
        </div>
      )}
      {(state.kind === 'failed' || state.kind === 'disconnected') && (
        <Button className="gh-host__retry" variant="secondary" size="sm" onClick={() => connectHost(host.id)}>
          {state.kind === 'failed' ? 'Retry' : 'Connect'}
        </Button>
      )}
      {connected && open && (
        <ul>
          <li>
            <NavLink href={paths.host(host.id)} within={`${paths.host(host.id)}/guests/`} indent>
              Guests
            </NavLink>
          </li>
          {state.abilities.storage && (
            <li>
              <NavLink href={paths.storage(host.id)} indent>
                Storage
              </NavLink>
            </li>
          )}
          {state.abilities.networks && (
            <li>
              <NavLink href={paths.networks(host.id)} indent>
                Networks
              </NavLink>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}
