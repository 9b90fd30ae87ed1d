import { ExpandableSection, Skeleton } from '@patternfly/react-core';
import { useState } from 'react';
import type { GuestSpec } from '#model/guest-spec';
import type { HostId } from '#model/host';
import { faultOf } from '../../data/fault-of.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { usePreview } from './use-preview.ts';

interface CommandSectionProps {
  readonly host: HostId;
  readonly spec: GuestSpec | null;
}

/** The same by hand. */
export function CommandSection({ host, spec }: CommandSectionProps) {
  const [open, setOpen] = useState(false);
  return (
    <ExpandableSection toggleId="command" toggleText="Show command" isExpanded={open} onToggle={(_event, next) => setOpen(next)} isIndented>
      {open && <Command host={host} spec={spec} />}
    </ExpandableSection>
  );
}

function Command({ host, spec }: CommandSectionProps) {
  const { data, error, refetch } = usePreview(host, spec);
  if (spec === null) return <p>There is one as soon as what is marked above is right.</p>;
  if (error !== null && data === undefined) return <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />;
  if (data == null) return <Skeleton height="6rem" screenreaderText="Asking for the command" />;
  if (data.command === null) return <p>No single command makes this guest.</p>;
  return (
    <>
      {unpacks(spec) && <p>The layers of an image (docker save) are put together by Guesthouse alone: this unpacks an archive of files.</p>}
      <div className="gh-create__command">
        <pre className="gh-create__document" tabIndex={0} role="region" aria-label="Command" dir="ltr">
          {data.command}
        </pre>
        <CopyButton text={data.command} label="Copy the command" />
      </div>
    </>
  );
}

/** An archive is looked into only when the container is made. */
const unpacks = ({ source }: GuestSpec): boolean =>
  source.kind === 'container-os' && source.into !== null && source.from.kind !== 'bootstrap';
