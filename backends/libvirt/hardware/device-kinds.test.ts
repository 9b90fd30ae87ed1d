import { expect, test, describe } from 'vitest';
import type { Field, FieldValue, FieldValues } from '#model/hardware-field';
import { isShown, sameValue } from '#model/hardware-field';
import { hardwareContext, q35Definition } from '../../../test/bed/hardware-context.ts';
import { element, parseXml, serialize, type XmlElement } from '../xml/document.ts';
import { deviceKinds } from './device-kinds.ts';
import { kindOf } from './found-device.ts';
import { keyedFields, valuesOf, written } from './page-fields.ts';
import { machineParts } from './parts/machine-parts.ts';

const context = hardwareContext(q35Definition);
const stranger = element('stranger', { of: 'a later libvirt' }, 'who is kept');

test('every kind has a name of its own, and every field a key of its own', () => {
  const kinds = [...deviceKinds, ...machineParts].map(({ kind }) => kind);
  expect(new Set(kinds).size).toBe(kinds.length);
  for (const kind of [...deviceKinds, ...machineParts]) {
    const keys = keyedFields(kind, context).map(({ field }) => field.key);
    expect(new Set(keys).size, `fields of ${kind.kind}`).toBe(keys.length);
  }
});

/** Values to try in a field: all choices, both ends of a range, nothing. */
function samples(field: Field): FieldValue[] {
  const nothing = field.unset === null ? [] : [null];
  switch (field.kind) {
    case 'choice':
      return [...field.choices.filter(({ unavailable }) => unavailable === null).map(({ value }) => value), ...nothing];
    case 'toggle':
      return [true, false];
    case 'number':
    case 'size':
      return [...new Set([field.min, Math.min(field.max, 2 ** 40)]), ...nothing];
    case 'text':
      return [...field.suggestions.map(({ value }) => value), ...(field.pattern === null ? ['something'] : []), ...nothing];
    case 'secret':
      return [null];
    case 'list':
      break;
  }
  return [[]];
}

const cases = [
  ...deviceKinds.flatMap((kind) => (kind.addition === null ? [] : [{ kind, blank: kind.addition.blank(context) }])),
  ...machineParts.map((kind) => ({ kind, blank: context.domain })),
];

describe.each(cases)('$kind.kind', ({ kind, blank }) => {
  const start = withStranger(blank);
  const fields = keyedFields(kind, context);

  test('reads back what it wrote, and keeps what it does not know', () => {
    const before = valuesOf(fields, start, context);
    for (const { field, bound } of fields) {
      if (field.fixed !== null || !isShown(field, before)) continue;
      for (const value of samples(field)) {
        const made = bound.write(start, value, context);
        const read = valuesOf(fields, made, context)[field.key] ?? null;
        const said = field.kind === 'secret' && value !== null ? '' : value;
        expect(sameValue(read, said), `${field.key}: wrote ${JSON.stringify(said)}, read ${JSON.stringify(read)}`).toBe(true);
        expect(serialize(made), `${field.key} = ${JSON.stringify(value)}`).toContain(serialize(stranger));
        expect(() => parseXml(serialize(made))).not.toThrow();
      }
    }
  });

  test('writes nothing where nothing changes', () => {
    const values: FieldValues = valuesOf(fields, start, context);
    const changeable = Object.fromEntries(
      fields.filter(({ field }) => field.fixed === null).map(({ field: { key } }) => [key, values[key] ?? null]),
    );
    expect(serialize(written(fields, start, changeable, context))).toBe(serialize(start));
  });
});

test.each(deviceKinds.flatMap((kind) => (kind.addition === null ? [] : [kind])))('a new $kind is one', (kind) => {
  const made = kind.addition?.blank(context);
  expect(made === undefined ? null : kindOf(made)?.kind).toBe(kind.kind);
});

const withStranger = (parent: XmlElement): XmlElement => ({ ...parent, children: [...parent.children, stranger] });
