import type { VolumeRef } from '#model/storage';
import type { StorageOutlook } from '#model/storage-outlook';
import type { VolumeChange, VolumeSpec } from '#model/volume-spec';
import type { Operation } from './backend.ts';
import type { VolumeTexts } from './volume-texts.ts';

/** Volumes that are made, changed and deleted. */
export interface VolumeKeeping {
  /** What failed or was cancelled leaves no volume, and no secret. Resolves to what it is called: some hosts name volumes themselves. */
  make(spec: VolumeSpec, operation: Operation): Promise<VolumeRef>;
  /** Rejects with 'in-use' where something needs the volume as it is, and with what else stands against it. */
  outlook(change: VolumeChange): Promise<StorageOutlook>;
  /** Looks once more, right before each step: rejects with 'in-use' where that finds a doubt that is none of `agreed`. */
  change(change: VolumeChange, agreed: readonly string[], operation: Operation): Promise<void>;
  /** The same by hand, for the task list. Never has a passphrase in it. */
  commandFor(wish: { readonly kind: 'make'; readonly spec: VolumeSpec } | VolumeChange): string | null;
  readonly texts: VolumeTexts;
}
