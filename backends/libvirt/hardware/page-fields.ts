import type { Field, FieldValue, FieldValues, PlainValue } from '#model/hardware-field';
import { GiB, MiB } from '#model/quantity';
import type { XmlElement } from '../xml/document.ts';
import type { BoundField, DeviceKind, MachinePart } from './device-kind.ts';
import type { HardwareContext } from './hardware-context.ts';

type Kind = DeviceKind | MachinePart;

export interface KeyedField {
  readonly bound: BoundField;
  readonly field: Field;
}

/** The fields of a kind in this context, each with its binding. */
export function keyedFields(kind: Kind, context: HardwareContext): KeyedField[] {
  return kind.fields.flatMap((bound) => {
    if (bound.fits?.(context) === false) return [];
    const field = bound.field(context);
    return [{ bound, field: { ...field, live: field.live && bound.waits?.(context, null) !== true } }];
  });
}

/** Whether a running guest takes this change. */
export function takesLive({ field, bound }: KeyedField, from: FieldValues, to: FieldValues, context: HardwareContext): boolean {
  if (bound.live === null || !field.live) return false;
  return bound.waits?.(context, { from: from[field.key] ?? null, to: to[field.key] ?? null }) !== true;
}

export function valuesOf(fields: readonly KeyedField[], element: XmlElement, context: HardwareContext): FieldValues {
  return Object.fromEntries(fields.map(({ field, bound }) => [field.key, bound.read(element, context)]));
}

/** What a guest has though no form would offer it is a choice too, by its own name: it must be shown, and can be kept. */
export function withPresent(field: Field, value: FieldValue): Field {
  if (field.kind !== 'choice' || Array.isArray(value) || field.choices.some((choice) => choice.value === value)) return field;
  if (value === null) return field;
  return { ...field, choices: [...field.choices, { value, label: String(value), help: null, unavailable: null }] };
}

/** The element with these values, in the order of its kind's fields. Values that it has already are not written. */
export function written(fields: readonly KeyedField[], element: XmlElement, values: FieldValues, context: HardwareContext): XmlElement {
  return fields.reduce((made, { field, bound }) => {
    const value = values[field.key];
    return value === undefined ? made : bound.write(made, value, context);
  }, element);
}

/** A value as a person reads it. */
export function valueWords(field: Field, value: FieldValue): string {
  if (Array.isArray(value)) return listWords(field, value);
  if (value === null || (value === '' && field.kind !== 'secret')) return field.unset ?? 'none';
  switch (field.kind) {
    case 'choice':
      return field.choices.find((choice) => choice.value === value)?.label ?? String(value);
    case 'toggle':
      return value === true ? 'on' : 'off';
    case 'size':
      return typeof value === 'number' ? sizeWords(value) : String(value);
    case 'number':
      return field.unit === null ? String(value) : `${value} ${field.unit}`;
    case 'secret':
      return 'a password';
    case 'text':
    case 'list':
      break;
  }
  return String(value);
}

function listWords(field: Field, rows: readonly Readonly<Record<string, PlainValue>>[]): string {
  if (rows.length === 0) return 'none';
  if (field.kind !== 'list') return String(rows.length);
  const words = rows.map((row) => field.columns.flatMap((column) => cellWords(column, row[column.key] ?? null)).join(' '));
  return words.join('; ');
}

function cellWords(column: Field, value: PlainValue): string[] {
  if (value === null || value === '' || value === false) return [];
  return [value === true ? column.label.toLowerCase() : valueWords(column, value)];
}

function sizeWords(bytes: number): string {
  const [unit, name] = bytes >= GiB && bytes % (GiB / 4) === 0 ? [GiB, 'GiB'] : bytes >= MiB ? [MiB, 'MiB'] : [1024, 'KiB'];
  return `${(bytes / unit).toLocaleString('en', { maximumFractionDigits: 2 })} ${name}`;
}
