import { attribute, element as newElement, type XmlElement } from '../../xml/document.ts';
import type { BoundField } from '../device-kind.ts';

/**
 * The field for devices of these types only. With another it is not shown, reads as if nothing were said, and writes nothing: several fields
 * can share one place that way, each with its own meaning.
 */
export function forTypes(types: readonly string[], bound: BoundField, name = 'type'): BoundField {
  const has = (element: XmlElement) => types.includes(attribute(element, name) ?? '');
  return {
    ...bound,
    field: (context) => {
      const field = bound.field(context);
      return { ...field, when: [{ field: name, is: [...types] }, ...field.when] };
    },
    read: (element, context) => bound.read(has(element) ? element : newElement(element.name), context),
    write: (element, value, context) => (has(element) ? bound.write(element, value, context) : element),
  };
}
