import type { GuestId } from '#model/guest';
import type { VolumeRef } from '#model/storage';
import type { ChainLink, StorageUses, UseKind, VolumeUse, VolumeUser } from '#model/storage-use';

/** A volume of an active pool. */
export interface GraphVolume {
  readonly ref: VolumeRef;
  readonly path: string;
  /** The same for two paths to one file. */
  readonly identity: string;
  /** What it is an overlay of. */
  readonly backing: { readonly path: string; readonly identity: string } | null;
  /** Bytes. */
  readonly allocation: number;
  /** A link to a file that is not in its pool. */
  readonly leadsOutside: boolean;
  /** The host itself uses it; null where that could not be looked at. */
  readonly usedByHost: boolean | null;
}

export const HOST_USES_IT = 'The host itself uses it: it is mounted, swapped to, or something is built on it.';

/** That a guest names a file. */
export interface GraphUse {
  readonly guest: GuestId;
  readonly name: string;
  readonly running: boolean;
  readonly kind: UseKind;
  readonly identity: string;
}

export interface StorageFindings {
  readonly volumes: readonly GraphVolume[];
  readonly uses: readonly GraphUse[];
  /** What could not be looked into, each as a sentence: a user of a volume may hide there. */
  readonly doubts: readonly string[];
}

/** Chains that a host can open are far shorter (QEMU and libvirt stop at 200); one that bites its own tail must end too. */
const CHAIN_MAX = 200;

/** Who needs which file of a host: guests, and overlays that are built on it. */
export class StorageGraph {
  readonly volumes: readonly GraphVolume[];
  readonly doubts: readonly string[];
  readonly #byIdentity: ReadonlyMap<string, readonly GraphVolume[]>;
  readonly #byRef: ReadonlyMap<string, GraphVolume>;
  readonly #overlays: ReadonlyMap<string, readonly GraphVolume[]>;
  readonly #uses: ReadonlyMap<string, readonly GraphUse[]>;

  constructor({ volumes, uses, doubts }: StorageFindings) {
    this.volumes = volumes;
    this.doubts = doubts;
    this.#byIdentity = grouped(volumes, ({ identity }) => identity);
    this.#byRef = new Map(volumes.map((volume) => [keyOf(volume.ref), volume]));
    this.#overlays = grouped(volumes, ({ backing }) => backing?.identity ?? null);
    this.#uses = grouped(uses, ({ identity }) => identity);
  }

  find(ref: VolumeRef): GraphVolume | null {
    return this.#byRef.get(keyOf(ref)) ?? null;
  }

  /** All volumes that are this file. */
  at(identity: string): readonly GraphVolume[] {
    return this.#byIdentity.get(identity) ?? [];
  }

  /** All that are built on it directly, by whatever path they name it. */
  overlaysOf({ identity }: Pick<GraphVolume, 'identity'>): readonly GraphVolume[] {
    return this.#overlays.get(identity) ?? [];
  }

  usersOf({ identity }: Pick<GraphVolume, 'identity'>): VolumeUser[] {
    const users = new Map<GuestId, VolumeUser>();
    for (const { guest, name, running, kind } of this.#uses.get(identity) ?? []) {
      const user = users.get(guest) ?? { guest, name, running, kinds: [] };
      users.set(guest, user.kinds.includes(kind) ? user : { ...user, kinds: [...user.kinds, kind] });
    }
    return [...users.values()];
  }

  /** What it is built on, nearest first. */
  chainOf(volume: GraphVolume): ChainLink[] {
    const chain: ChainLink[] = [];
    const seen = new Set([volume.identity]);
    for (let { backing } = volume; backing !== null && chain.length < CHAIN_MAX;) {
      const [base = null] = this.at(backing.identity);
      chain.push({ path: backing.path, volume: base?.ref ?? null });
      if (base === null || seen.has(backing.identity)) break;
      seen.add(backing.identity);
      backing = base.backing;
    }
    return chain;
  }

  /** Whether a guest or the host needs it, itself or by whatever is built on it. */
  isNeeded(volume: GraphVolume, seen: Set<string> = new Set()): boolean {
    if (seen.has(volume.identity)) return false;
    seen.add(volume.identity);
    if (volume.usedByHost === true || this.#uses.has(volume.identity)) return true;
    return this.overlaysOf(volume).some((overlay) => this.isNeeded(overlay, seen));
  }

  /** Why the volume has to stay, as a sentence; null: as far as can be seen it may go. `going`: identities of what goes before it. */
  keptBecause(volume: GraphVolume, going: ReadonlySet<string> = new Set()): string | null {
    if (volume.usedByHost === true) return HOST_USES_IT;
    if (volume.leadsOutside) return 'It is a link to a file outside of its storage pool.';
    const users = this.usersOf(volume).map(({ name }) => name);
    if (users.length > 0) return `${listed(users)} ${users.length === 1 ? 'needs' : 'need'} it.`;
    const overlays = this.overlaysOf(volume).filter(({ identity }) => !going.has(identity));
    const names = overlays.map(({ ref }) => ref.name);
    return names.length === 0 ? null : `${listed(names)} ${names.length === 1 ? 'is' : 'are'} built on it.`;
  }

  /** What deleting it gives back, bytes: nothing while the file has another name. */
  freedBy(volume: GraphVolume): number {
    return this.at(volume.identity).some(({ path }) => path !== volume.path) ? 0 : volume.allocation;
  }

  uses(): StorageUses {
    return { volumes: this.volumes.map((volume) => this.#useOf(volume)), doubts: [...this.doubts] };
  }

  #useOf(volume: GraphVolume): VolumeUse {
    const unseen = this.doubts.length > 0 || volume.usedByHost === null ? 'unknown' : 'nobody';
    return {
      volume: volume.ref,
      path: volume.path,
      users: this.usersOf(volume),
      overlays: inOrder(this.overlaysOf(volume)),
      chain: this.chainOf(volume),
      same: inOrder(this.at(volume.identity).filter((other) => other !== volume)),
      verdict: this.isNeeded(volume) ? 'needed' : unseen,
      kept: this.keptBecause(volume),
      frees: this.freedBy(volume),
    };
  }
}

/** Hosts list their volumes in an order that changes from one time to the next. */
const inOrder = (volumes: readonly GraphVolume[]): VolumeRef[] =>
  volumes.map(({ ref }) => ref).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

const keyOf = ({ pool, name }: VolumeRef) => JSON.stringify([pool, name]);

function grouped<T>(items: readonly T[], keyFor: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyFor(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Names in a sentence; at most five of them. */
export function listed(names: readonly string[]): string {
  const quoted = [...new Set(names)].sort().map((name) => `“${name}”`);
  const shown = quoted.slice(0, 5);
  if (quoted.length > shown.length) return `${shown.join(', ')} and ${quoted.length - shown.length} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}
