import { Button } from '@patternfly/react-core';

interface ApplyBarProps {
  readonly count: number;
  readonly problems: number;
  readonly blocked: string | null;
  /** The form that it sends, so that Enter in one of its fields does, too. */
  readonly form?: string;
  onApply?(): void;
  onDiscard(): void;
}

/** Stays in sight below a form as long as something in it is not applied. */
export function ApplyBar({ count, problems, blocked, form, onApply, onDiscard }: ApplyBarProps) {
  const words = count === 1 ? '1 change is not applied' : `${count} changes are not applied`;
  const wrong = problems === 0 ? '' : problems === 1 ? '; one of them is not right yet' : `; ${problems} are not right yet`;
  return (
    <footer className="gh-hw-bar">
      <span role="status">{blocked === null ? `${words}${wrong}.` : `${words}. ${blocked}`}</span>
      <Button variant="link" size="sm" onClick={onDiscard}>
        Discard
      </Button>
      <Button size="sm" isAriaDisabled={blocked !== null} {...(form === undefined ? { onClick: onApply } : { type: 'submit', form })}>
        Review and apply…
      </Button>
    </footer>
  );
}
