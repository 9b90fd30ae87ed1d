import { Label } from '@patternfly/react-core';
import { Link } from 'wouter';
import type { Task } from '#model/task';
import { paths } from '../../data/paths.ts';
import { formatShare } from '../../ui/quantity.ts';

interface VolumeBadgeProps {
  readonly task: Task | undefined;
  readonly incomplete: boolean;
}

/** What goes on with the volume at the moment, or what did not come to its end. */
export function VolumeBadge({ task, incomplete }: VolumeBadgeProps) {
  if (task?.state.kind === 'running') {
    const { progress } = task.state;
    return (
      <Label isCompact color="blue" className="gh-volume-badge">
        {task.title.split(' ')[0]}
        {progress !== null && ` ${formatShare(progress)}`}
      </Label>
    );
  }
  if (!incomplete) return null;
  return (
    <Link
      href={paths.interruptions}
      tabIndex={-1}
      title="What was filling it did not come to its end. Settle it among the interrupted operations."
    >
      <Label isCompact color="orange" className="gh-volume-badge">
        Incomplete
      </Label>
    </Link>
  );
}
