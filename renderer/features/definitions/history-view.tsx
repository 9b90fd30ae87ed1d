import { Button, EmptyState, EmptyStateBody, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { GuestDefinition, KeptDefinition, Revision } from '#model/definition';
import type { Fault } from '#model/fault';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { invalidate } from '../../data/invalidate.ts';
import { guestKeys } from '../../data/keys.ts';
import { CodeComparison } from '../../ui/code-comparison.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { SkeletonRows } from '../../ui/skeleton-rows.tsx';
import { keepDraft } from './draft-store.ts';
import { KeptList } from './kept-list.tsx';
import { formatMoment } from './moment.ts';
import { useKept, useKeptText } from './queries.ts';
import type { Subject } from './subject.ts';
import { tellOutcome } from './tell-outcome.ts';

interface HistoryViewProps {
  readonly guestRef: GuestRef;
  readonly subject: Subject;
  readonly now: GuestDefinition;
  /** Something is being edited, which a restored text would lose. */
  readonly drafted: boolean;
  readonly onEdit: () => void;
}

/** The definitions that the guest has had, compared with the one that it has, and brought back. */
export function HistoryView({ guestRef, subject, now, drafted, onEdit }: HistoryViewProps) {
  const kept = useKept(guestRef);
  const [chosen, choose] = useState<Revision | null>(null);
  const [against, setAgainst] = useState<Revision | null>(null);
  if (kept.error !== null) return <FaultAlert fault={faultOf(kept.error)} onRetry={() => void kept.refetch()} />;
  if (kept.data === undefined) return <SkeletonRows label="Reading the history" />;
  const earlier = kept.data.filter(({ revision }) => revision !== now.revision);
  const one = earlier.find(({ revision }) => revision === chosen) ?? earlier[0];
  if (one === undefined) {
    return (
      <EmptyState titleText="No earlier definition yet" headingLevel="h3" variant="sm">
        <EmptyStateBody>
          From now on, each definition that is replaced here, and each that Guesthouse sees replaced by others, is kept: the last twenty,
          without passwords.
        </EmptyStateBody>
      </EmptyState>
    );
  }
  const other = kept.data.find(({ revision }) => revision === against && revision !== one.revision) ?? null;
  return (
    <div className="gh-history">
      <KeptList kept={earlier} chosen={one.revision} onChoose={choose} />
      <Chosen
        key={`${one.revision} ${other?.revision ?? now.revision}`}
        {...{ guestRef, subject, now, one, other, drafted, onEdit }}
        others={kept.data.filter(({ revision }) => revision !== one.revision)}
        onAgainst={setAgainst}
      />
    </div>
  );
}

interface ChosenProps extends HistoryViewProps {
  readonly one: KeptDefinition;
  /** What it is compared with; null: what the host has. */
  readonly other: KeptDefinition | null;
  readonly others: readonly KeptDefinition[];
  readonly onAgainst: (revision: Revision | null) => void;
}

function Chosen({ guestRef, subject, now, one, other, others, drafted, onAgainst, onEdit }: ChosenProps) {
  const client = useQueryClient();
  const { permission, effect } = subject;
  const text = useKeptText(guestRef, one.revision);
  const otherText = useKeptText(guestRef, other?.revision ?? null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const [operation, setOperation] = useState(() => crypto.randomUUID());
  const failure = text.error ?? otherText.error;
  const restore = async () => {
    setBusy(true);
    setFault(null);
    try {
      tellOutcome(await api.definitions.restore({ guest: guestRef, revision: one.revision, base: now.revision, operation }));
      invalidate(client, guestKeys.one(guestRef));
    } catch (error) {
      setFault(faultOf(error));
    }
    setOperation(crypto.randomUUID());
    setBusy(false);
  };
  const compared = other === null ? now.text : otherText.data;
  const why = !permission.allowed ? permission.why : drafted ? 'Apply or discard what you are editing first' : null;
  return (
    <div className="gh-history__one">
      {fault !== null && <FaultAlert fault={fault} />}
      <div className="gh-xml__bar">
        <FormSelect
          className="gh-history__against"
          aria-label="Compare with"
          value={other?.revision ?? ''}
          onChange={(_event, revision) => onAgainst(revision === '' ? null : revision)}
        >
          <FormSelectOption value="" label="Compared with what the host has" />
          {others
            .filter(({ revision }) => revision !== now.revision)
            .map(({ revision, at }) => (
              <FormSelectOption key={revision} value={revision} label={`Compared with the one of ${formatMoment(at)}`} />
            ))}
        </FormSelect>
        <span className="gh-xml__space gh-subtle">{why === null ? `${effect} Passwords stay as they are now.` : `${why}.`}</span>
        {text.data != null && <CopyButton text={text.data} label="Copy this definition" />}
        <Button
          variant="secondary"
          isDisabled={drafted || text.data == null}
          onClick={() => {
            if (text.data != null) keepDraft(subject, { text: text.data, base: now });
            onEdit();
          }}
        >
          Edit it
        </Button>
        <Button isDisabled={why !== null || busy} isLoading={busy} onClick={() => void restore()}>
          Restore it
        </Button>
      </div>
      {failure !== null && <FaultAlert fault={faultOf(failure)} onRetry={() => void text.refetch()} />}
      {failure === null && (text.data == null || compared == null) && <SkeletonRows label="Reading the definition" />}
      {text.data != null && compared != null && (
        <CodeComparison
          before={{ label: other === null ? 'What the host has' : `Of ${formatMoment(other.at)}`, text: compared }}
          after={{ label: `Of ${formatMoment(one.at)}`, text: text.data }}
        />
      )}
    </div>
  );
}
