import { useSyncExternalStore } from 'react';
import { type Field, type FieldProblem, type FieldValue, type FieldValues, isShown, sameValue } from '#model/hardware-field';

/** What a form is made from: a device, a new one, or something that can be done with one. */
export interface FormSubject {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly values: FieldValues;
}

interface Kept {
  /** As it was when the person began, or when they last said that theirs is to stand over somebody else's. */
  readonly before: FormSubject;
  /** The fields that the person has touched, and what they typed there. */
  readonly mine: FieldValues;
}

/** Drafts outlive their page: nobody loses what was typed by looking something up, or with the host. Gone with the window. */
const drafts = new Map<string, Kept>();
const listeners = new Set<() => void>();

/** `scope`: whose hardware it is; `place`: which of its forms. */
export const draftKey = (scope: string, ...place: readonly string[]): string => JSON.stringify([scope, ...place]);

export interface FormDraft {
  /** What the form shows. */
  readonly values: FieldValues;
  readonly mine: FieldValues;
  /** The touched fields that differ from what the host has now, as far as they count. */
  readonly changed: readonly Field[];
  /** Those of them that somebody else changed, too, since the person began. */
  readonly disputed: readonly Field[];
  /** What there was when the person began. */
  readonly before: FieldValues;
  edit(key: string, value: FieldValue): void;
  /** Back to what the host has: one field, or all. */
  reset(key?: string): void;
  /** What the person typed is to stand over what somebody else has made of it. */
  insist(): void;
}

/** The form's draft over what the host tells now: untouched fields follow the host, touched ones are the person's. */
export function useFormDraft(key: string, subject: FormSubject): FormDraft {
  const kept = useSyncExternalStore(subscribe, () => drafts.get(key));
  return { ...formState(subject, kept), ...verbs(key, subject) };
}

export function formState({ fields, values: theirs }: FormSubject, kept: Kept | undefined) {
  const mine = kept?.mine ?? {};
  const before = kept?.before.values ?? theirs;
  const values = { ...theirs, ...mine };
  const differs = ({ key }: Field) => key in mine && !sameValue(mine[key] ?? null, theirs[key] ?? null);
  const changed = fields.filter((field) => differs(field) && isShown(field, values));
  const disputed = changed.filter(({ key }) => !sameValue(before[key] ?? null, theirs[key] ?? null));
  return { values, mine, before, changed, disputed };
}

function verbs(key: string, subject: FormSubject): Pick<FormDraft, 'edit' | 'reset' | 'insist'> {
  return {
    edit: (field, value) => {
      const { before, mine } = drafts.get(key) ?? { before: subject, mine: {} };
      // A field that is touched for the first time was begun from what is shown now.
      const begun = field in mine ? before : { ...before, values: { ...before.values, [field]: subject.values[field] ?? null } };
      put(key, { before: begun, mine: { ...mine, [field]: value } });
    },
    reset: (field) => {
      const { before, mine } = drafts.get(key) ?? { before: subject, mine: {} };
      const rest = field === undefined ? {} : Object.fromEntries(Object.entries(mine).filter(([one]) => one !== field));
      put(key, Object.keys(rest).length === 0 ? null : { before, mine: rest });
    },
    insist: () => {
      const kept = drafts.get(key);
      if (kept !== undefined) put(key, { ...kept, before: subject });
    },
  };
}

/** Pages of the guest on which something was typed that is not applied: their drafts' keys. */
export const useDrafts = (): ReadonlySet<string> => useSyncExternalStore(subscribe, keysOf);

/** What was typed for a device that is gone by now. */
export const useLeftDraft = (key: string): Kept | undefined => useSyncExternalStore(subscribe, () => drafts.get(key));
export const dropDraft = (key: string): void => put(key, null);

let keys: ReadonlySet<string> = new Set();
const keysOf = () => keys;

function put(key: string, kept: Kept | null): void {
  if (kept === null) drafts.delete(key);
  else drafts.set(key, kept);
  if (keys.has(key) !== drafts.has(key)) keys = new Set(drafts.keys());
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What a host is told of a form: the fields that were changed, as far as they count. */
export const changedValues = ({ changed, values }: Pick<FormDraft, 'changed' | 'values'>): FieldValues =>
  Object.fromEntries(changed.map(({ key }) => [key, values[key] ?? null]));

/** What a host had to say against some values. */
export interface Refusal {
  readonly values: FieldValues;
  readonly problems: readonly FieldProblem[];
}

/** What of it still holds: of fields that are as they were. */
export const standing = (refusal: Refusal | null, { values }: Pick<FormDraft, 'values'>): readonly FieldProblem[] =>
  refusal?.problems.filter(({ field }) => field in refusal.values && sameValue(refusal.values[field] ?? null, values[field] ?? null)) ?? [];
