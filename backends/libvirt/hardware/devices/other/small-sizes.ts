import { GiB, MiB } from '#model/quantity';
import { attribute, element as newElement, path, text, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withPath, withText } from '../../../xml/edit.ts';
import { customField, plain, type Saying } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { bytesIn, faithful, KiB } from '../../parts/part-fields.ts';

/** A size where libvirt takes bytes when no unit is said (virDomainParseScaledValue with the scale 1): of shared memory, of a pstore. */
export function bytesAt(
  key: string,
  names: readonly string[],
  saying: Saying & { readonly min: number; readonly max: number },
): BoundField {
  const { min, max } = saying;
  return faithful(
    customField((context) => ({ ...plain(key, saying, context), kind: 'size', min, max }), {
      read: (element) => {
        const found = path(element, ...names);
        return found === null ? null : bytesIn(text(found), attribute(found, 'unit') ?? 'bytes');
      },
      write: (element, value) => withPath(element, names, (old) => (typeof value === 'number' ? sized(old, names, value) : null)),
    }),
  );
}

function sized(old: XmlElement | null, names: readonly string[], bytes: number): XmlElement {
  const [unit, number] = bytes % MiB === 0 ? (['MiB', bytes / MiB] as const) : (['KiB', Math.ceil(bytes / KiB)] as const);
  return withText(withAttributes(old ?? newElement(names.at(-1) ?? ''), { unit }), number);
}

export const LARGEST = 1024 * GiB;
