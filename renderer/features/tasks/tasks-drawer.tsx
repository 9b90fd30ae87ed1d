import { AngleDownIcon } from '@patternfly/react-icons/dist/esm/icons/angle-down-icon';
import { AngleUpIcon } from '@patternfly/react-icons/dist/esm/icons/angle-up-icon';
import { Spinner } from '@patternfly/react-core';
import { useState } from 'react';
import type { Task } from '#model/task';
import { faultOf } from '../../data/fault-of.ts';
import { useTasks } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatShare } from '../../ui/quantity.ts';
import { SplitHandle } from '../../ui/split-handle.tsx';
import { TaskLine } from './task-line.tsx';
import { useTaskToasts } from './use-task-toasts.ts';

/** What was asked of hosts, newest first: one line at the foot of the window, unfolded a list. */
export function TasksDrawer() {
  const tasks = useTasks();
  const [open, setOpen] = useState(false);
  const [height, setHeight] = useState(200);
  useTaskToasts();
  const newest = [...(tasks.data ?? [])].sort((a, b) => b.startedAt - a.startedAt);
  const running = newest.filter((task) => task.state.kind === 'running');
  return (
    <aside className="gh-tasks" aria-label="Tasks">
      {open && (
        <SplitHandle
          label="Height of the tasks"
          orientation="horizontal"
          value={height}
          min={80}
          max={480}
          controls="tasks"
          onMove={setHeight}
          onDone={setHeight}
        />
      )}
      <button type="button" className="gh-tasks__bar" aria-expanded={open} aria-controls="tasks" onClick={() => setOpen(!open)}>
        {open ? <AngleDownIcon /> : <AngleUpIcon />}
        <span>Tasks</span>
        <span className="gh-tasks__summary">
          <Summary running={running} newest={newest[0]} />
        </span>
      </button>
      {open && (
        <div className="gh-tasks__list" id="tasks" style={{ height }} tabIndex={0} role="region" aria-label="List of tasks">
          {tasks.error && <FaultAlert fault={faultOf(tasks.error)} onRetry={() => void tasks.refetch()} />}
          {tasks.isPending && <p className="gh-subtle">Reading the tasks…</p>}
          {tasks.data?.length === 0 && (
            <p className="gh-subtle">
              Nothing has been done yet. What you ask of a host is listed here, with the command that does the same.
            </p>
          )}
          {newest.length > 0 && (
            <ul>
              {newest.map((task) => (
                <TaskLine key={task.id} task={task} />
              ))}
            </ul>
          )}
        </div>
      )}
    </aside>
  );
}

/** While something runs, what it is doing; else how the last one ended. */
function Summary({ running, newest }: { readonly running: readonly Task[]; readonly newest: Task | undefined }) {
  const [first] = running;
  if (first?.state.kind === 'running') {
    const { step, progress } = first.state;
    return (
      <>
        <Spinner size="sm" aria-label="Running" /> <ForeignText text={first.title} />: {step}
        {progress !== null && `, ${formatShare(progress)}`}
        {running.length > 1 && ` and ${running.length - 1} more`}
      </>
    );
  }
  if (!newest) return null;
  const ends = { running: '', done: 'done', failed: 'failed', cancelled: 'cancelled' } as const;
  return (
    <>
      <ForeignText text={newest.title} />: {ends[newest.state.kind]}
    </>
  );
}
