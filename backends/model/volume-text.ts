import { z } from 'zod';
import { definitionMax } from './definition.ts';
import { Passphrase } from './volume-spec.ts';

/** A new volume as the person's own definition of it. */
export const VolumeText = z.strictObject({
  pool: z.string().min(1).max(256),
  text: z.string().min(1).max(definitionMax),
  /** For an <encryption> that names no secret: the host keeps it in a new one, which goes with the volume. */
  passphrase: Passphrase.nullable(),
  /** The tables of a qcow2 are made in advance, which no definition can say. */
  tables: z.boolean(),
});
export type VolumeText = z.infer<typeof VolumeText>;

/** Something of the host that a definition names: where in it, and what stands there. */
export interface NamedThing {
  readonly place: string;
  readonly value: string;
}

/** What a definition comes to, found without changing anything. */
export interface VolumeTextOutlook {
  readonly name: string;
  /** Path of the image that it lies over. */
  readonly base: string | null;
  /** What else it names of the host, all of which is to be asked about. */
  readonly names: readonly NamedThing[];
}
