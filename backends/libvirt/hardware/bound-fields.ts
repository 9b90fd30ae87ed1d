import type { Choice, Condition, Field, FieldRow, FieldValue, PlainField, PlainValue } from '#model/hardware-field';
import { attribute, child, element as newElement, text, type XmlElement } from '../xml/document.ts';
import { withAttributesAt, withChild, withTextAt } from '../xml/edit.ts';
import type { BoundField, LiveWay } from './device-kind.ts';
import type { HardwareContext } from './hardware-context.ts';

type Given<T> = T | ((context: HardwareContext) => T);
const given = <T>(value: Given<T>, context: HardwareContext): T => (isMaker(value) ? value(context) : value);
function isMaker<T>(value: Given<T>): value is (context: HardwareContext) => T {
  return typeof value === 'function';
}

/** What every field may say; what it does not is the usual. */
export interface Saying {
  readonly label: string;
  readonly help?: string;
  readonly section?: string;
  readonly advanced?: boolean;
  readonly when?: readonly Condition[];
  /** What its being null is called; without it, it must hold something. */
  readonly unset?: string;
  /** Why it cannot be changed. */
  readonly fixed?: Given<string | null>;
  readonly live?: LiveWay;
}

/**
 * Where a value is written: elements from the device down, and at the end an attribute or, without one, text: "driver/@cache", "@type",
 * "boot/@order", "initarg".
 */
export type Place = string;

export function plain(key: string, saying: Saying, context: HardwareContext) {
  const { label, help, section, advanced, when, unset, live } = saying;
  return {
    key,
    label,
    help: help ?? null,
    section: section ?? null,
    advanced: advanced ?? false,
    when: [...(when ?? [])],
    unset: unset ?? null,
    live: live !== undefined,
    fixed: given(saying.fixed ?? null, context),
  };
}

/** The text at a place; null where there is none. */
export function readAt(element: XmlElement, place: Place): string | null {
  const { names, attribute: name } = parts(place);
  const found = names.reduce<XmlElement | null>((parent, one) => child(parent, one), element);
  if (found === null) return null;
  return name === null ? text(found) : attribute(found, name);
}

/** The element with the text there; null takes it away, and the elements that were only made for it. */
export function writeAt(element: XmlElement, place: Place, value: string | null): XmlElement {
  const { names, attribute: name } = parts(place);
  return name === null ? withTextAt(element, names, value) : withAttributesAt(element, names, { [name]: value });
}

function parts(place: Place): { readonly names: readonly string[]; readonly attribute: string | null } {
  const steps = place.split('/');
  const last = steps.at(-1) ?? '';
  return last.startsWith('@') ? { names: steps.slice(0, -1), attribute: last.slice(1) } : { names: steps, attribute: null };
}

function bound(
  make: (context: HardwareContext) => Field,
  live: LiveWay | undefined,
  at: Place,
  read: (found: string | null) => FieldValue,
  write: (value: FieldValue) => string | null,
): BoundField {
  return {
    field: make,
    read: (element) => read(readAt(element, at)),
    write: (element, value) => writeAt(element, at, write(value)),
    live: live ?? null,
    at,
  };
}

export interface TextSaying extends Saying {
  readonly maxLength?: number;
  readonly pattern?: { readonly source: string; readonly says: string };
  readonly lines?: number;
  readonly suggestions?: Given<readonly Choice[]>;
  readonly picks?: 'disk' | 'disc' | 'folder' | 'system';
}

export function textAt(key: string, at: Place, saying: TextSaying): BoundField {
  return bound(
    (context) => textField(key, saying, context),
    saying.live,
    at,
    (found) => found || null,
    (value) => (typeof value === 'string' && value !== '' ? value : null),
  );
}

export function textField(key: string, saying: TextSaying, context: HardwareContext): Field & { kind: 'text' } {
  return {
    ...plain(key, saying, context),
    kind: 'text',
    maxLength: saying.maxLength ?? 1024,
    pattern: saying.pattern ?? null,
    lines: saying.lines ?? 1,
    suggestions: [...given(saying.suggestions ?? [], context)],
    picks: saying.picks ?? null,
  };
}

/** A password: windows never get it. What it holds there is '' where there is one. */
export function secretAt(key: string, at: Place, saying: Saying & { readonly maxLength: number }): BoundField {
  return {
    ...bound(
      (context) => ({ ...plain(key, saying, context), kind: 'secret', maxLength: saying.maxLength }),
      saying.live,
      at,
      (found) => (found === null ? null : ''),
      (value) => (typeof value === 'string' ? value : null),
    ),
    // What a window was told is "there is one": who sends that back changes nothing.
    write: (element, value) => (value === '' ? element : writeAt(element, at, typeof value === 'string' ? value : null)),
  };
}

