import { z } from 'zod';
import { Bytes } from './quantity.ts';

/** What a field without fields of its own may hold; null: nothing is said, the host decides. */
export const PlainValue = z.union([z.string().max(64 * 1024), z.number(), z.boolean(), z.null()]);
export type PlainValue = z.infer<typeof PlainValue>;

const Key = z.string().min(1).max(64);
export const FieldRow = z.record(Key, PlainValue);
export type FieldRow = z.infer<typeof FieldRow>;
/** A list holds rows: by its columns' keys, what each holds. */
export const FieldValue = z.union([PlainValue, z.array(FieldRow).max(1024)]);
export type FieldValue = z.infer<typeof FieldValue>;
export const FieldValues = z.record(Key, FieldValue);
export type FieldValues = z.infer<typeof FieldValues>;

/** One of the values that a host would take. */
export const Choice = z.strictObject({
  value: PlainValue,
  label: z.string(),
  help: z.string().nullable(),
  /** Why it cannot be chosen now. What a guest has already is shown all the same. */
  unavailable: z.string().nullable(),
});
export type Choice = z.infer<typeof Choice>;

/** Another field of the same form holds one of these. */
export const Condition = z.strictObject({ field: Key, is: z.array(PlainValue).min(1) });
export type Condition = z.infer<typeof Condition>;

const common = {
  key: Key,
  label: z.string(),
  /** What it is for, in a sentence or two, for who does not know it. */
  help: z.string().nullable(),
  /** The heading that it stands under; null: before all headings. */
  section: z.string().nullable(),
  /** Folded away at first. */
  advanced: z.boolean(),
  /** Shown, and counted, only while all of them hold. */
  when: z.array(Condition),
  /** What to call its being null, like "As the hypervisor likes"; null: it must hold something. */
  unset: z.string().nullable(),
  /** A running guest takes the change at once; else its next start does. */
  live: z.boolean(),
  /** Why it cannot be changed; null: it can. */
  fixed: z.string().nullable(),
};

const Text = z.strictObject({
  ...common,
  kind: z.literal('text'),
  maxLength: z.number().int().positive(),
  /** A regular expression for the whole of it, and what it asks for in words. */
  pattern: z.strictObject({ source: z.string(), says: z.string() }).nullable(),
  lines: z.number().int().positive(),
  /** Offered while typing; anything else may be typed as well. */
  suggestions: z.array(Choice),
  /** A path or name on the host that can be picked among its volumes; `system`: an operating system, by its libosinfo address. */
  picks: z.enum(['disk', 'disc', 'folder', 'system']).nullable(),
});
/** Never sent to a window: it holds '' where there is one. Null takes it away, another text replaces it. */
const Secret = z.strictObject({ ...common, kind: z.literal('secret'), maxLength: z.number().int().positive() });
const Number = z.strictObject({
  ...common,
  kind: z.literal('number'),
  min: z.number(),
  max: z.number(),
  /** "seconds", "ms"; null: a plain count. */
  unit: z.string().nullable(),
});
/** Bytes, shown in MiB, GiB. */
const Size = z.strictObject({ ...common, kind: z.literal('size'), min: Bytes, max: Bytes });
const Chosen = z.strictObject({
  ...common,
  kind: z.literal('choice'),
  choices: z.array(Choice),
});
const Toggle = z.strictObject({ ...common, kind: z.literal('toggle') });

export const PlainField = z.discriminatedUnion('kind', [Text, Secret, Number, Size, Chosen, Toggle]);
export type PlainField = z.infer<typeof PlainField>;

const List = z.strictObject({
  ...common,
  kind: z.literal('list'),
  columns: z.array(PlainField).min(1),
  /** Their order means something, and a person may change it. */
  ordered: z.boolean(),
  /** Rows can be added and removed; `add` is what the button says. Null: there are as many as there are. */
  add: z.strictObject({ label: z.string(), row: FieldRow }).nullable(),
  max: z.number().int().positive(),
});

