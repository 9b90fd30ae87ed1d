import { Alert, AlertActionLink } from '@patternfly/react-core';
import { formatClock } from './clock.ts';

interface OldNoteProps {
  /** Why it could not be read anew; null: what is shown is as good as new, and there is nothing to say. */
  readonly fault: { readonly message: string; readonly reason: string | null; readonly remedy: string | null } | null;
  /** When what is shown was read, in milliseconds since 1970. */
  readonly readAt: number;
  onRetry(): void;
}

/** Above what was read before and could not be read anew: it stays, and says how old it is. */
export function OldNote({ fault, readAt, onRetry }: OldNoteProps) {
  if (fault === null) return null;
  return (
    <Alert
      className="gh-old"
      variant="warning"
      component="p"
      isInline
      isPlain
      title={`What is shown may be old, it is from ${formatClock(readAt)}: ${fault.message}`}
      actionLinks={<AlertActionLink onClick={onRetry}>Retry</AlertActionLink>}
    >
      {[fault.remedy, fault.reason].filter((part) => part !== null).join(' ')}
    </Alert>
  );
}
