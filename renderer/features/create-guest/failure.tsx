import { useEffect, useRef } from 'react';
import type { Fault } from '#model/fault';
import { FaultAlert } from '../../ui/fault-alert.tsx';

interface FailureProps {
  readonly fault: Fault;
  readonly onRetry?: () => void;
}

/** What went wrong, brought into sight: it stands below all the choices. */
export function Failure({ fault, onRetry }: FailureProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In newer browsers it answers with a promise, which is no cleanup.
    place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={place} className="gh-create__failure">
      <FaultAlert fault={fault} onRetry={onRetry} />
    </div>
  );
}
