import { Button } from '@patternfly/react-core';
import { ArrowDownIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import { ArrowUpIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';
import { GripVerticalIcon } from '@patternfly/react-icons/dist/esm/icons/grip-vertical-icon';
import { TrashIcon } from '@patternfly/react-icons/dist/esm/icons/trash-icon';

interface RowToolsProps {
  /** Of the row: its buttons are `${id}-up`, `-down` and `-remove`. */
  readonly id: string;
  readonly at: number;
  readonly count: number;
  /** Whether the order counts. */
  readonly moved: boolean;
  readonly removed: boolean;
  onMove(by: -1 | 1, button: string): void;
  onRemove(): void;
  onDrag(at: number | null): void;
}

/** What moves a row of a list, or takes it out. */
export function RowTools({ id, at, count, moved, removed, onMove, onRemove, onDrag }: RowToolsProps) {
  const number = at + 1;
  return (
    <>
      {moved && (
        <>
          <span
            className="gh-row-grip"
            draggable
            aria-hidden
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              onDrag(at);
            }}
            onDragEnd={() => onDrag(null)}
          >
            <GripVerticalIcon />
          </span>
          <Button
            id={`${id}-up`}
            variant="plain"
            size="sm"
            icon={<ArrowUpIcon />}
            aria-label={`Move row ${number} up`}
            isAriaDisabled={at === 0}
            onClick={() => onMove(-1, 'up')}
          />
          <Button
            id={`${id}-down`}
            variant="plain"
            size="sm"
            icon={<ArrowDownIcon />}
            aria-label={`Move row ${number} down`}
            isAriaDisabled={at === count - 1}
            onClick={() => onMove(1, 'down')}
          />
        </>
      )}
      {removed && (
        <Button id={`${id}-remove`} variant="plain" size="sm" icon={<TrashIcon />} aria-label={`Remove row ${number}`} onClick={onRemove} />
      )}
    </>
  );
}
