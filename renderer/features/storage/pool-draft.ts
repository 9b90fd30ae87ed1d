import { PoolPlace, poolKinds, type PoolField, type PoolKind } from '#model/pool-kinds';
import { PoolSpec, problemsOfPlace } from '#model/pool-spec';
import { freeName } from './free-name.ts';

/** A new pool as far as it is typed: every field as one text, lists with a line for each. The password is not in it: drafts are kept. */
export interface PoolDraft {
  /** Null: as proposed. */
  readonly name: string | null;
  readonly kind: PoolKind;
  readonly texts: Readonly<Partial<Record<PoolField, string>>>;
  readonly build: PoolSpec['build'];
  readonly start: boolean;
  readonly autostart: boolean;
}

export const emptyPool: PoolDraft = { name: null, kind: 'dir', texts: {}, build: 'keep', start: true, autostart: true };

/** Another kind: the fields that mean the same in both stay. What writes to devices is asked for anew. */
export function withKind({ texts, ...draft }: PoolDraft, kind: PoolKind): PoolDraft {
  const isOwn = (field: PoolField, of: PoolKind) => poolKinds[of].fields.some(({ name, required }) => name === field && required);
  const { target, ...others } = texts;
  // Where images are kept, or where the host shows devices.
  const kept = target !== undefined && isOwn('target', draft.kind) && isOwn('target', kind) ? { ...others, target } : others;
  return { ...draft, kind, texts: { ...kept, format: '' }, build: poolKinds[kind].builds === 'folder' ? 'keep' : 'no' };
}

/** The fields of a source that was found, over what was typed. */
export function withPlace(draft: PoolDraft, place: PoolPlace): PoolDraft {
  const found = Object.entries(place).map(([field, value]) => [field, Array.isArray(value) ? value.join('\n') : value]);
  return { ...draft, texts: { ...draft.texts, ...Object.fromEntries(found) } };
}

/** A name after the place, as one would call it. */
export function suggestedName({ kind, texts }: PoolDraft, taken: ReadonlySet<string>): string {
  const place = texts.source ?? texts.target ?? texts.directory ?? '';
  const last = place.trim().split('/').filter(Boolean).at(-1) ?? '';
  const stem = last.replaceAll(/[^\p{L}\p{N}._-]/gu, '-').replace(/^[.-]+/, '');
  return freeName(taken, stem === '' ? kind : stem, '');
}

export interface JudgedPool {
  /** Null while something is wrong with it. */
  readonly spec: PoolSpec | null;
  readonly nameProblem: string | undefined;
  readonly problems: ReadonlyMap<PoolField, string>;
}

/** The place that the draft means, as far as it is filled in. */
export function placeOf({ kind, texts }: PoolDraft, password: string): PoolPlace {
  const entries = poolKinds[kind].fields.flatMap(({ name, fallback }) => {
    const lines = (name === 'password' ? password : (texts[name] ?? ''))
      .split('\n')
      .map((line) => (name === 'password' ? line : line.trim()))
      .filter((line) => line !== '');
    const given = lines.length === 0 && fallback !== undefined ? [fallback] : lines;
    if (given.length === 0) return [];
    const many = name === 'devices' || name === 'hosts' || name === 'mountOptions';
    return [[name, many ? given : given.join(' ')] as const];
  });
  return Object.fromEntries(entries);
}

/** The pool that the draft means, or what is wrong with it. */
export function judgePool(draft: PoolDraft, password: string, taken: ReadonlySet<string>): JudgedPool {
  const { kind, build, start, autostart } = draft;
  const name = draft.name ?? suggestedName(draft, taken);
  const place = placeOf(draft, password);
  const parsed = PoolSpec.safeParse({ name, kind, place, build, start, autostart });
  const problems = new Map<PoolField, string>();
  for (const { field, message } of problemsOfPlace(kind, place)) if (!problems.has(field)) problems.set(field, `${message}.`);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = PoolPlace.keyof().safeParse(path[1]);
    if (path[0] === 'place' && field.success && !problems.has(field.data)) problems.set(field.data, `${message}.`);
  }
  const wrongName = parsed.error?.issues.find(({ path }) => path[0] === 'name')?.message;
  const nameProblem = taken.has(name) ? 'The host has a pool of that name already.' : wrongName && `${wrongName}.`;
  return { spec: parsed.success && nameProblem === undefined ? parsed.data : null, nameProblem, problems };
}
