import type { HostConnection } from '../backends/backend.ts';
import { BackendError, onlyLooking } from '../backends/errors.ts';

type Facet =
  | 'creation'
  | 'deletion'
  | 'definitions'
  | 'storage'
  | 'networks'
  | 'inventory'
  | 'agentChannel'
  | 'usb'
  | 'leftovers'
  | 'hardware'
  | 'inspector'
  | 'startOrder';

/** The part of a connection that not every kind of host has; throws 'unsupported' where it is missing, 'permission' where it may only be looked at. */
export function facetOf<F extends Facet>(connection: HostConnection, facet: F): NonNullable<HostConnection[F]> {
  const found = connection[facet];
  if (found === null && !connection.abilities.change) throw onlyLooking();
  if (found === null) throw new BackendError('unsupported', 'This host cannot do that.');
  return found;
}
