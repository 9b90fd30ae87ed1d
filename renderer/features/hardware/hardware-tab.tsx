import { Alert, EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useState } from 'react';
import type { GuestRef } from '#model/guest';
import { guestChangePermission } from '../../data/change-permission.ts';
import { useGuestHardware } from '../../data/guest-hardware.ts';
import { useGuest, useHost } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { useRemembered } from '../../data/remembered.ts';
import { doNotStartAgain, restartGuest, useRestarting } from '../../data/restart-guest.ts';
import { OldNote } from '../../ui/old-note.tsx';
import { Unread } from '../../ui/unread.tsx';
import type { Wished } from './wished.ts';
import type { Refusal } from './form-drafts.ts';
import { HardwareView } from './hardware-view.tsx';
import { PendingBar } from './pending-bar.tsx';
import { ReviewDialog } from './review-dialog.tsx';
import { type Done, UndoNotice } from './undo-notice.tsx';

const isText = (value: unknown): value is string => typeof value === 'string';

/** What one guest is made of, and every change to it. */
export function HardwareTab({ guestRef }: { readonly guestRef: GuestRef }) {
  const host = useHost(guestRef.host);
  const guest = useGuest(guestRef).data;
  const result = useGuestHardware(guestRef);
  const problem = useReadFault(guestRef.host, result.error);
  const isRestarting = useRestarting(guestRef);
  const scope = `${guestRef.host}/${guestRef.id}`;
  const [chosen, choose] = useRemembered(`hardware.page.${scope}`, '', isText);
  const [wished, review] = useState<Wished | null>(null);
  const [refused, refuse] = useState<{ readonly wished: Wished; readonly refusal: Refusal } | null>(null);
  const [done, setDone] = useState<Done | null>(null);

  if (problem.fault?.code === 'unsupported') {
    return (
      <EmptyState titleText="This host does not tell what its guests are made of" headingLevel="h3" variant="sm">
        <EmptyStateBody>Its guests can be looked at under Overview, and started and stopped.</EmptyStateBody>
      </EmptyState>
    );
  }
  if (result.data === undefined) {
    return (
      <div className="gh-hw-unread">
        <Unread {...problem} label="Reading the hardware" onRetry={() => void result.refetch()} />
      </div>
    );
  }
  const hardware = result.data;
  const permission = guestChangePermission(host, guest);
  const blocked = permission.allowed ? null : `${permission.why}.`;
  const name = guest?.name ?? '';
  return (
    <div className="gh-hw-tab">
      <div className="gh-hw-notices">
        {blocked !== null && <Alert variant="info" component="p" isInline isPlain title={`Nothing can be changed now: ${blocked}`} />}
        {!hardware.persistent && (
          <Alert
            variant="info"
            component="p"
            isInline
            isPlain
            title="This guest exists only while it runs: only what a running guest takes can be changed."
          />
        )}
        <OldNote fault={problem.fault} readAt={result.dataUpdatedAt} onRetry={() => void result.refetch()} />
        <PendingBar
          hardware={hardware}
          blocked={blocked}
          isRestarting={isRestarting}
          onRestart={() => void restartGuest(guestRef, name)}
          onStayOff={() => doNotStartAgain(guestRef)}
          onShow={({ id }) => choose(id)}
          onReview={review}
        />
        {done !== null && blocked === null && (
          <UndoNotice
            key={JSON.stringify(done)}
            guestRef={guestRef}
            name={name}
            hardware={hardware}
            done={done}
            onReview={review}
            onClose={() => setDone(null)}
          />
        )}
      </div>
      <HardwareView
        hardware={hardware}
        host={guestRef.host}
        scope={scope}
        blocked={blocked}
        chosen={chosen === '' ? null : chosen}
        refused={refused}
        reviewing={wished !== null}
        onChoose={choose}
        onReview={review}
      />
      {wished !== null && (
        <ReviewDialog
          guestRef={guestRef}
          name={name}
          hardware={hardware}
          wished={wished}
          onRefused={(refusal) => refuse({ wished, refusal })}
          onDone={(before) => {
            setDone({ title: wished.title, undo: wished.undoable ? { kind: 'undo', definition: before } : null });
            review(null);
          }}
          onClose={() => review(null)}
        />
      )}
    </div>
  );
}
