import { z } from 'zod';
import { definitionMax } from './definition.ts';
import { Field, FieldValues } from './hardware-field.ts';

/** Names one page within a guest: "disk:vda", "memory". What it says is the backend's; it holds while the device is the same. */
export const DeviceId = z.string().min(1).max(256);
export type DeviceId = z.infer<typeof DeviceId>;

/** What a definition was when it was read: equal where it is the same. */
export const Revision = z.string().min(1).max(128);
export type Revision = z.infer<typeof Revision>;

/** Under which heading a page stands. */
export const DeviceGroup = z.enum(['machine', 'storage', 'network', 'display', 'input', 'host', 'other']);
export type DeviceGroup = z.infer<typeof DeviceGroup>;

/** Something that can be done with a device and is no field of it: growing it, moving it. It has a small form of its own. */
export const DeviceAction = z.strictObject({
  key: z.string().min(1).max(64),
  /** What its button says: "Resize". */
  label: z.string(),
  help: z.string().nullable(),
  /** Without any, its review comes at once. */
  fields: z.array(Field),
  values: FieldValues,
  /** Why it cannot be done now. */
  unavailable: z.string().nullable(),
  /** Something may be lost by it. */
  danger: z.boolean(),
});
export type DeviceAction = z.infer<typeof DeviceAction>;

/** A device, or a part of the machine, with all that can be said and changed of it: forms are made of this, and of nothing else. */
export const DevicePage = z.strictObject({
  id: DeviceId,
  /** Which sort of device, as its backend names it; 'unknown' for what it has no form for, which is shown by its definition. */
  kind: z.string(),
  group: DeviceGroup,
  /** "Disk vda": foreign text may be in it. */
  title: z.string(),
  /** What tells it from others of its kind, in a line. */
  summary: z.string(),
  help: z.string().nullable(),
  fields: z.array(Field),
  /** As the next start takes them; of a device that only the running guest has, as it has them. */
  values: FieldValues,
  /** What the guest runs with where that differs, by field. */
  running: FieldValues,
  /** Where it is: a device may be gone from the next start on, or be there from then on only. */
  presence: z.enum(['both', 'running', 'next-start']),
  /** Null: parts of the machine stay. */
  removal: z.strictObject({ live: z.boolean(), fixed: z.string().nullable() }).nullable(),
  actions: z.array(DeviceAction),
  /** The host's own words for it, without secrets; null for what is spread over the whole definition. */
  xml: z.string().nullable(),
  /** What a person should know: another guest has it too, it is missing on the host. */
  notes: z.array(z.string()),
});
export type DevicePage = z.infer<typeof DevicePage>;

/** A sort of device that the guest could have one (more) of. */
export const AddableDevice = z.strictObject({
  kind: z.string(),
  group: DeviceGroup,
  title: z.string(),
  help: z.string().nullable(),
  fields: z.array(Field),
  values: FieldValues,
  /** A running guest takes it at once. */
  live: z.boolean(),
  unavailable: z.string().nullable(),
});
export type AddableDevice = z.infer<typeof AddableDevice>;

/** Something that waits for the next start. */
export const PendingChange = z.strictObject({ device: DeviceId.nullable(), words: z.string() });
export type PendingChange = z.infer<typeof PendingChange>;

export const GuestHardware = z.strictObject({
  revision: Revision,
  running: z.boolean(),
  /** False: it exists only while it runs, so only what a running guest takes can be changed. */
  persistent: z.boolean(),
  pages: z.array(DevicePage),
  addable: z.array(AddableDevice),
  pending: z.array(PendingChange),
});
export type GuestHardware = z.infer<typeof GuestHardware>;

export const HardwareChange = z.discriminatedUnion('kind', [
  /** `values`: those fields that are to be different; the others stay. */
  z.strictObject({ kind: z.literal('set'), device: DeviceId, values: FieldValues }),
  z.strictObject({ kind: z.literal('add'), device: z.string().max(64), values: FieldValues }),
  z.strictObject({ kind: z.literal('remove'), device: DeviceId }),
  /** The device's own definition in the person's words. */
  z.strictObject({ kind: z.literal('rewrite'), device: DeviceId, xml: z.string().max(256 * 1024) }),
  /** Back to the definition that it had before a change: `before` of that change's plan. Passwords stay as they are now. */
  z.strictObject({ kind: z.literal('undo'), definition: z.string().max(definitionMax) }),
  /** One of the device's actions. It is done at once, whatever `when` says. */
  z.strictObject({ kind: z.literal('act'), device: DeviceId, action: z.string().max(64), values: FieldValues }),
]);
export type HardwareChange = z.infer<typeof HardwareChange>;

/** A change as a person saw it: against which definition, and whether a running guest is to have it too. */
export const HardwareWish = z.strictObject({
  change: HardwareChange,
  base: Revision,
  when: z.enum(['as-soon-as-possible', 'next-start']),
});
export type HardwareWish = z.infer<typeof HardwareWish>;

/** One line of a difference: "Cache: writeback → none". */
export const Difference = z.strictObject({
  what: z.string(),
  /** Null: it is new, or, of `to`, gone. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  effect: z.enum(['now', 'next-start']),
});
export type Difference = z.infer<typeof Difference>;

/** What a change would do, before it is done. */
export const HardwarePlan = z.strictObject({
  differences: z.array(Difference),
  /** The definition of the next start before and after, without secrets. */
  before: z.string(),
  after: z.string(),
  /** What it will have for a consequence: "Windows will not find its disk until…". */
  warnings: z.array(z.string()),
  /** What is gone for good by it, as sentences: a volume. With any, main asks in its own window before it is done. */
  losses: z.array(z.string()),
  /** What of the host the guest gets by it that it did not have: files that are no volumes, devices. Main asks the person before it gives them. */
  grants: z.array(z.string()),
  /** What stands against it; `field` null: against the whole. With any, it cannot be applied. */
  objections: z.array(z.strictObject({ field: z.string().nullable(), message: z.string() })),
  /** The same by hand; empty where there is no command. */
  commands: z.array(z.string()),
});
export type HardwarePlan = z.infer<typeof HardwarePlan>;

/** What became of a change: `now`, or the running guest did not take it (all), and why. */
export const HardwareOutcome = z.strictObject({ effect: z.enum(['now', 'next-start']), why: z.string().nullable() });
export type HardwareOutcome = z.infer<typeof HardwareOutcome>;
