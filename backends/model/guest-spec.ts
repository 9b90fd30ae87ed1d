import { z } from 'zod';
import { NewGuestName } from './guest.ts';
import { DriverDisc, FileToken, GuestSource, guestSourceKinds } from './guest-source.ts';
import { Acceleration } from './host.ts';
import { Network } from './network.ts';
import { Bytes, GiB, MiB } from './quantity.ts';
import { Pool, VolumeRef } from './storage.ts';

export const Firmware = z.enum(['bios', 'uefi', 'uefi-secure-boot']);
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

/** What runs a guest: hardware, emulation, another hypervisor, or the host's own kernel. */
export const VirtType = z.enum(['kvm', 'qemu', 'xen', 'lxc']);
export type VirtType = z.infer<typeof VirtType>;

/** The ABI of the guest: a whole machine, one that knows of Xen, or programs on the host's kernel. */
export const GuestAbi = z.enum(['hvm', 'xen', 'xenpvh', 'exe']);
export type GuestAbi = z.infer<typeof GuestAbi>;

/** A machine to be emulated. `machine`: its type, as "q35"; null: whatever is usual there. */
export const MachineWish = z.strictObject({
  type: VirtType,
  abi: GuestAbi,
  arch: z.string().regex(/^[a-z0-9_]{1,32}$/i),
  machine: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .nullable(),
});
export type MachineWish = z.infer<typeof MachineWish>;

/** What one kind of machine can be chosen as. */
export const MachineChoice = z.strictObject({
  type: VirtType,
  abi: GuestAbi,
  arch: z.string(),
  machines: z.array(z.string()),
});
export type MachineChoice = z.infer<typeof MachineChoice>;

export const CpuMode = z.enum(['host-passthrough', 'host-model', 'maximum']);
export type CpuMode = z.infer<typeof CpuMode>;

export const Graphics = z.enum(['vnc', 'spice', 'none']);
export type Graphics = z.infer<typeof Graphics>;

/** A road to a new guest, and in a sentence why this host has it not; null: it has. */
export const RoadOffer = z.strictObject({ kind: z.enum(guestSourceKinds), why: z.string().nullable() });
export type RoadOffer = z.infer<typeof RoadOffer>;

/** What a host offers a new guest: the wizard's choices and limits. All about the machine is about `machine`. */
export const CreationOffer = z.strictObject({
  acceleration: Acceleration,
  roads: z.array(RoadOffer),
  /** What a specification without a machine gets, or the one that was asked about. */
  machine: MachineWish,
  machines: z.array(MachineChoice),
  firmwares: z.array(Firmware),
  /** Whether it can have an emulated TPM 2.0. */
  tpm: z.boolean(),
  cpuModes: z.array(CpuMode),
  graphics: z.array(Graphics).min(1),
  /** Of the host, all guests together share them. */
  cpus: z.number().int().positive(),
  vcpusMax: z.number().int().positive(),
  memoryTotal: Bytes,
  memoryFree: Bytes,
  pools: z.array(Pool),
  networks: z.array(Network),
  /** Bridges of the host that a guest can be put on beside its networks. */
  bridges: z.array(z.string()),
  /** Network devices of the host that a guest's card can be put on directly (macvtap). */
  devices: z.array(z.strictObject({ name: z.string(), wifi: z.boolean() })),
  takenNames: z.array(z.string()),
  /** Whether a file of this computer may be used where it lies; else it is copied into a pool. */
  readsLocalFiles: z.boolean(),
});
export type CreationOffer = z.infer<typeof CreationOffer>;

export const guestLimits = {
  memoryMin: 16 * MiB,
  memoryMax: 16_384 * GiB,
  vcpusMax: 4096,
  diskMin: MiB,
  diskMax: 1024 * 1024 * GiB,
  disksMax: 16,
  nicsMax: 16,
  definitionMax: MiB / 2,
} as const;

/** A disk beside what the source brings. */
export const NewDisk = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('new'),
    pool: z.string().min(1).max(256),
    size: Bytes.min(guestLimits.diskMin).max(guestLimits.diskMax),
    format: z.enum(['qcow2', 'raw']),
  }),
  z.strictObject({ kind: z.literal('volume'), volume: VolumeRef }),
]);
export type NewDisk = z.infer<typeof NewDisk>;

/** A device of the host by its name. */
const DeviceName = z.string().regex(/^[^\s/\p{C}]{1,15}$/u, 'The name of a network device of the host');

export const NewNic = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('network'), name: z.string().min(1).max(256) }),
  z.strictObject({ kind: z.literal('bridge'), device: DeviceName }),
  /** macvtap on a device of the host. */
  z.strictObject({ kind: z.literal('direct'), device: DeviceName }),
  z.strictObject({ kind: z.literal('user') }),
]);
export type NewNic = z.infer<typeof NewNic>;

/** A guest to be made: what the wizard sends. Null always means: as the system and the host have it best. */
export const GuestSpec = z.strictObject({
  name: NewGuestName,
  os: z.string().max(512).nullable(),
  source: GuestSource,
  machine: MachineWish.nullable(),
  /** Null too where there is no such choice: containers. */
  firmware: Firmware.nullable(),
  /** An emulated TPM 2.0. */
  tpm: z.boolean(),
  cpu: CpuMode.nullable(),
  graphics: Graphics.nullable(),
  vcpus: z.number().int().min(1).max(guestLimits.vcpusMax),
  memory: Bytes.min(guestLimits.memoryMin).max(guestLimits.memoryMax),
  disks: z.array(NewDisk).max(guestLimits.disksMax),
  nics: z.array(NewNic).max(guestLimits.nicsMax),
  /** The image with the drivers that the system lacks; it then gets devices that need them. */
  drivers: DriverDisc.nullable(),
  /** Whether it is started when it is made. */
  start: z.boolean(),
});
export type GuestSpec = z.infer<typeof GuestSpec>;

/** What a specification says when nobody chose otherwise. */
export const guestDefaults: Pick<GuestSpec, 'os' | 'machine' | 'firmware' | 'tpm' | 'cpu' | 'graphics' | 'drivers' | 'start'> = {
  os: null,
  machine: null,
  firmware: null,
  tpm: false,
  cpu: null,
  graphics: null,
  drivers: null,
  start: true,
};

/** Something that would answer an objection. */
export const Mend = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start-network'), network: z.string() }),
  z.strictObject({ kind: z.literal('start-pool'), pool: z.string() }),
  /** The hypervisor's user is let in to a file of this computer. Main shows what that takes, and asks. */
  z.strictObject({ kind: z.literal('grant'), token: FileToken }),
  /** Of the specification: another pool to copy the image into, as its `into`. */
  z.strictObject({ kind: z.literal('copy'), pool: z.string() }),
]);
export type Mend = z.infer<typeof Mend>;

/** A reason why the host would not make this guest, found before anything exists. `warning`s do not stop it. */
export const Objection = z.strictObject({
  field: z.enum(['media', 'name', 'firmware', 'machine', 'vcpus', 'memory', 'disk', 'network', 'drivers', 'host']),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  remedy: z.string().nullable(),
  mends: z.array(Mend),
});
export type Objection = z.infer<typeof Objection>;

/** A guest before it exists: its definition, and the nearest command that makes one like it. */
export const GuestPreview = z.strictObject({ definition: z.string(), command: z.string().nullable() });
export type GuestPreview = z.infer<typeof GuestPreview>;
