import { Button } from '@patternfly/react-core';

interface ApplyBarProps {
  readonly count: number;
  readonly problems: number;
  readonly blocked: string | null;
  onApply(): void;
  onDiscard(): void;
}

/** Stays in sight below a form as long as something in it is not applied. */
export function ApplyBar({ count, problems, blocked, onApply, onDiscard }: ApplyBarProps) {
  const words = count === 1 ? '1 change is not applied' : `${count} changes are not applied`;
  const wrong = problems === 0 ? '' : problems === 1 ? '; one of them is not right yet' : `; ${problems} are not right yet`;
  return (
    <footer className="gh-hw-bar">
      <span role="status">{blocked === null ? `${words}${wrong}.` : `${words}. ${blocked}`}</span>
      <Button variant="link" size="sm" onClick={onDiscard}>
        Discard
      </Button>
      <Button size="sm" isAriaDisabled={blocked !== null} onClick={onApply}>
        Review and apply…
      </Button>
    </footer>
  );
}
