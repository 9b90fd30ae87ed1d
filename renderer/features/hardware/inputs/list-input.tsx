import { Button } from '@patternfly/react-core';
import { PlusIcon } from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import { useState } from 'react';
import type { FieldOf, FieldProblem, FieldRow } from '#model/hardware-field';
import type { HostId } from '#model/host';
import { ListRow } from './list-row.tsx';
import { useRowFocus } from '../../../ui/row-focus.ts';

interface ListInputProps {
  readonly id: string;
  readonly field: FieldOf<'list'>;
  readonly rows: readonly FieldRow[];
  readonly before: readonly FieldRow[];
  readonly problems: readonly FieldProblem[];
  readonly host: HostId;
  readonly isDisabled: boolean;
  onChange(rows: FieldRow[]): void;
}

/** Rows of fields; where their order counts, they are moved by their buttons, with Alt and the arrow keys, or by dragging. */
export function ListInput({ id, field, rows, before, problems, host, isDisabled, onChange }: ListInputProps) {
  const [said, say] = useState('');
  const [dragged, setDragged] = useState<number | null>(null);
  const focus = useRowFocus(`${id}-add`);
  const { columns, ordered, add, max, label } = field;

  const move = (from: number, to: number, button?: string) => {
    const row = rows[from];
    if (row === undefined || to < 0 || to >= rows.length || from === to) return;
    const others = rows.filter((_, index) => index !== from);
    onChange([...others.slice(0, to), row, ...others.slice(to)]);
    say(`Row ${from + 1} is now number ${to + 1} of ${rows.length}.`);
    if (button !== undefined) focus(`${id}-${to}-${button}`);
  };
  const remove = (at: number) => {
    onChange(rows.filter((_, index) => index !== at));
    say(`Row ${at + 1} is removed.`);
    focus(`${id}-${Math.min(at, rows.length - 2)}-remove`);
  };
  return (
    <div className="gh-hw-list">
      {rows.length > 0 && (
        <div className="gh-hw-list__scroll">
          <table aria-label={label}>
            <thead>
              <tr>
                {columns.map(({ key, label: name }) => (
                  <th key={key} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col">
                  <span className="pf-v6-screen-reader">What can be done with the row</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <ListRow
                  // Rows have no names of their own.
                  // oxlint-disable-next-line react/no-array-index-key
                  key={at}
                  id={`${id}-${at}`}
                  list={field}
                  row={row}
                  before={before[at] ?? {}}
                  at={at}
                  count={rows.length}
                  host={host}
                  isDisabled={isDisabled}
                  isTarget={dragged !== null && dragged !== at}
                  problems={problems.filter((problem) => problem.row === at)}
                  onChange={(next) => onChange(rows.map((one, index) => (index === at ? next : one)))}
                  onMove={(by, button) => move(at, at + by, button)}
                  onRemove={() => remove(at)}
                  onDrag={setDragged}
                  onDrop={() => {
                    if (dragged !== null) move(dragged, at);
                    setDragged(null);
                  }}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length === 0 && <p className="gh-subtle">{field.unset ?? 'None'}</p>}
      {add !== null && (
        <Button
          id={`${id}-add`}
          variant="link"
          isInline
          icon={<PlusIcon />}
          isDisabled={isDisabled || rows.length >= max}
          onClick={() => {
            onChange([...rows, add.row]);
            focus(`${id}-${rows.length}-${columns[0]?.key ?? ''}`);
          }}
        >
          {add.label}
        </Button>
      )}
      {ordered && rows.length > 1 && !isDisabled && <p className="gh-subtle gh-hw-list__keys">Alt with the arrow keys moves a row, too.</p>}
      <span className="pf-v6-screen-reader" role="status">
        {said}
      </span>
    </div>
  );
}
