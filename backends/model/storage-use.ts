import { z } from 'zod';
import { GuestId } from './guest.ts';
import { Bytes } from './quantity.ts';
import { VolumeRef } from './storage.ts';

/** As what a guest needs a file: its own disk, a medium in a drive, a file its disk is built on, what it boots from, or in a snapshot. */
export const UseKind = z.enum(['disk', 'medium', 'base', 'boot', 'snapshot']);
export type UseKind = z.infer<typeof UseKind>;

export const VolumeUser = z.strictObject({ guest: GuestId, name: z.string(), running: z.boolean(), kinds: z.array(UseKind) });
export type VolumeUser = z.infer<typeof VolumeUser>;

/** One image in a chain; `volume` is null where it is in no active pool. */
export const ChainLink = z.strictObject({ path: z.string(), volume: VolumeRef.nullable() });
export type ChainLink = z.infer<typeof ChainLink>;

/**
 * Whether anything needs the volume. `needed`: a guest does, itself or by an overlay. `nobody`: all was looked into and nobody does.
 * `unknown`: nobody was found, and not everything could be looked into.
 */
export const UseVerdict = z.enum(['needed', 'nobody', 'unknown']);
export type UseVerdict = z.infer<typeof UseVerdict>;

export const VolumeUse = z.strictObject({
  volume: VolumeRef,
  path: z.string(),
  /** Guests that name it themselves. */
  users: z.array(VolumeUser),
  /** Built directly on it. */
  overlays: z.array(VolumeRef),
  /** What it is built on, nearest first, to the end of the chain or as far as it can be seen. */
  chain: z.array(ChainLink),
  /** Other volumes that are this very file: links, or two pools on one folder. */
  same: z.array(VolumeRef),
  verdict: UseVerdict,
  /** Why it cannot be deleted now, as a sentence; null: it can. */
  kept: z.string().nullable(),
  /** What deleting it gives back. */
  frees: Bytes,
});
export type VolumeUse = z.infer<typeof VolumeUse>;

export const StorageUses = z.strictObject({
  volumes: z.array(VolumeUse),
  /** What could not be looked into, each as a sentence. */
  doubts: z.array(z.string()),
});
export type StorageUses = z.infer<typeof StorageUses>;
