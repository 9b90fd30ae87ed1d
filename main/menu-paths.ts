import type { GuestRef } from '#model/guest';
import type { Host } from '#model/host';

export const ADD_CONNECTION = '/hosts/add';

/** Where "New guest" leads: to the host that is shown, else to the first that is connected. `url`: the page's. */
export function newGuestPath(url: string, hosts: readonly Host[]): string {
  const shown = /#\/hosts\/([a-z0-9-]+)/.exec(url)?.[1];
  const host = hosts.find(({ id }) => id === shown) ?? hosts.find(({ state }) => state.kind === 'connected') ?? hosts[0];
  return host === undefined ? ADD_CONNECTION : `/hosts/${host.id}/create`;
}

export const guestConsolePath = ({ host, id }: GuestRef): string => `/hosts/${host}/guests/${id}/console`;
