import type { Field, FieldValue, FieldValues } from '#model/hardware-field';
import { sameValue } from '#model/hardware-field';
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

/**
 * The element with these values, in the order of its kind's fields. Values that it has already are not written: there are several ways to say
 * most things, and the person's stays.
 */
export function written(fields: readonly KeyedField[], element: XmlElement, values: FieldValues, context: HardwareContext): XmlElement {
  return fields.reduce((made, { field, bound }) => {
    const value = values[field.key];
    return value === undefined || sameValue(bound.read(made, context), value) ? made : bound.write(made, value, context);
  }, element);
}
