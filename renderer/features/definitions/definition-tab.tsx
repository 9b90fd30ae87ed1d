import './definitions.css';
import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useState } from 'react';
import type { GuestRef } from '#model/guest';
import { useGuest, useGuestObjects } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { Unread } from '../../ui/unread.tsx';
import { DefinitionEditor } from './definition-editor.tsx';
import { useDraft } from './draft-store.ts';
import { useGuestSubject } from './guest-subject.ts';
import { HistoryView } from './history-view.tsx';
import { useNextStart } from './queries.ts';
import { RunningView } from './running-view.tsx';
import { SnapshotList } from './snapshot-list.tsx';

type View = 'next' | 'running' | 'history' | 'snapshots';

/** The host's own document for the guest: to read, to change, and as it was before. */
export function DefinitionTab({ guestRef }: { readonly guestRef: GuestRef }) {
  const [view, setView] = useState<View>('next');
  const guest = useGuest(guestRef).data;
  const hasSnapshots = (useGuestObjects(guestRef, 'snapshots').data ?? []).length > 0;
  const subject = useGuestSubject(guestRef);
  const draft = useDraft(subject);
  const now = useNextStart(guestRef, draft !== null);
  const problem = useReadFault(guestRef.host, now.error);
  const isOn = guest !== undefined && guest.state !== 'shut-off' && guest.state !== 'crashed';
  const shown = (view === 'running' && !isOn) || (view === 'snapshots' && !hasSnapshots) ? 'next' : view;
  const views: readonly (readonly [View, string])[] = [
    ['next', isOn ? 'Next start' : 'Definition'],
    ...(isOn ? [['running', 'Running now'] as const] : []),
    ['history', 'History'],
    ...(hasSnapshots ? [['snapshots', 'Snapshots'] as const] : []),
  ];
  // What the host had when the draft was begun is there to go on with, whatever becomes of the host.
  const known = now.data ?? draft?.base;

  return (
    <div className="gh-xml">
      <ToggleGroup isCompact aria-label="What is shown">
        {views.map(([key, text]) => (
          <ToggleGroupItem key={key} buttonId={`definition-${key}`} text={text} isSelected={shown === key} onChange={() => setView(key)} />
        ))}
      </ToggleGroup>
      {known === undefined || (problem.fault !== null && draft === null) ? (
        <Unread {...problem} label="Reading the definition" onRetry={() => void now.refetch()} />
      ) : (
        <>
          {shown === 'next' && <DefinitionEditor subject={subject} now={known} draft={draft} fault={problem.fault} />}
          {shown === 'history' && (
            <HistoryView guestRef={guestRef} subject={subject} now={known} drafted={draft !== null} onEdit={() => setView('next')} />
          )}
        </>
      )}
      {shown === 'running' && <RunningView guestRef={guestRef} />}
      {shown === 'snapshots' && <SnapshotList guestRef={guestRef} />}
    </div>
  );
}
