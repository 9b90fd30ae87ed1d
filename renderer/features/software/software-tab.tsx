import './software.css';
import { Button, EmptyState, EmptyStateBody, EmptyStateFooter, Spinner } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import type { Fault } from '#model/fault';
import type { GuestRef } from '#model/guest';
import type { Inspection, InspectionOutlook } from '#model/inspection';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { inspectGuest, useInspection, useInspectionOutlook } from '../../data/inspection.ts';
import { useTasks } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { formatClock } from '../../ui/clock.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Unread } from '../../ui/unread.tsx';
import { FoundSystem } from './found-system.tsx';

/** What is installed in a guest, as its disks tell: looked into when the person asks for it, and only read. */
export function SoftwareTab({ guestRef }: { readonly guestRef: GuestRef }) {
  const result = useInspection(guestRef);
  const outlook = useInspectionOutlook(guestRef);
  const problem = useReadFault(guestRef.host, outlook.error ?? result.error);
  const [fault, setFault] = useState<Fault | null>(null);
  const looking = result.data?.task ?? null;
  const task = useTasks().data?.find(({ id }) => id === looking);
  const isOver = task !== undefined && task.state.kind !== 'running';
  const { refetch } = result;
  // Of a look that was begun by another window nothing else is heard here.
  useEffect(() => {
    if (isOver) void refetch();
  }, [isOver, refetch]);

  if (problem.fault?.code === 'unsupported') {
    return (
      <EmptyState titleText="The disks of this host’s guests cannot be looked into" headingLevel="h3" variant="sm">
        <EmptyStateBody>{problem.fault.message}</EmptyStateBody>
      </EmptyState>
    );
  }
  if (result.data === undefined || outlook.data === undefined) {
    return (
      <Unread
        {...problem}
        label="Reading what is known of its disks"
        onRetry={() => {
          void result.refetch();
          void outlook.refetch();
        }}
      />
    );
  }
  const look = () => {
    setFault(null);
    inspectGuest(guestRef).catch((error: unknown) => {
      const why = faultOf(error);
      setFault(why.code === 'cancelled' ? null : why);
    });
  };
  const { found } = result.data;
  const isLooking = looking !== null && !isOver;
  return (
    <div className="gh-software">
      {fault !== null && <FaultAlert fault={fault} onRetry={look} />}
      {fault !== null && outlook.data.command !== null && <ByHand command={outlook.data.command} />}
      {isLooking ? (
        <Looking task={looking} step={task?.state.kind === 'running' ? task.state.step : 'Starting'} />
      ) : found === null ? (
        <NotYet outlook={outlook.data} onLook={look} />
      ) : (
        <Found found={found} onLook={look} />
      )}
    </div>
  );
}

function Looking({ task, step }: { readonly task: string; readonly step: string }) {
  return (
    <EmptyState titleText="Looking into its disks" headingLevel="h3" variant="sm" icon={Spinner}>
      <EmptyStateBody>
        <p role="status">{step}</p>
        <p>It may take some minutes. You can go elsewhere meanwhile.</p>
      </EmptyStateBody>
      <EmptyStateFooter>
        {/* Whatever stands against that, the look goes on and is seen to. */}
        <Button variant="secondary" onClick={() => void api.tasks.cancel({ task }).catch(() => undefined)}>
          Cancel
        </Button>
      </EmptyStateFooter>
    </EmptyState>
  );
}

function NotYet({ outlook, onLook }: { readonly outlook: InspectionOutlook; onLook(): void }) {
  const { disks, left, running } = outlook;
  if (disks.length === 0) {
    return (
      <EmptyState titleText="There is no disk to look into" headingLevel="h3" variant="sm">
        <EmptyStateBody>
          <LeftOut left={left} />
        </EmptyStateBody>
      </EmptyState>
    );
  }
  return (
    <EmptyState titleText="What is installed in this guest?" headingLevel="h3" variant="sm">
      <EmptyStateBody>
        <p>libguestfs can find the operating system and its applications on the guest’s disks. Nothing is written to them.</p>
        <ul className="gh-software__disks" aria-label="Disks">
          {disks.map(({ target, source }) => (
            <li key={target}>
              <ForeignText text={target} />: <ForeignText text={source} />
            </li>
          ))}
        </ul>
        <LeftOut left={left} />
        {running && <p>The guest is running: what it has not written to its disks yet will be missing.</p>}
      </EmptyStateBody>
      <EmptyStateFooter>
        <Button onClick={onLook}>Look into its disks</Button>
      </EmptyStateFooter>
    </EmptyState>
  );
}

const LeftOut = ({ left }: Pick<InspectionOutlook, 'left'>) =>
  left.map(({ target, why }) => (
    <p key={target}>
      <ForeignText text={target} /> is left out: {why}.
    </p>
  ));

const ByHand = ({ command }: { readonly command: string }) => (
  <div className="gh-software__command">
    <span>By hand:</span>
    <code>{command}</code>
    <CopyButton text={command} label="Copy the command" />
  </div>
);

function Found({ found, onLook }: { readonly found: Inspection; onLook(): void }) {
  const { at, running, systems } = found;
  return (
    <>
      <p className="gh-software__when">
        <span>
          As of {formatClock(at)}
          {running && ', while it ran: what it had not written to its disks yet is missing'}
        </span>
        <Button variant="link" isInline onClick={onLook}>
          Look again
        </Button>
      </p>
      {systems.length === 0 ? (
        <EmptyState titleText="No operating system was found" headingLevel="h3" variant="sm">
          <EmptyStateBody>The disks are empty, encrypted, or hold a system that libguestfs does not know.</EmptyStateBody>
        </EmptyState>
      ) : (
        systems.map((system, index) => (
          // Two may be called the same.
          // oxlint-disable-next-line react/no-array-index-key
          <FoundSystem key={index} system={system} />
        ))
      )}
    </>
  );
}
