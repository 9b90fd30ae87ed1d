import { z } from 'zod';
import { GuestId } from './guest.ts';
import { Bytes } from './quantity.ts';
import { VolumeRef } from './storage.ts';

const Name = z.string().max(4096);

/**
 * Something that an operation makes or fills, as data: enough to find it again after a crash, and to tell it from what somebody else made.
 * Never anything secret: it is written to a file.
 */
export const Product = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('guest'), id: GuestId, name: Name }),
  /** `capacity`: bytes, as the host tells it of the volume before anything has been written to it; null where that is not known. */
  z.strictObject({ kind: z.literal('volume'), ...VolumeRef.shape, capacity: Bytes.nullable() }),
  /** The files of a container, in a folder of that pool; `filler`: the container that puts them there and ends when it has. */
  z.strictObject({ kind: z.literal('tree'), ...VolumeRef.shape, filler: GuestId }),
  /** A volume that was there before and is being written over. It is nobody's to delete, and incomplete until the operation has ended. */
  z.strictObject({ kind: z.literal('overwritten'), ...VolumeRef.shape }),
  /** A volume that was there before and is to be deleted with its guest: nothing would tell of it any more once the guest is gone. */
  z.strictObject({ kind: z.literal('condemned'), ...VolumeRef.shape }),
  z.strictObject({ kind: z.literal('pool'), id: GuestId, name: Name }),
  z.strictObject({ kind: z.literal('network'), id: GuestId, name: Name }),
  /** `name`: what it is for. */
  z.strictObject({ kind: z.literal('secret'), id: GuestId, name: Name }),
  /** A part of one of the host's devices, which a guest can have; `id`: its UUID. */
  z.strictObject({ kind: z.literal('mediated'), id: GuestId, name: Name }),
  /** A PCI device of the host that VFIO has for a moment: it is given back, not removed. `driver`: the host's own, which had it. */
  z.strictObject({ kind: z.literal('borrowed'), device: Name, name: Name, driver: Name.nullable() }),
  /** On this computer, by its absolute path. */
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1).max(4096) }),
]);
export type Product = z.infer<typeof Product>;

/** `made`: it was there. Else it was about to be made when all ended, and what is there may be somebody else's. */
export const NotedProduct = z.strictObject({ product: Product, made: z.boolean() });
export type NotedProduct = z.infer<typeof NotedProduct>;

/** What has become of a product of an operation that did not end. */
export const Remnant = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }),
  /** It can be cleaned up. */
  z.strictObject({ kind: z.literal('there') }),
  /** It is not to be removed. */
  z.strictObject({ kind: z.literal('kept'), why: z.string() }),
  z.strictObject({ kind: z.literal('unknown'), why: z.string() }),
]);
export type Remnant = z.infer<typeof Remnant>;
