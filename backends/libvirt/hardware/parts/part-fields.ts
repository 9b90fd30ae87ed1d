import type { FieldOf, FieldRow, FieldValues } from '#model/hardware-field';
import { sameValue } from '#model/hardware-field';
import { GiB, MiB } from '#model/quantity';
import { attribute, child, element as newElement, path, text, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withPath, withText } from '../../xml/edit.ts';
import { customField, plain, type Saying } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import type { HardwareContext } from '../hardware-context.ts';

/** What says the same already is not written anew: there are several ways to write most things, and the person's stays. */
export function faithful(field: BoundField): BoundField {
  return {
    ...field,
    write: (domain, value, context) => (sameValue(field.read(domain, context), value) ? domain : field.write(domain, value, context)),
  };
}

/** These fields, faithful, and only for guests of this sort. */
export const only = (fits: (context: HardwareContext) => boolean, ...fields: readonly BoundField[]): BoundField[] =>
  fields.map((field) => ({ ...faithful(field), fits: (context) => fits(context) && field.fits?.(context) !== false }));

export const KiB = 1024;

/** Where nothing is said the host gives something at each start, which is no difference then. */
export const givenAtStart = (field: BoundField): BoundField => ({ ...field, given: true });

const units: ReadonlyMap<string, number> = new Map(
  Object.entries({
    b: 1,
    bytes: 1,
    kb: 1000,
    k: KiB,
    kib: KiB,
    mb: 1000 ** 2,
    m: MiB,
    mib: MiB,
    gb: 1000 ** 3,
    g: GiB,
    gib: GiB,
    tb: 1000 ** 4,
    t: 1024 * GiB,
    tib: 1024 * GiB,
  }),
);

/** Bytes, from a number and its unit as libvirt takes them (docs/formatdomain.rst, "Memory Allocation"); KiB where none is said. */
export function bytesIn(number: string, unit: string | null): number | null {
  const factor = unit === null ? KiB : units.get(unit.toLowerCase());
  const bytes = factor === undefined || number.trim() === '' ? Number.NaN : Number(number) * factor;
  return Number.isFinite(bytes) ? bytes : null;
}

/** Bytes at an element that holds a number, with its unit beside it. */
export function sizeIn(domain: XmlElement, names: readonly string[]): number | null {
  const found = path(domain, ...names);
  return found === null ? null : bytesIn(text(found), attribute(found, 'unit'));
}

/** In KiB, as libvirt writes it. Null takes the element away. */
export function withSize(domain: XmlElement, names: readonly string[], bytes: number | null): XmlElement {
  return withPath(domain, names, (old) =>
    bytes === null ? null : withText(withAttributes(old ?? newElement(names.at(-1) ?? ''), { unit: 'KiB' }), Math.ceil(bytes / KiB)),
  );
}

/** For fields that are written in a way of their own. */
export function numberField(
  key: string,
  saying: Saying & { readonly min: number; readonly max: number | ((context: HardwareContext) => number); readonly unit?: string },
  context: HardwareContext,
): FieldOf<'number'> {
  const max = typeof saying.max === 'number' ? saying.max : saying.max(context);
  return { ...plain(key, saying, context), kind: 'number', min: saying.min, max, unit: saying.unit ?? null };
}

export interface SizeSaying extends Saying {
  readonly min: number;
  readonly max: number;
}

/** A size in an element of its own: <memtune><hard_limit unit="KiB">. */
export function sizeAt(key: string, names: readonly string[], saying: SizeSaying): BoundField {
  return faithful({
    ...customField((context) => ({ ...plain(key, saying, context), kind: 'size', min: saying.min, max: saying.max }), {
      read: (domain) => sizeIn(domain, names),
      write: (domain, value) => withSize(domain, names, typeof value === 'number' ? value : null),
      ...(saying.live === undefined ? {} : { live: saying.live }),
    }),
  });
}

/** What a cell of a row holds, as text for an attribute; null where it holds nothing. */
export function cell(row: FieldRow, key: string): string | null {
  const value = row[key] ?? null;
  return value === null || value === '' ? null : String(value);
}

export const numberCell = (row: FieldRow, key: string): number | null => {
  const value = row[key] ?? null;
  return typeof value === 'number' ? value : null;
};

export const differs = (from: FieldValues, to: FieldValues, key: string): boolean => !sameValue(from[key] ?? null, to[key] ?? null);

/** The number of an attribute; null where there is none. */
export function numberOf(element: XmlElement | null, name: string): number | null {
  const found = attribute(element, name);
  const value = found === null || found.trim() === '' ? Number.NaN : Number(found);
  return Number.isFinite(value) ? value : null;
}

/** A set of host or guest processors or NUMA nodes, as libvirt takes it (docs/formatdomain.rst, "CPU Allocation"). */
export const numberSet = {
  source: String.raw`\^?\d+(?:-\d+)?(?:,\^?\d+(?:-\d+)?)*`,
  says: 'Numbers and ranges, like 0-3,8.',
} as const;

/** How many numbers the ranges of one set may have together. */
const COUNTED_MAX = 65_536;

/** The numbers of such a set; null for what is none, or names more than any machine has. */
export function numbersIn(set: string): Set<number> | null {
  if (!new RegExp(`^${numberSet.source}$`, 'u').test(set)) return null;
  const found = new Set<number>();
  let counted = 0;
  for (const item of set.split(',')) {
    const [first = '', last = first] = item.replace('^', '').split('-');
    counted += Math.max(0, Number(last) - Number(first)) + 1;
    if (counted > COUNTED_MAX) return null;
    for (let number = Number(first); number <= Number(last); number += 1) {
      if (item.startsWith('^')) found.delete(number);
      else found.add(number);
    }
  }
  return found;
}

/** As virDomainPin* calls take it: a bit for each of the host's processors, the lowest first. */
export function processorMap(set: string | null, processors: number): Buffer {
  const map = Buffer.alloc(Math.ceil(processors / 8));
  const chosen = set === null ? null : numbersIn(set);
  for (let number = 0; number < processors; number += 1) {
    const at = Math.floor(number / 8);
    if (chosen === null || chosen.has(number)) map[at] = (map[at] ?? 0) | (1 << (number % 8));
  }
  return map;
}

export const featureOf = (domain: XmlElement, name: string): XmlElement | null => child(child(domain, 'features'), name);
