import { z } from 'zod';
import { GuestConsole } from './guest-console.ts';
import { HostId } from './host.ts';
import { Bytes } from './quantity.ts';

export const GuestId = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
export type GuestId = z.infer<typeof GuestId>;

export const GuestRef = z.strictObject({ host: HostId, id: GuestId });
export type GuestRef = z.infer<typeof GuestRef>;

export const GuestState = z.enum(['running', 'idle', 'paused', 'shutting-down', 'shut-off', 'crashed', 'sleeping', 'unknown']);
export type GuestState = z.infer<typeof GuestState>;

/** One row of the list: all that a host tells of every guest in bulk. What needs a guest's own definition is in GuestDetails. */
export const Guest = z.strictObject({
  id: GuestId,
  name: z.string(),
  state: GuestState,
  /** False: it exists only while it runs. */
  persistent: z.boolean(),
  autostart: z.boolean(),
  /** Its memory is saved on disk and the next start resumes it. */
  saved: z.boolean(),
  vcpus: z.number().int().nonnegative(),
  memory: Bytes,
});
export type Guest = z.infer<typeof Guest>;

/**
 * Xen's own system (Domain-0), from which the host is run: libvirt lists it as a guest, with the id that no guest has (src/libxl/libxl_driver.c,
 * libxlAddDom0).
 */
export const isControlDomain = ({ id }: Pick<Guest, 'id'>): boolean => id === '00000000-0000-0000-0000-000000000000';

/** A change told by a host after its list was read. */
export const GuestChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('upserted'), guest: Guest }),
  z.strictObject({ kind: z.literal('removed'), id: GuestId }),
]);
export type GuestChange = z.infer<typeof GuestChange>;

export const GuestDisk = z.strictObject({
  /** The name the guest's controller gives it: vda, sdb. */
  target: z.string(),
  bus: z.string(),
  kind: z.enum(['disk', 'cdrom', 'floppy', 'lun']),
  format: z.string().nullable(),
  /** Where it lies on the host; null: an empty drive. */
  source: z.string().nullable(),
  capacity: Bytes.nullable(),
  readOnly: z.boolean(),
});
export type GuestDisk = z.infer<typeof GuestDisk>;

export const GuestNic = z.strictObject({
  mac: z.string(),
  model: z.string().nullable(),
  /** "network default", "bridge br0", "user". */
  source: z.string(),
  addresses: z.array(z.string()).max(64),
});
export type GuestNic = z.infer<typeof GuestNic>;

/** Something that the host does with a running guest and that takes its time, whoever asked for it. */
export const GuestJob = z.strictObject({
  kind: z.enum(['save', 'migrate', 'snapshot', 'dump', 'backup', 'disk', 'other']),
  /** The disk that it is about, by its target; null where it is about the whole guest. */
  disk: z.string().nullable(),
  /** 0 to 1; null where the host does not tell. */
  progress: z.number().min(0).max(1).nullable(),
});
export type GuestJob = z.infer<typeof GuestJob>;

/** What befell a guest and a person should hear of, though they did not ask. */
export const GuestNotice = z.strictObject({
  id: GuestId,
  name: z.string(),
  severity: z.enum(['info', 'warning', 'danger']),
  message: z.string(),
});
export type GuestNotice = z.infer<typeof GuestNotice>;

export const GuestDetails = z.strictObject({
  id: GuestId,
  title: z.string().nullable(),
  description: z.string().nullable(),
  os: z.string().nullable(),
  /** "KVM", "emulated (TCG)", "container". */
  virtualization: z.string(),
  arch: z.string(),
  machine: z.string().nullable(),
  firmware: z.enum(['bios', 'uefi']).nullable(),
  cpuModel: z.string().nullable(),
  disks: z.array(GuestDisk),
  nics: z.array(GuestNic),
  consoles: z.array(GuestConsole),
  /** Running with a definition that differs from the one of the next start. */
  changesPending: z.boolean(),
  jobs: z.array(GuestJob),
});
export type GuestDetails = z.infer<typeof GuestDetails>;

/** Names of guests that we create. Narrower than what hypervisors take: no path, no option, no control or bidi character. */
export const NewGuestName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._+@-]{0,62}$/u, 'Start with a letter or digit; then letters, digits, spaces and . _ + @ - (at most 63)')
  .refine((name) => name === name.trim(), 'A name cannot end with a space');
