import type { GuestRef } from '#model/guest';
import type { HostId } from '#model/host';

/** Where the cache keeps what. A prefix names everything below it. */
export const hostKeys = {
  list: ['hosts'],
  load: (host: HostId) => ['load', host],
  /** Pools, volumes, networks: what is read anew when a host comes back. */
  parts: (host: HostId) => ['parts', host],
  pools: (host: HostId) => ['parts', host, 'pools'],
  volumes: (host: HostId, pool: string) => ['parts', host, 'volumes', pool],
  defaultPool: (host: HostId) => ['parts', host, 'default-pool'],
  offer: (host: HostId) => ['offer', host],
  networks: (host: HostId) => ['parts', host, 'networks'],
} as const;

export const guestKeys = {
  host: (host: HostId) => ['guests', host],
  list: (host: HostId) => ['guests', host, 'list'],
  one: (ref: GuestRef) => ['guests', ref.host, ref.id],
  details: (ref: GuestRef) => ['guests', ref.host, ref.id, 'details'],
  definition: (ref: GuestRef) => ['guests', ref.host, ref.id, 'definition'],
} as const;

export const taskKeys = { list: ['tasks'] } as const;
export const settingsKeys = { all: ['settings'] } as const;
