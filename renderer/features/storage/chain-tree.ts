import type { StorageUses, VolumeUse, VolumeUser } from '#model/storage-use';
import type { VolumeRef } from '#model/storage';

/** A file of a chain, with what is built on it and which guests name it themselves. */
export interface ChainNode {
  readonly path: string;
  /** Null: it is in no active pool. */
  readonly volume: VolumeRef | null;
  /** The volume that the drawing is about. */
  readonly here: boolean;
  readonly users: readonly VolumeUser[];
  readonly overlays: readonly ChainNode[];
}

/** Deeper chains exist only by mistake, or to annoy. */
const DEEPEST = 64;

/** From the lowest base of the volume over itself to all that is built on it. Of its bases only the way to it is told. */
export function chainOf(use: VolumeUse, { volumes }: StorageUses): ChainNode {
  const byName = new Map(volumes.map((one) => [keyOf(one.volume), one]));
  const seen = new Set<string>();
  const upwards = (one: VolumeUse, depth: number): ChainNode => {
    seen.add(keyOf(one.volume));
    const overlays = depth >= DEEPEST ? [] : one.overlays.flatMap((ref) => byName.get(keyOf(ref)) ?? []);
    return {
      path: one.path,
      volume: one.volume,
      here: one === use,
      users: one.users,
      overlays: overlays.filter(({ volume }) => !seen.has(keyOf(volume))).map((overlay) => upwards(overlay, depth + 1)),
    };
  };
  return use.chain.slice(0, DEEPEST).reduce<ChainNode>(
    (above, { path, volume }) => ({
      path,
      volume,
      here: false,
      users: (volume && byName.get(keyOf(volume))?.users) ?? [],
      overlays: [above],
    }),
    upwards(use, 0),
  );
}

const keyOf = ({ pool, name }: VolumeRef): string => `${pool}/${name}`;
