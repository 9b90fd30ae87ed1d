import { FaultAlert } from './fault-alert.tsx';
import { SkeletonRows } from './skeleton-rows.tsx';

interface UnreadProps {
  readonly fault: { readonly message: string; readonly reason: string | null; readonly remedy: string | null } | null;
  /** Nobody can be asked now, and the page says so elsewhere. */
  readonly away: boolean;
  /** What is being read. */
  readonly label: string;
  onRetry(): void;
}

/** In place of what is not there to show: it is on its way, could not be read, or waits for the host. */
export function Unread({ fault, away, label, onRetry }: UnreadProps) {
  if (fault !== null) return <FaultAlert fault={fault} onRetry={onRetry} />;
  if (away) return <p className="gh-subtle gh-unread">It is shown here as soon as the host is connected.</p>;
  return <SkeletonRows label={label} />;
}
