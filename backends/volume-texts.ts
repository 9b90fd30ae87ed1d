import type { VolumeRef } from '#model/storage';
import type { VolumeSpec } from '#model/volume-spec';
import type { VolumeText, VolumeTextOutlook } from '#model/volume-text';
import type { Operation } from './backend.ts';

/** New volumes by definitions of the person's own. */
export interface VolumeTexts {
  /** The definition by which `make` of VolumeKeeping would make it, laid out to be read. It has no passphrase in it, and no secret. */
  write(spec: VolumeSpec): Promise<string>;
  /**
   * What `make` would do. Rejects with 'invalid-definition' for what is no definition of a volume, or says the same thing twice, or another
   * place than the pool's; with 'exists' where the name is taken.
   */
  outlook(wish: VolumeText): Promise<VolumeTextOutlook>;
  /** Looks once more first. What failed or was cancelled leaves no volume, and no secret. What is sent is what was judged, and nothing else. */
  make(wish: VolumeText, operation: Operation): Promise<VolumeRef>;
  /** The same by hand, from a file. Null where it takes more than the file. */
  commandFor(wish: VolumeText, name: string): string | null;
}
