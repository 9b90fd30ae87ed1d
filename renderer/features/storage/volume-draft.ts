import { factsOf } from '#model/pool-action';
import type { Pool, Volume } from '#model/storage';
import { VolumeFormat, VolumeSpec } from '#model/volume-spec';
import { GiB } from '#model/quantity';
import { bytesOf, sizeOf, type Size } from './size.ts';
import { freeName } from './free-name.ts';

/** A new volume as far as it is typed. The passphrase is not in it: drafts are kept. */
export interface VolumeDraft {
  /** Null: as proposed. */
  readonly name: string | null;
  /** Null: the pool's usual one. */
  readonly format: VolumeFormat | null;
  readonly size: Size;
  readonly preallocation: VolumeSpec['preallocation'];
  /** Path of the image that it lies over; null: it begins empty; '': which one is not chosen yet. */
  readonly base: string | null;
  readonly encrypt: boolean;
}

export const emptyVolume: VolumeDraft = {
  name: null,
  format: null,
  size: { text: '20', unit: 'GiB' },
  preallocation: 'sparse',
  base: null,
  encrypt: false,
};

/** Nothing smaller than what is below it: an overlay that cuts off its base's end shows a broken disk. */
export const overlayOn = (base: Volume, pool: Pool): VolumeDraft => ({
  ...emptyVolume,
  format: hasSnapshots(pool) ? null : 'qcow2',
  base: base.path,
  size: sizeOf(Math.max(base.capacity, base.capacity === 0 ? GiB : 0)),
});

/** What must be known of the place to judge a draft. */
export interface VolumePlace {
  readonly pool: Pool;
  /** Names that are taken in it. */
  readonly taken: ReadonlySet<string>;
  /** The first is the usual one; none: its volumes are plain devices. */
  readonly formats: readonly VolumeFormat[];
  /** Images that it can lie over, in whichever pool. */
  readonly bases: readonly Volume[];
}

/** Its volumes are devices, of which a new one can be a snapshot. */
export const hasSnapshots = (pool: Pool): boolean => factsOf(pool)?.volumes.snapshots === true;

/** Whether something can lie over it: a file of a format whose end is known. */
export const isBase = ({ folder, format }: Volume): boolean => !folder && VolumeFormat.safeParse(format).success;

/** What a new volume of the pool can lie over: files of all pools, or, of its own devices, what is no snapshot itself. */
export const basesIn = (pool: Pool, volumes: readonly Volume[]): readonly Volume[] =>
  volumes.filter((volume) => (hasSnapshots(pool) ? volume.pool === pool.name && volume.backing === null : isBase(volume)));

export const formatOf = ({ format }: VolumeDraft, { formats }: VolumePlace): VolumeFormat | null => format ?? formats[0] ?? null;

/** What it is called where nothing was typed. */
export function nameOf(draft: VolumeDraft, place: VolumePlace): string {
  if (draft.name !== null) return draft.name;
  const format = formatOf(draft, place);
  const origin = hasSnapshots(place.pool) ? place.bases.find(({ path }) => path === draft.base) : undefined;
  if (origin !== undefined) return freeName(place.taken, `${origin.name}-snapshot`, '');
  return freeName(place.taken, 'disk', format === null ? '' : suffixOf(format));
}

const suffixOf = (format: VolumeFormat): string => (format === 'raw' ? '.img' : format === 'vpc' ? '.vhd' : `.${format}`);

/** Another format, with the name's end following it where it told the old one. What the new one cannot have is given up. */
export function withFormat(draft: VolumeDraft, place: VolumePlace, format: VolumeFormat): VolumeDraft {
  const before = formatOf(draft, place);
  const end = before === null ? '' : suffixOf(before);
  const name =
    draft.name !== null && end !== '' && draft.name.endsWith(end) ? draft.name.slice(0, -end.length) + suffixOf(format) : draft.name;
  return {
    ...draft,
    name,
    format,
    preallocation: draft.preallocation === 'metadata' && format !== 'qcow2' ? 'sparse' : draft.preallocation,
    base: canOverlay(format) ? draft.base : null,
    encrypt: draft.encrypt && canEncrypt(format),
  };
}

export const canOverlay = (format: VolumeFormat | null): boolean => format === 'qcow2' || format === 'qed';
export const canEncrypt = (format: VolumeFormat | null): boolean => format === 'qcow2' || format === 'raw';

export interface JudgedVolume {
  /** Null while something is wrong with it. */
  readonly spec: VolumeSpec | null;
  /** By field: 'name', 'capacity', 'backing', 'passphrase', 'again'. */
  readonly problems: Readonly<Partial<Record<string, string>>>;
}

/** The volume that the draft means, or what is wrong with it. */
export function judgeVolume(
  draft: VolumeDraft,
  place: VolumePlace,
  passphrase: { readonly first: string; readonly again: string },
): JudgedVolume {
  const problems: Record<string, string> = {};
  const capacity = bytesOf(draft.size);
  const base = draft.base === null ? undefined : place.bases.find(({ path }) => path === draft.base);
  const snapshot = hasSnapshots(place.pool);
  const baseFormat = VolumeFormat.safeParse(snapshot && base !== undefined ? 'raw' : base?.format);
  const name = nameOf(draft, place);
  if (place.taken.has(name)) problems['name'] = 'The pool has a volume of that name already.';
  if (capacity === null) problems['capacity'] = 'A size such as 20 or 1.5.';
  else if (base !== undefined && !snapshot && capacity < base.capacity) problems['capacity'] = 'Not smaller than what it lies over.';
  if (draft.base === '') problems['backing'] = 'Choose the image, or let it begin empty.';
  else if (draft.base !== null && !baseFormat.success) problems['backing'] = 'That image is not there any more.';
  if (draft.encrypt && passphrase.first !== passphrase.again) problems['again'] = 'The two are not the same.';
  const parsed = VolumeSpec.safeParse({
    pool: place.pool.name,
    name,
    format: formatOf(draft, place),
    capacity: capacity ?? GiB,
    preallocation: draft.base === null ? draft.preallocation : 'sparse',
    backing: draft.base === null ? null : { path: draft.base, format: baseFormat.data ?? 'raw' },
    passphrase: draft.encrypt ? passphrase.first : null,
  });
  for (const { path, message } of parsed.error?.issues ?? []) problems[String(path[0])] ??= `${message}.`;
  return { spec: parsed.success && Object.keys(problems).length === 0 ? parsed.data : null, problems };
}
