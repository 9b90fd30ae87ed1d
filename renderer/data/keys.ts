import type { GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import type { GuestObjectKind, ObjectKind } from '#model/inventory';

/** Where the cache keeps what. A prefix names everything below it. */
export const hostKeys = {
  list: ['hosts'],
  load: (host: HostId) => ['load', host],
  trouble: (host: HostId) => ['trouble', host],
  /** Pools, volumes, networks: what is read anew when a host comes back. */
  parts: (host: HostId) => ['parts', host],
  pools: (host: HostId) => ['parts', host, 'pools'],
  volumesOfAll: (host: HostId) => ['parts', host, 'volumes'],
  volumes: (host: HostId, pool: string) => ['parts', host, 'volumes', pool],
  /** Who needs which volume. */
  uses: (host: HostId) => ['parts', host, 'uses'],
  poolOffer: (host: HostId) => ['parts', host, 'pool-offer'],
  defaultPool: (host: HostId) => ['parts', host, 'default-pool'],
  offer: (host: HostId) => ['offer', host],
  networks: (host: HostId) => ['parts', host, 'networks'],
  startOrder: (host: HostId) => ['parts', host, 'start-order'],
  deleted: (host: HostId) => ['parts', host, 'deleted'],
  hardware: (host: HostId) => ['parts', host, 'hardware'],
  /** What of the host itself guests can begin with. */
  drives: (host: HostId) => ['parts', host, 'drives'],
  inventory: (host: HostId, kind: ObjectKind) => ['parts', host, 'inventory', kind],
} as const;

export const guestKeys = {
  host: (host: HostId) => ['guests', host],
  list: (host: HostId) => ['guests', host, 'list'],
  one: (ref: GuestRef) => ['guests', ref.host, ref.id],
  details: (ref: GuestRef) => ['guests', ref.host, ref.id, 'details'],
  definition: (ref: GuestRef) => ['guests', ref.host, ref.id, 'definition'],
  objects: (ref: GuestRef, kind: GuestObjectKind) => ['guests', ref.host, ref.id, 'objects', kind],
} as const;

export const taskKeys = { list: ['tasks'] } as const;
export const settingsKeys = { all: ['settings'] } as const;

/** What main knows of systems, and finds on this computer and on the web. */
export const systemKeys = {
  search: (text: string, ended: boolean) => ['systems', 'search', text, ended],
  facts: (id: string | null) => ['systems', 'facts', id],
  catalogue: (text: string, arch: string | null, ended: boolean) => ['systems', 'catalogue', text, arch, ended],
  remoteFile: (url: string) => ['systems', 'file', url],
  driverDisc: ['systems', 'driver-disc'],
  sshKeys: ['systems', 'ssh-keys'],
} as const;

export const templateKeys = { list: ['templates'] } as const;
export const recentKeys = { list: ['recent-media'] } as const;
