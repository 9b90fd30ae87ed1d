import type { GuestId, GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import type { NetworkId } from '#model/network';

export const guestTabs = ['overview', 'console', 'performance', 'hardware', 'software', 'definition'] as const;
export type GuestTab = (typeof guestTabs)[number];

/** Addresses of the window's pages, after the '#'. */
export const paths = {
  allGuests: '/',
  allScreens: '/screens',
  interruptions: '/interrupted',
  addHost: '/hosts/add',
  /** Its guests. */
  host: (host: HostId) => `/hosts/${host}`,
  screens: (host: HostId) => `/hosts/${host}/screens`,
  hostOverview: (host: HostId) => `/hosts/${host}/overview`,
  editHost: (host: HostId) => `/hosts/${host}/edit`,
  startOrder: (host: HostId) => `/hosts/${host}/start-order`,
  /** Guests that were deleted; one of them about to be defined again. */
  deletedGuests: (host: HostId, id?: GuestId) => `/hosts/${host}/deleted${id === undefined ? '' : `/${id}`}`,
  devices: (host: HostId) => `/hosts/${host}/devices`,
  create: (host: HostId) => `/hosts/${host}/create`,
  /** Its pools; one of them; a volume in it. */
  storage: (host: HostId, ...names: readonly [] | readonly [pool: string] | readonly [pool: string, volume: string]) =>
    [`/hosts/${host}/storage`, ...names.map(escapeName)].join('/'),
  networks: (host: HostId) => `/hosts/${host}/networks`,
  networksDrawing: (host: HostId) => `/hosts/${host}/networks/drawing`,
  /** Perhaps of a bridge that the host has. */
  newNetwork: (host: HostId, bridge?: string) => `/hosts/${host}/networks/new${bridge === undefined ? '' : `/${bridge}`}`,
  network: (host: HostId, id: NetworkId) => `/hosts/${host}/networks/${id}`,
  networkXml: (host: HostId, id: NetworkId) => `/hosts/${host}/networks/${id}/xml`,
  poolXml: (host: HostId, pool: string) => `/hosts/${host}/pools/${escapeName(pool)}/xml`,
  volumeXml: (host: HostId, pool: string, volume: string) => `/hosts/${host}/pools/${escapeName(pool)}/volumes/${escapeName(volume)}/xml`,
  snapshotXml: (ref: GuestRef, name: string) => `/hosts/${ref.host}/guests/${ref.id}/snapshots/${escapeName(name)}/xml`,
  editNetwork: (host: HostId, id: NetworkId) => `/hosts/${host}/networks/${id}/change`,
  guest: (ref: GuestRef, tab?: GuestTab) => `/hosts/${ref.host}/guests/${ref.id}${tab === undefined ? '' : `/${tab}`}`,
} as const;

/** A pool or volume may be called anything, also with '/' and '%'. Twice: the router takes one layer off before it divides the address. */
const escapeName = (name: string): string => encodeURIComponent(encodeURIComponent(name));

/** The names in the rest of an address, as the router gives it. Addresses can be typed: what is none stays what it is. */
export function namesIn(rest: string | undefined): readonly string[] {
  return (rest ?? '')
    .split('/')
    .filter(Boolean)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}
