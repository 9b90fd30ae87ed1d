import { Button } from '@patternfly/react-core';
import { TrashIcon } from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import { faultOf } from '../../data/fault-of.ts';
import { clearRecent, forgetRecent } from '../../data/recent-media.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { Field } from './field.tsx';

interface Entry {
  /** By which main knows it. */
  readonly id: string;
  readonly name: string;
  /** What tells it from others of that name. */
  readonly about: string;
}

interface RecentListProps {
  /** Of the control that it stands beneath, and to which the focus goes where the list has ended. */
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly onPick: (id: string) => void | Promise<void>;
}

/** What was used last, to be used again. Who has used nothing yet is shown nothing. */
export function RecentList({ id, entries, onPick }: RecentListProps) {
  const [picking, pick] = useState<string | null>(null);
  const [failure, fail] = useState<{ readonly entry: string; readonly fault: Fault } | null>(null);
  if (entries.length === 0) return null;

  const attempt = async (entry: string, act: () => void | Promise<void>): Promise<void> => {
    // Not by disabling the buttons, which would take the focus from the one that was pressed.
    if (picking !== null) return;
    pick(entry);
    fail(null);
    try {
      await act();
    } catch (error) {
      const fault = faultOf(error);
      // Main asked, and the person thought better of it.
      if (fault.code !== 'cancelled') fail({ entry, fault });
    } finally {
      pick(null);
    }
  };
  const remove = async (entry: string): Promise<void> => {
    const at = entries.findIndex((one) => one.id === entry);
    const neighbour = entries[at + 1] ?? entries[at - 1];
    await forgetRecent(entry);
    document.getElementById(neighbour === undefined ? id : `recent-${neighbour.id}-remove`)?.focus();
  };
  const clear = async (): Promise<void> => {
    await clearRecent();
    document.getElementById(id)?.focus();
  };
  return (
    <Field id={`${id}-recent`} label="Recently used" role="group">
      <ul className="gh-recent">
        {entries.map(({ id: entry, name, about }) => (
          <li key={entry}>
            <div className="gh-recent__entry">
              <Button
                className="gh-recent__name"
                variant="link"
                isInline
                isLoading={picking === entry}
                aria-describedby={`recent-${entry}-about`}
                onClick={() => void attempt(entry, () => onPick(entry))}
              >
                {readableText(name)}
              </Button>
              <span id={`recent-${entry}-about`} className="gh-recent__about">
                {readableText(about)}
              </span>
              <Button
                id={`recent-${entry}-remove`}
                variant="plain"
                size="sm"
                icon={<TrashIcon />}
                aria-label={`Remove ${readableText(name)} from the list`}
                aria-describedby={`recent-${entry}-about`}
                onClick={() => void attempt(entry, () => remove(entry))}
              />
            </div>
            {failure?.entry === entry && (
              <FaultAlert
                fault={failure.fault}
                onRetry={() => void attempt(entry, () => remove(entry))}
                retryLabel="Remove from the list"
              />
            )}
          </li>
        ))}
      </ul>
      <Button variant="link" isInline onClick={() => void attempt('', clear)}>
        Clear all recent media…
      </Button>
      {failure?.entry === '' && <FaultAlert fault={failure.fault} />}
    </Field>
  );
}
