import { z } from 'zod';
import { Fault } from './fault.ts';
import { HostAddress } from './host-address.ts';
import { GuestObjectKind, ObjectKind } from './inventory.ts';
import { Bytes, Instant } from './quantity.ts';

export const HostId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
export type HostId = z.infer<typeof HostId>;

/** How far hardware virtualisation can be trusted; `doubt` says what of it cannot be seen from here. `firmware-only`: the host advertises KVM, but no ordinary guest kernel runs on it. */
export const Acceleration = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kvm'), doubt: z.string().optional() }),
  z.strictObject({ kind: z.literal('firmware-only'), reason: z.string() }),
  z.strictObject({ kind: z.literal('none'), reason: z.string() }),
]);
export type Acceleration = z.infer<typeof Acceleration>;

/** What a connected host can do: the window asks this and never which hypervisor it is. */
export const HostAbilities = z.strictObject({
  /** False: the connection is for looking only, and whatever else would be possible, nothing can be changed over it. */
  change: z.boolean(),
  createGuests: z.boolean(),
  storage: z.boolean(),
  networks: z.boolean(),
  graphicalConsole: z.boolean(),
  serialConsole: z.boolean(),
  screenshots: z.boolean(),
  statistics: z.boolean(),
  managedSave: z.boolean(),
  /** Guests can be reset, as by a button of theirs. */
  reset: z.boolean(),
  /** The kinds of things that it has besides guests, and of those that its guests have. */
  inventory: z.array(ObjectKind),
  guestInventory: z.array(GuestObjectKind),
});
export type HostAbilities = z.infer<typeof HostAbilities>;

export const HostFacts = z.strictObject({
  hostname: z.string(),
  hypervisor: z.string(),
  /** Of the hypervisor and of the management daemon, as people write them: "7.2.0". */
  hypervisorVersion: z.string().nullable(),
  daemonVersion: z.string().nullable(),
  arch: z.string(),
  cpus: z.number().int().positive(),
  /** The processor's own name: "AMD Ryzen 7 5800X 8-Core Processor". */
  cpuModel: z.string().nullable(),
  memory: Bytes,
});
export type HostFacts = z.infer<typeof HostFacts>;

export const HostState = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('disconnected') }),
  z.strictObject({ kind: z.literal('connecting') }),
  z.strictObject({ kind: z.literal('connected'), since: Instant, abilities: HostAbilities, facts: HostFacts }),
  z.strictObject({ kind: z.literal('failed'), fault: Fault, retryAt: Instant.nullable() }),
]);
export type HostState = z.infer<typeof HostState>;

/** A host that the person has added. */
export const SavedHost = z.strictObject({
  id: HostId,
  name: z.string().min(1).max(256),
  uri: z.string().min(1).max(4096),
  address: HostAddress,
  /** Connected when Guesthouse starts. */
  autoconnect: z.boolean(),
  /** Only to look, for people without the rights to more. */
  readOnly: z.boolean(),
});
export type SavedHost = z.infer<typeof SavedHost>;

export const Host = SavedHost.extend({ state: HostState });
export type Host = z.infer<typeof Host>;

/** Load of a whole host: CPU as a share of all its processors, 0 to 1. */
export const HostLoad = z.strictObject({ cpu: z.number().min(0).max(1), memoryUsed: Bytes, memory: Bytes });
export type HostLoad = z.infer<typeof HostLoad>;
