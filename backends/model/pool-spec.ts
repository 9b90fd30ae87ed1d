import { z } from 'zod';
import { poolFields, type PoolField, PoolKind, type PoolKindFacts, poolKinds, PoolPlace } from './pool-kinds.ts';

/** What a new pool may be called: libvirt keeps its definition in a file of that name. */
export const NewPoolName = z
  .string()
  .min(1, 'Give it a name')
  .max(200, 'At most 200 characters')
  .refine((name) => !/[/\p{C}\p{Zl}\p{Zp}]/u.test(name), 'No slashes and no characters that cannot be seen')
  .refine((name) => !/^[.\s-]|\s$/.test(name), 'It may not begin with a dot, a dash or a space, nor end with a space');

export const PoolSpec = z
  .strictObject({
    name: NewPoolName,
    kind: PoolKind,
    place: PoolPlace,
    /** `keep` writes to no device that has anything on it; `overwrite` writes over what is there. */
    build: z.enum(['no', 'keep', 'overwrite']),
    start: z.boolean(),
    autostart: z.boolean(),
  })
  .superRefine(({ kind, place, build }, context) => {
    const tell = (field: PoolField, message: string) => context.addIssue({ code: 'custom', path: ['place', field], message });
    for (const { field, message } of problemsOfPlace(kind, place)) tell(field, message);
    if (kind === 'fs' && build !== 'no' && (place.format ?? 'auto') === 'auto') tell('format', 'Choose what it is formatted with');
    if (build !== 'overwrite') return;
    if (poolKinds[kind].builds !== 'devices')
      context.addIssue({ code: 'custom', path: ['build'], message: 'There is nothing to overwrite' });
  });
export type PoolSpec = z.infer<typeof PoolSpec>;

interface PlaceProblem {
  readonly field: PoolField;
  readonly message: string;
}

/** What is wrong with the fields of a pool of this kind: missing, not of this kind, or not of the right form. */
export function problemsOfPlace(kind: PoolKind, place: PoolPlace): PlaceProblem[] {
  const facts = poolKinds[kind];
  const own = new Map(facts.fields.map((field) => [field.name, field]));
  const names = PoolPlace.keyof().options;
  const problems = names.flatMap((field) => {
    const value = place[field];
    const found = own.get(field);
    if (value === undefined) return found?.required === true ? [{ field, message: 'Fill this in' }] : [];
    if (found === undefined) return [{ field, message: `A pool of this kind has no such field` }];
    return problemsOfValue(facts, field, value).map((message) => ({ field, message }));
  });
  return [...problems, ...problemsTogether(kind, place)];
}

function problemsOfValue(facts: PoolKindFacts, field: PoolField, value: string | readonly string[]): string[] {
  const { pattern, mustBe = '', control } = poolFields[field];
  const lines = typeof value === 'string' ? [value] : value;
  if (control === 'choice') return lines.every((line) => facts.formats.includes(line)) ? [] : ['Choose one of the list'];
  if (control === 'list' && field !== 'mountOptions' && lines.length > 1 && !facts.many.includes(field)) return ['Only one'];
  return pattern === undefined || lines.every((line) => pattern.test(line)) ? [] : [mustBe];
}

/** CryptoKey of Ceph's src/auth/Crypto.cc, in base64: its kind, when it was made, its length and 16 bytes. */
const CEPH_KEY = /^[A-Za-z0-9+/]{38}==$/;

/** What fields want of each other. */
function problemsTogether(kind: PoolKind, place: PoolPlace): PlaceProblem[] {
  const problems: PlaceProblem[] = [];
  const { user, secret, password, adapter, wwnn, wwpn, parent } = place;
  if (user !== undefined && secret === undefined && password === undefined) problems.push({ field: 'password', message: 'Fill this in' });
  if (user === undefined && (secret !== undefined || password !== undefined)) problems.push({ field: 'user', message: 'Fill this in' });
  if (secret !== undefined && password !== undefined) problems.push({ field: 'secret', message: 'Either a secret or a password' });
  if (kind === 'rbd' && password !== undefined && !CEPH_KEY.test(password))
    problems.push({ field: 'password', message: 'A key of Ceph: 40 letters, digits and signs that end in “==”' });
  if (kind !== 'scsi') return problems;
  const fibre = wwnn !== undefined || wwpn !== undefined || parent !== undefined;
  if (adapter === undefined && !fibre) problems.push({ field: 'adapter', message: 'Fill this in, or the names of a virtual port' });
  if (adapter !== undefined && fibre) problems.push({ field: 'adapter', message: 'Either an adapter or a virtual port' });
  if (fibre && wwnn === undefined) problems.push({ field: 'wwnn', message: 'Fill this in' });
  if (fibre && wwpn === undefined) problems.push({ field: 'wwpn', message: 'Fill this in' });
  return problems;
}

/** What a host takes: of its kinds, and of the formats of new volumes in each. */
export const PoolOffer = z.strictObject({
  kind: PoolKind,
  /** Formats of new volumes, the usual one first; empty where they are plain devices. */
  volumeFormats: z.array(z.string()),
});
export type PoolOffer = z.infer<typeof PoolOffer>;

/** Something found that a pool can be made of. */
export const PoolSource = z.strictObject({ label: z.string(), place: PoolPlace });
export type PoolSource = z.infer<typeof PoolSource>;
