import type { GuestRef } from '#model/guest';
import { faultOf } from '../../data/fault-of.ts';
import { useGuestDefinition } from '../../data/queries.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { SkeletonRows } from '../../ui/skeleton-rows.tsx';

/** The host's own document for the guest, to read and to copy. */
export function DefinitionTab({ guestRef }: { readonly guestRef: GuestRef }) {
  const definition = useGuestDefinition(guestRef);
  if (definition.error) return <FaultAlert fault={faultOf(definition.error)} onRetry={() => void definition.refetch()} />;
  if (definition.data === undefined) return <SkeletonRows label="Reading the definition" />;
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
