import { useEffect } from 'react';
import type { Fault } from '#model/fault';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { useFocusOnArrival } from '../../ui/use-focus-on-arrival.ts';

interface FailureProps {
  readonly fault: Fault;
  readonly onRetry?: () => void;
}

/** What went wrong, brought into sight and read first: it stands below all the choices. */
export function Failure({ fault, onRetry }: FailureProps) {
  const place = useFocusOnArrival<HTMLDivElement>();
  useEffect(() => {
    // In newer browsers it answers with a promise, which is no cleanup.
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [place]);
  return (
    <div ref={place} tabIndex={-1} className="gh-create__failure">
      <FaultAlert fault={fault} onRetry={onRetry} />
    </div>
  );
}