/** A field of a form that a host describes: how it is shown, what it takes, when a change counts. */
export const Field = z.discriminatedUnion('kind', [Text, Secret, Number, Size, Chosen, Toggle, List]);
export type Field = z.infer<typeof Field>;
export type FieldOf<K extends Field['kind']> = Extract<Field, { kind: K }>;

export function isShown({ when }: Pick<Field, 'when'>, values: FieldValues): boolean {
  return when.every(({ field, is }) => is.some((value) => value === (values[field] ?? null)));
}

export interface FieldProblem {
  readonly field: string;
  /** In a list: which row, and which of its columns. */
  readonly row?: number;
  readonly column?: string;
  readonly message: string;
}

/**
 * What stands against these values by the fields' own rules. What is hidden or cannot be changed is not looked at; neither is what is the same
 * in `before`: a guest may have what no form would offer.
 */
export function fieldProblems(fields: readonly Field[], values: FieldValues, before: FieldValues = {}): FieldProblem[] {
  return fields.flatMap((field): FieldProblem[] => {
    const value = values[field.key] ?? null;
    if (!isShown(field, values) || field.fixed !== null || (field.key in before && sameValue(value, before[field.key] ?? null))) return [];
    if (field.kind !== 'list') {
      const message = plainProblem(field, value);
      return message === null ? [] : [{ field: field.key, message }];
    }
    return listProblems(field, value);
  });
}

export function sameValue(one: FieldValue, other: FieldValue): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((row, index) => sameRow(row, other[index] ?? {}));
}

function sameRow(one: FieldRow, other: FieldRow): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => (one[key] ?? null) === (other[key] ?? null));
}

function listProblems(field: FieldOf<'list'>, value: FieldValue): FieldProblem[] {
  if (!Array.isArray(value)) return [{ field: field.key, message: 'This must be a list.' }];
  if (value.length > field.max) return [{ field: field.key, message: `At most ${field.max} of them.` }];
  return value.flatMap((cells, row) =>
    field.columns.flatMap((column): FieldProblem[] => {
      const message = isShown(column, cells) ? plainProblem(column, cells[column.key] ?? null) : null;
      return message === null ? [] : [{ field: field.key, row, column: column.key, message }];
    }),
  );
}

function plainProblem(field: PlainField, value: FieldValue): string | null {
  if (value === null || value === '') return field.unset === null && field.kind !== 'secret' ? `${field.label} is missing.` : null;
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' ? textProblem(field, value) : `${field.label} must be text.`;
    case 'secret':
      return typeof value === 'string' && value.length <= field.maxLength ? null : `At most ${field.maxLength} characters.`;
    case 'number':
    case 'size':
      return numberProblem(field, value);
    case 'choice':
      return choiceProblem(field, value);
    case 'toggle':
      break;
  }
  return typeof value === 'boolean' ? null : `${field.label} is either on or off.`;
}

function textProblem({ maxLength, pattern }: FieldOf<'text'>, value: string): string | null {
  if (value.length > maxLength) return `At most ${maxLength} characters.`;
  return pattern === null || new RegExp(`^(?:${pattern.source})$`, 'u').test(value) ? null : pattern.says;
}

function numberProblem({ kind, label, min, max }: FieldOf<'number'> | FieldOf<'size'>, value: FieldValue): string | null {
  if (typeof value !== 'number' || !globalThis.Number.isFinite(value)) return `${label} must be a number.`;
  if (!globalThis.Number.isInteger(value)) return `${label} must be a whole number.`;
  if (value < min || value > max) return kind === 'size' ? `${label} is outside of what is possible.` : `From ${min} to ${max}.`;
  return null;
}

function choiceProblem({ choices, label }: FieldOf<'choice'>, value: FieldValue): string | null {
  const chosen = choices.find((choice) => choice.value === value);
  return chosen === undefined ? `${label}: that is none of the choices.` : chosen.unavailable;
}
