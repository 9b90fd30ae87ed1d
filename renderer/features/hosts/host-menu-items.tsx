import { Divider, MenuItem } from '@patternfly/react-core';
import { useLocation } from 'wouter';
import type { Host } from '#model/host';
import { nextStep } from '../../data/host-state.ts';
import { disconnectHost, removeHost, takeStep } from '../../data/host-verbs.ts';
import { paths } from '../../data/paths.ts';

/** Everything that can be done with a connection: of the right click in the sidebar and of its page. */
export function HostMenuItems({ host }: { readonly host: Host }) {
  const [, navigate] = useLocation();
  const step = nextStep(host.state);
  // A host that waits to be tried again can be let go as well.
  const held = host.state.kind === 'connected' || host.state.kind === 'failed';
  return (
    <>
      {step !== null && (
        <MenuItem itemId="step" onClick={() => takeStep(host.id, step)}>
          {step.label}
        </MenuItem>
      )}
      {held && (
        <MenuItem itemId="disconnect" onClick={() => disconnectHost(host.id)}>
          {host.state.kind === 'connected' ? 'Disconnect' : 'Stop trying'}
        </MenuItem>
      )}
      <Divider component="li" />
      <MenuItem itemId="open" onClick={() => navigate(paths.hostOverview(host.id))}>
        Connection details
      </MenuItem>
      <MenuItem itemId="start-order" onClick={() => navigate(paths.startOrder(host.id))}>
        Start order
      </MenuItem>
      <MenuItem itemId="deleted" onClick={() => navigate(paths.deletedGuests(host.id))}>
        Deleted guests…
      </MenuItem>
      <MenuItem itemId="edit" onClick={() => navigate(paths.editHost(host.id))}>
        Edit connection
      </MenuItem>
      <MenuItem itemId="copy" onClick={() => void navigator.clipboard.writeText(host.uri)}>
        Copy address
      </MenuItem>
      <Divider component="li" />
      <MenuItem itemId="remove" isDanger onClick={() => removeHost(host)}>
        Remove connection…
      </MenuItem>
    </>
  );
}
