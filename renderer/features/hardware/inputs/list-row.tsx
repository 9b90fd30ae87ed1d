import type { KeyboardEvent } from 'react';
import { type FieldOf, type FieldProblem, type FieldRow, isShown } from '#model/hardware-field';
import type { HostId } from '#model/host';
import { ForeignText } from '../../../ui/foreign-text.tsx';
import { RowTools } from '../../../ui/row-tools.tsx';
import { PlainInput } from './plain-input.tsx';

interface ListRowProps {
  readonly id: string;
  readonly list: FieldOf<'list'>;
  readonly row: FieldRow;
  readonly before: FieldRow;
  readonly at: number;
  readonly count: number;
  readonly problems: readonly FieldProblem[];
  readonly host: HostId;
  readonly isDisabled: boolean;
  /** A row is being dragged that may be dropped here. */
  readonly isTarget: boolean;
  onChange(row: FieldRow): void;
  onMove(by: -1 | 1, button: string): void;
  onRemove(): void;
  onDrag(at: number | null): void;
  onDrop(): void;
}

/** One row of a list. */
export function ListRow(props: ListRowProps) {
  const { id, list, row, before, at, problems, host, isDisabled, isTarget, onChange, onMove, onDrag, onDrop } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null;
    if (!list.ordered || isDisabled || !event.altKey || by === null) return;
    event.preventDefault();
    const focused = event.target instanceof Element ? event.target.id.slice(id.length + 1) : '';
    onMove(by, focused === '' ? (by < 0 ? 'up' : 'down') : focused);
  };
  return (
    <>
      <tr
        data-target={isTarget}
        onKeyDown={onKeyDown}
        onDragOver={(event) => isTarget && event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          onDrop();
        }}
      >
        {list.columns.map((column) => {
          const cell = `${id}-${column.key}`;
          const name = `${column.label}, row ${at + 1}`;
          const value = row[column.key] ?? null;
          if (!isShown(column, row)) return <td key={column.key} />;
          return (
            <td key={column.key}>
              {column.fixed === null ? (
                <PlainInput
                  id={cell}
                  name={name}
                  field={column}
                  value={value}
                  before={before[column.key] ?? null}
                  host={host}
                  isDisabled={isDisabled}
                  isInvalid={problems.some((problem) => problem.column === column.key)}
                  onChange={(next) => onChange({ ...row, [column.key]: next })}
                />
              ) : (
                <ForeignText text={value === null ? (column.unset ?? '–') : String(value)} />
              )}
            </td>
          );
        })}
        <td className="gh-hw-list__tools">
          {!isDisabled && (
            <RowTools
              id={id}
              at={at}
              count={props.count}
              moved={list.ordered}
              removed={list.add !== null}
              onMove={onMove}
              onRemove={props.onRemove}
              onDrag={onDrag}
            />
          )}
        </td>
      </tr>
      {problems.length > 0 && (
        <tr className="gh-hw-list__problems">
          <td colSpan={list.columns.length + 1}>
            {problems.map(({ column, message }) => (
              <p key={column} id={`${id}-${column ?? ''}-help`} role="alert">
                {message}
              </p>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}
