import { z } from 'zod';
import { Checksum } from './checksum.ts';
import { CloudInit, HostName, PasswordHash } from './cloud-init.ts';
import { Bytes } from './quantity.ts';
import { VolumeRef } from './storage.ts';
import { UnattendedWish } from './unattended.ts';
import { WebAddress } from './web-address.ts';

/** Stands for a file of this computer that the person pointed at, or that main made for them: a window never has its path. */
export const FileToken = z.uuid();
const PoolName = z.string().min(1).max(256);

/** Where an image comes from. */
export const Origin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), token: FileToken }),
  z.strictObject({ kind: z.literal('volume'), volume: VolumeRef }),
  z.strictObject({ kind: z.literal('url'), url: WebAddress, checksum: Checksum.nullable() }),
]);
export type Origin = z.infer<typeof Origin>;

/** A drive of the host, by the name that the host's list of drives has for it. */
export const DriveId = z.string().min(1).max(512);

/** Where an installation medium or a disk comes from: these can be a drive of the host too, which is used where it is. */
export const MediumOrigin = z.discriminatedUnion('kind', [...Origin.options, z.strictObject({ kind: z.literal('drive'), drive: DriveId })]);
export type MediumOrigin = z.infer<typeof MediumOrigin>;

/** Where the drivers of a system come from; `found`: the disc that main finds on this computer. */
export const DriverDisc = z.strictObject({
  from: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('found') }),
    z.strictObject({ kind: z.literal('file'), token: FileToken }),
    z.strictObject({ kind: z.literal('volume'), volume: VolumeRef }),
  ]),
  into: PoolName.nullable(),
});
export type DriverDisc = z.infer<typeof DriverDisc>;

/** Words for a kernel's command line: one line, and nothing that a terminal would not show. */
const KernelArguments = z
  .string()
  .max(2048)
  .refine((line) => !/\p{C}/u.test(line), 'One line, and no characters that cannot be seen');

/** Which users of the host stand for a container's: 0 in it is `start` outside, for so many. */
export const IdMap = z.strictObject({
  start: z.number().int().min(1).max(0xffff_ffff),
  count: z.number().int().min(1).max(0xffff_ffff),
});
export type IdMap = z.infer<typeof IdMap>;

/**
 * A system that a program of the host puts together from packages: debootstrap from a mirror, dnf from the repositories that the host itself
 * uses. It fetches them on the host, and runs what is in them there.
 */
export const Bootstrap = z.discriminatedUnion('tool', [
  z.strictObject({ tool: z.literal('debootstrap'), suite: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/), mirror: WebAddress }),
  z.strictObject({ tool: z.literal('dnf'), release: z.string().regex(/^[a-z0-9][a-z0-9.]{0,31}$/i) }),
]);
export type Bootstrap = z.infer<typeof Bootstrap>;

/** Where the files of a container come from. */
export const RootOrigin = z.discriminatedUnion('kind', [
  ...Origin.options,
  z.strictObject({ kind: z.literal('bootstrap'), system: Bootstrap }),
]);
export type RootOrigin = z.infer<typeof RootOrigin>;

const ProgramPath = z
  .string()
  .max(4096)
  .regex(/^\/[^\p{C}]*$/u, 'A path in the container, beginning with /');

/**
 * What a new guest begins as. `into` is the pool that gets the image; null: it is used where it lies. What is fetched needs one, and so does
 * whatever a host cannot read: a file of this computer for a host elsewhere.
 */
export const GuestSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('iso'), from: MediumOrigin, into: PoolName.nullable(), unattended: UnattendedWish.nullable() }),
  /** A distribution's installation tree; its kernel is kept in the pool for as long as the installer is being started. */
  z.strictObject({
    kind: z.literal('tree'),
    url: WebAddress,
    arguments: KernelArguments,
    into: PoolName,
    unattended: UnattendedWish.nullable(),
  }),
  z.strictObject({ kind: z.literal('pxe') }),
  /**
   * A disk with a system on it; `size` to grow a copy to, null: as large as it is. `move`: the copy is compared with the original, which is
   * removed when the guest is there; the person is asked. */
  z.strictObject({
    kind: z.literal('disk'),
    from: MediumOrigin,
    into: PoolName.nullable(),
    size: Bytes.nullable(),
    move: z.literal(true).optional(),
  }),
  /** The same made to be copied, and told at its first start who it is; null: nothing is told. */
  z.strictObject({
    kind: z.literal('cloud-image'),
    from: Origin,
    into: PoolName,
    size: Bytes.nullable(),
    cloudInit: CloudInit.nullable(),
  }),
  z.strictObject({ kind: z.literal('appliance'), token: FileToken, into: PoolName }),
  z.strictObject({ kind: z.literal('empty') }),
  /** One program in a container, which sees the host's own files. */
  z.strictObject({
    kind: z.literal('container-app'),
    init: ProgramPath,
    arguments: z.array(KernelArguments).max(64),
    idMap: IdMap.nullable(),
  }),
  /**
   * A whole system in a container. `into` null: in a folder that is there, of this computer by its token or a volume that is a folder. Else in
   * a new folder of that pool, with what an archive holds or a bootstrap makes; that is told its name and the password of its root, null: as it
   * comes.
   */
  z.strictObject({
    kind: z.literal('container-os'),
    from: RootOrigin,
    into: PoolName.nullable(),
    init: ProgramPath,
    idMap: IdMap.nullable(),
    // Templates that were kept earlier name neither.
    hostname: HostName.nullable().default(null),
    rootPasswordHash: PasswordHash.nullable().default(null),
  }),
]);
export type GuestSource = z.infer<typeof GuestSource>;
export type GuestSourceKind = GuestSource['kind'];

/** All the roads to a new guest, in the order in which they are offered. */
export const guestSourceKinds = [
  'iso',
  'tree',
  'disk',
  'cloud-image',
  'appliance',
  'pxe',
  'empty',
  'container-app',
  'container-os',
] as const satisfies readonly GuestSourceKind[];
