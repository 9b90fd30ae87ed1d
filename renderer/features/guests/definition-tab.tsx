import type { GuestRef } from '#model/guest';
import { useGuestDefinition } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Unread } from '../../ui/unread.tsx';

/** The host's own document for the guest, to read and to copy. */
export function DefinitionTab({ guestRef }: { readonly guestRef: GuestRef }) {
  const definition = useGuestDefinition(guestRef);
  const problem = useReadFault(guestRef.host, definition.error);
  if (definition.data === undefined || problem.fault !== null) {
    return <Unread {...problem} label="Reading the definition" onRetry={() => void definition.refetch()} />;
  }
  return (
    <div className="gh-definition">
      <div className="gh-definition__copy">
        <CopyButton text={definition.data} label="Copy the definition" />
      </div>
      {/* It scrolls, so the keyboard must be able to reach it. */}
      <pre tabIndex={0} role="region" aria-label="Definition" dir="ltr">
        {definition.data}
      </pre>
    </div>
  );
}
