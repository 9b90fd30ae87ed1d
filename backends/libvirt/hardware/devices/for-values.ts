import { element as newElement, type XmlElement } from '../../xml/document.ts';
import { readAt, type Place } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';

/**
 * The field for devices that say one of these ('': nothing) at a place of theirs, which the field `key` shows. Else it is not shown, reads as if nothing were
 * said, and writes nothing: several fields can share one place that way, each with its own meaning.
 */
export function forValues(key: string, at: Place, values: readonly string[], bound: BoundField): BoundField {
  const has = (element: XmlElement) => values.includes(readAt(element, at) ?? '');
  return {
    ...bound,
    field: (context) => {
      const field = bound.field(context);
      return { ...field, when: [{ field: key, is: values.map((value) => value || null) }, ...field.when] };
    },
    read: (element, context) => bound.read(has(element) ? element : newElement(element.name), context),
    write: (element, value, context) => (has(element) ? bound.write(element, value, context) : element),
  };
}
