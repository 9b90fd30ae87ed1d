import type { FieldRow, PlainField, PlainValue } from '#model/hardware-field';
import { attribute, children, element, path, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withList, withPath } from '../../xml/edit.ts';
import { listOf, type ListSaying } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import type { HardwareContext } from '../hardware-context.ts';
import { cell, numberOf } from './part-fields.ts';

interface Place {
  /** From the root down to what holds the elements. */
  readonly parent: readonly string[];
  readonly name: string;
  /** The attributes by which one is told from another: its row keeps what else its element says. Without, by the order. */
  readonly by?: readonly string[];
}

const columnsOf = ({ columns }: ListSaying, context: HardwareContext): readonly PlainField[] =>
  typeof columns === 'function' ? columns(context) : columns;

/** A row for each element of one name, a cell for each of its attributes, which columns are called by. */
export function elementRows(key: string, { parent, name, by = [] }: Place, saying: ListSaying): BoundField {
  return listOf(
    key,
    saying,
    (root, context) => {
      const columns = columnsOf(saying, context);
      return children(path(root, ...parent), name).map((one) => rowOf(one, columns));
    },
    (root, rows, context) => {
      const columns = columnsOf(saying, context);
      return withElements(root, parent, name, (before) =>
        rows.map((row, index) => {
          const same = before.find((one) => by.length > 0 && by.every((attr) => attribute(one, attr) === cell(row, attr)));
          const old = same ?? (by.length === 0 ? before[index] : undefined) ?? element(name);
          return withAttributes(old, Object.fromEntries(columns.map((column) => [column.key, cell(row, column.key)])));
        }),
      );
    },
  );
}

/** With the elements of one name that `make` makes of those before; what held them goes with the last of all that it held. */
export function withElements(
  root: XmlElement,
  parent: readonly string[],
  name: string,
  make: (before: readonly XmlElement[]) => readonly XmlElement[],
): XmlElement {
  return withPath(root, parent, (old) => {
    const fresh = make(children(old, name));
    if (old === null && fresh.length === 0) return null;
    const next = withList(old ?? element(parent.at(-1) ?? ''), [name], fresh);
    return next.attributes.size === 0 && children(next).length === 0 && next !== old ? null : next;
  });
}

export const rowOf = (one: XmlElement, columns: readonly PlainField[]): FieldRow =>
  Object.fromEntries(
    columns.map(({ key, kind }): [string, PlainValue] => [key, kind === 'number' ? numberOf(one, key) : attribute(one, key)]),
  );
