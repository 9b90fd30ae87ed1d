import { z } from 'zod';
import { NewGuestName } from './guest.ts';
import { Acceleration } from './host.ts';
import { Network } from './network.ts';
import { Bytes, GiB, MiB } from './quantity.ts';
import { Pool } from './storage.ts';

export const Firmware = z.enum(['bios', 'uefi']);
export type Firmware = z.infer<typeof Firmware>;

/** An operating system as osinfo-db describes it, with what it asks of a machine. */
export const OperatingSystem = z.strictObject({
  id: z.string(),
  name: z.string(),
  family: z.string().nullable(),
  recommended: z.strictObject({ memory: Bytes, vcpus: z.number().int().positive(), disk: Bytes }),
});
export type OperatingSystem = z.infer<typeof OperatingSystem>;

/** What an ISO says of itself. `os` is null when osinfo-db does not know it. */
export const Media = z.strictObject({
  name: z.string(),
  size: Bytes,
  label: z.string(),
  bootable: z.boolean(),
  os: OperatingSystem.nullable(),
});
export type Media = z.infer<typeof Media>;

/** What a host offers a new guest: the wizard's choices and limits. */
export const CreationOffer = z.strictObject({
  acceleration: Acceleration,
  firmwares: z.array(Firmware).min(1),
  vcpusMax: z.number().int().positive(),
  memoryTotal: Bytes,
  memoryFree: Bytes,
  pools: z.array(Pool),
  networks: z.array(Network),
  takenNames: z.array(z.string()),
});
export type CreationOffer = z.infer<typeof CreationOffer>;

export const guestLimits = {
  memoryMin: 16 * MiB,
  memoryMax: 16_384 * GiB,
  vcpusMax: 4096,
  diskMin: MiB,
  diskMax: 1024 * 1024 * GiB,
} as const;

/** A guest to be made: what the wizard sends. The media is a path only below the contract; the window holds a token. */
export const GuestSpec = z.strictObject({
  name: NewGuestName,
  os: z.string().max(512).nullable(),
  firmware: Firmware,
  vcpus: z.number().int().min(1).max(guestLimits.vcpusMax),
  memory: Bytes.min(guestLimits.memoryMin).max(guestLimits.memoryMax),
  /** Null: a guest without a disk, as a live system. */
  disk: z.strictObject({ pool: z.string().min(1).max(256), size: Bytes.min(guestLimits.diskMin).max(guestLimits.diskMax) }).nullable(),
  /** Null: no network card. */
  network: z.string().min(1).max(256).nullable(),
});
export type GuestSpec = z.infer<typeof GuestSpec>;

/** A reason why the host would not make this guest, found before anything exists. `warning`s do not stop it. */
export const Objection = z.strictObject({
  field: z.enum(['media', 'name', 'firmware', 'vcpus', 'memory', 'disk', 'network', 'host']),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  remedy: z.string().nullable(),
});
export type Objection = z.infer<typeof Objection>;
