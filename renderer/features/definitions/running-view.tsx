import type { GuestRef } from '#model/guest';
import { useGuestDefinition } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { CodeEditor } from '../../ui/code-editor.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Unread } from '../../ui/unread.tsx';

/** What the guest runs with now, to read: it differs from the definition in what was changed since its start, and in what the host filled in. */
export function RunningView({ guestRef }: { readonly guestRef: GuestRef }) {
  const { data, error, refetch } = useGuestDefinition(guestRef);
  const problem = useReadFault(guestRef.host, error);
  if (data === undefined || problem.fault !== null) {
    return <Unread {...problem} label="Reading what the guest runs with" onRetry={() => void refetch()} />;
  }
  return (
    <>
      <div className="gh-xml__bar">
        <p className="gh-subtle">
          What the guest runs with until it is off. The host fills it in at each start, so there is nothing to edit here.
        </p>
        <CopyButton text={data} label="Copy what the guest runs with" />
      </div>
      <CodeEditor key={data} language="xml" text={data} label="What the guest runs with" filling readOnly />
    </>
  );
}
