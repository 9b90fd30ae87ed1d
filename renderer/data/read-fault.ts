import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import { faultOf } from './fault-of.ts';
import { useHost } from './queries.ts';

export interface ReadFault {
  readonly fault: Fault | null;
  /** The host cannot be asked now, of which the banner over its pages tells. */
  readonly away: boolean;
}

/** What was read of it before holds no more either. */
export const isGone = (fault: Fault | null): boolean => fault?.code === 'not-found' || fault?.code === 'pool-inactive';

/** What is to be said where something of a host could not be read: nothing that is said of the whole host already. */
export function useReadFault(host: HostId, error: Error | null): ReadFault {
  const state = useHost(host)?.state;
  const away = state !== undefined && state.kind !== 'connected';
  if (error === null || away) return { fault: null, away };
  const fault = faultOf(error);
  // From before: all is read anew as soon as there is a connection.
  return { fault: fault.code === 'not-connected' ? null : fault, away };
}