export interface NumberSaying extends Saying {
  readonly min: Given<number>;
  readonly max: Given<number>;
  readonly unit?: string;
}

export function numberAt(key: string, at: Place, saying: NumberSaying): BoundField {
  return bound(
    (context) => ({
      ...plain(key, saying, context),
      kind: 'number',
      min: given(saying.min, context),
      max: given(saying.max, context),
      unit: saying.unit ?? null,
    }),
    saying.live,
    at,
    numberIn,
    (value) => (typeof value === 'number' ? String(value) : null),
  );
}

/** Decimal or, with 0x, hexadecimal, as libvirt takes both. */
export const numberIn = (found: string | null): number | null => {
  const value = found === null || found.trim() === '' ? Number.NaN : Number(found);
  return Number.isFinite(value) ? value : null;
};

/** The choice among `choices`. What a guest has beyond them is a choice as well: it is added by whoever makes a page's fields. */
export function choiceAt(key: string, at: Place, saying: Saying & { readonly choices: Given<readonly Choice[]> }): BoundField {
  return bound(
    (context) => choiceField(key, saying, context),
    saying.live,
    at,
    (found) => found || null,
    (value) => (value === null || Array.isArray(value) ? null : String(value)),
  );
}

export function choiceField(
  key: string,
  saying: Saying & { readonly choices: Given<readonly Choice[]> },
  context: HardwareContext,
): Field & { kind: 'choice' } {
  return { ...plain(key, saying, context), kind: 'choice', choices: [...given(saying.choices, context)] };
}

/** "yes" and "no", or "on" and "off": null is a third way where `unset` names it; else absence reads as `absent` (usually off). */
export function switchAt(
  key: string,
  at: Place,
  saying: Saying & { readonly words?: readonly [on: string, off: string]; readonly absent?: boolean },
): BoundField {
  const [on, off] = saying.words ?? ['yes', 'no'];
  const threeWays = saying.unset !== undefined;
  const absent = saying.absent ?? false;
  return bound(
    (context) =>
      threeWays
        ? choiceField(key, { ...saying, choices: [choice(on, 'On'), choice(off, 'Off')] }, context)
        : { ...plain(key, saying, context), kind: 'toggle' },
    saying.live,
    at,
    (found) => (threeWays ? found : found === null ? absent : found === on),
    (value) => {
      if (typeof value === 'string' || value === null) return typeof value === 'string' ? value : null;
      return value === absent ? null : value === true ? on : off;
    },
  );
}

/** An element that is there or not: <readonly/>, <shareable/>. */
export function presenceAt(key: string, name: string, saying: Saying): BoundField {
  return {
    field: (context) => ({ ...plain(key, saying, context), kind: 'toggle' }),
    read: (element) => child(element, name) !== null,
    write: (element, value) => withChild(element, name, (old) => (value === true ? (old ?? newElement(name)) : null)),
    live: saying.live ?? null,
    at: null,
  };
}

export interface ListSaying extends Saying {
  readonly columns: Given<readonly PlainField[]>;
  readonly ordered?: boolean;
  readonly add?: { readonly label: string; readonly row: FieldRow };
  readonly max: number;
}

/** A list of rows, read and written by functions of its own. */
export function listOf(
  key: string,
  saying: ListSaying,
  read: (element: XmlElement, context: HardwareContext) => readonly FieldRow[],
  write: (element: XmlElement, rows: readonly FieldRow[], context: HardwareContext) => XmlElement,
): BoundField {
  return {
    field: (context) => ({
      ...plain(key, saying, context),
      kind: 'list',
      columns: [...given(saying.columns, context)],
      ordered: saying.ordered ?? false,
      add: saying.add ?? null,
      max: saying.max,
    }),
    read: (element, context) => [...read(element, context)],
    write: (element, value, context) => write(element, Array.isArray(value) ? value : [], context),
    live: saying.live ?? null,
    at: null,
  };
}

/** A field that no single place in the document holds. */
export function customField(
  make: (context: HardwareContext) => Field,
  binding: Pick<BoundField, 'read' | 'write'> & { readonly live?: LiveWay },
): BoundField {
  return { field: make, read: binding.read, write: binding.write, live: binding.live ?? null, at: null };
}

export const choice = (value: PlainValue, label: string, help: string | null = null, unavailable: string | null = null): Choice => ({
  value,
  label,
  help,
  unavailable,
});
