import type { GuestRef } from '#model/guest';
import type { HostId } from '#model/host';

export const guestTabs = ['overview', 'console', 'performance', 'definition'] as const;
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
  devices: (host: HostId) => `/hosts/${host}/devices`,
  create: (host: HostId) => `/hosts/${host}/create`,
  storage: (host: HostId) => `/hosts/${host}/storage`,
  networks: (host: HostId) => `/hosts/${host}/networks`,
  guest: (ref: GuestRef, tab?: GuestTab) => `/hosts/${ref.host}/guests/${ref.id}${tab === undefined ? '' : `/${tab}`}`,
} as const;
