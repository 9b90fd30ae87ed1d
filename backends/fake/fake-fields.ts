import type { Choice, Field, FieldOf, PlainField, PlainValue } from '#model/hardware-field';

type Said = Partial<Omit<FieldOf<'toggle'>, 'kind' | 'key' | 'label'>>;
type More<K extends Field['kind']> = Said & Partial<Omit<FieldOf<K>, keyof FieldOf<'toggle'>>>;

const plain = (key: string, label: string, said: Said) => ({
  key,
  label,
  help: null,
  section: null,
  advanced: false,
  when: [],
  unset: null,
  live: false,
  fixed: null,
  ...said,
});

/** Fields with all that goes without saying; see model/hardware-field.ts. */
export const text = (key: string, label: string, more: More<'text'> = {}): FieldOf<'text'> => ({
  maxLength: 1024,
  pattern: null,
  lines: 1,
  suggestions: [],
  picks: null,
  ...plain(key, label, more),
  ...more,
  kind: 'text',
});
export const secret = (key: string, label: string, maxLength: number, said: Said = {}): FieldOf<'secret'> => ({
  ...plain(key, label, said),
  maxLength,
  kind: 'secret',
});
export const number = (
  key: string,
  label: string,
  range: Pick<FieldOf<'number'>, 'min' | 'max'>,
  more: More<'number'> = {},
): FieldOf<'number'> => ({ unit: null, ...plain(key, label, more), ...more, ...range, kind: 'number' });
export const size = (key: string, label: string, range: Pick<FieldOf<'size'>, 'min' | 'max'>, said: Said = {}): FieldOf<'size'> => ({
  ...plain(key, label, said),
  ...range,
  kind: 'size',
});
export const chosen = (key: string, label: string, choices: Choice[], said: Said = {}): FieldOf<'choice'> => ({
  ...plain(key, label, said),
  choices,
  kind: 'choice',
});
export const toggle = (key: string, label: string, said: Said = {}): FieldOf<'toggle'> => ({ ...plain(key, label, said), kind: 'toggle' });
export const list = (key: string, label: string, columns: PlainField[], more: More<'list'> = {}): FieldOf<'list'> => ({
  ordered: false,
  add: null,
  max: 64,
  ...plain(key, label, more),
  ...more,
  columns,
  kind: 'list',
});

export const choice = (value: PlainValue, label: string, help: string | null = null, unavailable: string | null = null): Choice => ({
  value,
  label,
  help,
  unavailable,
});
