import { z } from 'zod';

/** What a host has besides its guests. Volumes are inside a pool, and stay there: see storage. */
export const ObjectKind = z.enum(['pools', 'networks', 'interfaces', 'devices', 'secrets', 'filters']);
export type ObjectKind = z.infer<typeof ObjectKind>;

/** What belongs to one guest. */
export const GuestObjectKind = z.enum(['snapshots', 'checkpoints']);
export type GuestObjectKind = z.infer<typeof GuestObjectKind>;

/** One of them, as a table shows it. A mark that its kind does not have is null. Of a secret nothing here is secret. */
export const HostObject = z.strictObject({
  /** Tells it from the others of its kind, and stays. */
  id: z.string(),
  name: z.string(),
  /** In use now; of a snapshot: the one that the guest goes on from. */
  active: z.boolean().nullable(),
  /** False: it exists only while it is active. */
  persistent: z.boolean().nullable(),
  autostart: z.boolean().nullable(),
  /** The name of another one of its kind. */
  parent: z.string().nullable(),
  /** A few words more, '' where there are none. */
  detail: z.string(),
});
export type HostObject = z.infer<typeof HostObject>;

/** Something on the host has changed, so that what was read of it may be wrong. */
export const StaleKind = z.enum([...ObjectKind.options, 'volumes']);
export type StaleKind = z.infer<typeof StaleKind>;
