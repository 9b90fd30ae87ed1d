import { z } from 'zod';
import { DiskImage } from '#model/disk-image';
import { HostId } from '#model/host';
import { PoolAction } from '#model/pool-action';
import { PoolKind, PoolPlace } from '#model/pool-kinds';
import { PoolOffer, PoolSource, PoolSpec } from '#model/pool-spec';
import { Pool, PoolProposal, Volume, VolumeName, VolumeRef } from '#model/storage';
import { StorageUses } from '#model/storage-use';
import { VolumeChange, VolumeSpec } from '#model/volume-spec';
import { VolumeText } from '#model/volume-text';
import { call } from './define.ts';

const OnHost = z.strictObject({ host: HostId });
const PoolName = z.string().min(1).max(256);

/** Where an image goes: into a volume that is made for it, or over one that is there, after main has asked. */
const UploadTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('new'), pool: PoolName, name: VolumeName }),
  z.strictObject({ kind: z.literal('existing'), volume: VolumeRef }),
]);

export const UploadWish = z.strictObject({
  host: HostId,
  to: UploadTarget,
  /** As `chooseImage` gave it. */
  file: z.uuid(),
  /** Chosen by the window for each wish of the person: a repeated call with the same id does nothing a second time. */
  operation: z.uuid(),
});
export type UploadWish = z.infer<typeof UploadWish>;

/** Of each wish of the person, as `operation` of an upload: the task's id, and done once however often it is called. */
const Operation = z.uuid();

export const storage = {
  pools: call(OnHost, z.array(Pool)),
  volumes: call(z.strictObject({ host: HostId, pool: PoolName }), z.array(Volume)),
  /** What `provideDefaultPool` would do, to be shown before it is asked for; null: the default pool is there. */
  proposeDefaultPool: call(OnHost, PoolProposal.nullable()),
  provideDefaultPool: call(OnHost, z.void()),
  uses: call(OnHost, StorageUses),
  poolOffer: call(OnHost, z.array(PoolOffer)),
  discoverPools: call(z.strictObject({ host: HostId, kind: PoolKind, place: PoolPlace }), z.array(PoolSource)),
  /** This one and those below are tasks; they resolve when it is done, and reject as it does, so that a form can stay until then. */
  makePool: call(z.strictObject({ host: HostId, spec: PoolSpec, operation: Operation }), z.void()),
  /** Main asks first where something goes. Rejects with 'cancelled' when the person says no. */
  actOnPool: call(z.strictObject({ host: HostId, pool: PoolName, action: PoolAction, operation: Operation }), z.void()),
  makeVolume: call(z.strictObject({ host: HostId, spec: VolumeSpec, operation: Operation }), z.void()),
  /** By the person's own definition. Main asks first about what it names of the host. */
  makeVolumeByText: call(z.strictObject({ host: HostId, wish: VolumeText, operation: Operation }), z.void()),
  /** The definition by which `makeVolume` would make it now. It has no passphrase in it. */
  volumeText: call(z.strictObject({ host: HostId, spec: VolumeSpec }), z.string()),
  changeVolume: call(z.strictObject({ host: HostId, change: VolumeChange, operation: Operation }), z.void()),
  /** Main's file dialog. The window gets a token, never the path: one use, this window only, for ten minutes. Null: cancelled. */
  chooseImage: call(z.strictObject({}), z.strictObject({ file: z.uuid(), image: DiskImage }).nullable()),
  /** Starts the task whose id is `operation`. */
  upload: call(UploadWish, z.void()),
  /** Main asks where to, and starts the task; null: the person chose no place. */
  download: call(z.strictObject({ host: HostId, volume: VolumeRef }), z.strictObject({ task: z.string().nullable() })),
};
