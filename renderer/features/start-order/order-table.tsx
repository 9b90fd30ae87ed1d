import { Checkbox, TextInput } from '@patternfly/react-core';
import { useState, type KeyboardEvent } from 'react';
import type { GuestState } from '#model/guest';
import { stateLabels } from '#model/guest-action';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { useRowFocus } from '../../ui/row-focus.ts';
import { RowTools } from '../../ui/row-tools.tsx';
import { delayOf, moved, type OrderRow, stepsOf, withoutRow } from './order-draft.ts';

interface OrderTableProps {
  readonly rows: readonly OrderRow[];
  readonly states: ReadonlyMap<string, GuestState>;
  readonly isDisabled: boolean;
  onChange(rows: readonly OrderRow[]): void;
}

/** The order, to be arranged by buttons, with Alt and the arrow keys, or by dragging. */
export function OrderTable({ rows, states, isDisabled, onChange }: OrderTableProps) {
  const [said, say] = useState('');
  const [dragged, setDragged] = useState<number | null>(null);
  const focus = useRowFocus('start-order-add');
  const steps = stepsOf(rows);

  const move = (from: number, to: number, button?: string) => {
    const next = moved(rows, from, to);
    if (next === rows) return;
    onChange(next);
    say(`“${readableText(rows[from]?.name ?? '')}” is now number ${to + 1} of ${rows.length}.`);
    if (button !== undefined) focus(`start-order-${to}-${button}`);
  };
  const remove = (at: number) => {
    onChange(withoutRow(rows, at));
    say(`“${readableText(rows[at]?.name ?? '')}” is taken out.`);
    focus(`start-order-${Math.min(at, rows.length - 2)}-remove`);
  };
  const change = (at: number, row: OrderRow) => onChange(rows.map((one, index) => (index === at ? row : one)));
  const onKeyDown = (event: KeyboardEvent, at: number) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null;
    if (isDisabled || !event.altKey || by === null) return;
    event.preventDefault();
    const id = event.target instanceof Element ? event.target.id : '';
    move(at, at + by, id.slice(id.lastIndexOf('-') + 1));
  };
  return (
    <div className="gh-start-order__scroll">
      <table className="gh-small-table" aria-label="Start order">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Guest</th>
            <th scope="col">State</th>
            <th scope="col">Together</th>
            <th scope="col">Then wait</th>
            <th scope="col">
              <span className="pf-v6-screen-reader">What can be done with the row</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => {
            const name = readableText(row.name);
            const state = states.get(row.id);
            return (
              <tr
                key={row.id}
                data-target={dragged !== null && dragged !== at}
                onKeyDown={(event) => onKeyDown(event, at)}
                onDragOver={(event) => dragged !== null && dragged !== at && event.preventDefault()}
                onDrop={(event) => {
                  event.preventDefault();
                  if (dragged !== null) move(dragged, at);
                  setDragged(null);
                }}
              >
                <td className="gh-number">{at > 0 && row.together ? '' : steps[at]}</td>
                <th scope="row">
                  <ForeignText text={row.name} />
                </th>
                <td>{state === undefined ? <span className="gh-subtle">Not there</span> : stateLabels[state]}</td>
                <td>
                  {at > 0 && (
                    <Checkbox
                      id={`start-order-${at}-together`}
                      label="with the one above"
                      aria-label={`Start “${name}” with the one above`}
                      isChecked={row.together}
                      isDisabled={isDisabled}
                      onChange={(_event, together) => change(at, { ...row, together })}
                    />
                  )}
                </td>
                <td>
                  <span className="gh-start-order__delay">
                    <TextInput
                      id={`start-order-${at}-delay`}
                      aria-label={`Seconds to wait after “${name}”`}
                      inputMode="numeric"
                      value={row.delay}
                      isDisabled={isDisabled}
                      validated={delayOf(row) === null ? 'error' : 'default'}
                      onChange={(_event, delay) => change(at, { ...row, delay })}
                    />
                    s
                  </span>
                </td>
                <td className="gh-start-order__tools">
                  {!isDisabled && (
                    <RowTools
                      id={`start-order-${at}`}
                      at={at}
                      count={rows.length}
                      moved
                      removed
                      onMove={(by, button) => move(at, at + by, button)}
                      onRemove={() => remove(at)}
                      onDrag={setDragged}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <span className="pf-v6-screen-reader" role="status">
        {said}
      </span>
    </div>
  );
}
