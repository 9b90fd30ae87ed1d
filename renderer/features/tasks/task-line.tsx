import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { Task } from '#model/task';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { Meter } from '../../ui/meter.tsx';
import { formatShare } from '../../ui/quantity.ts';
import { toast } from '../../ui/toasts.ts';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** One operation: when, what, how it goes or ended, and the same by hand. */
export function TaskLine({ task }: { readonly task: Task }) {
  const [shown, setShown] = useState(false);
  const { state } = task;
  return (
    <li className="gh-task" data-state={state.kind}>
      <time className="gh-number" dateTime={new Date(task.startedAt).toISOString()}>
        {clock.format(task.startedAt)}
      </time>
      <span className="gh-task__title">
        <ForeignText text={task.title} />
      </span>
      <span className="gh-task__end">
        <TaskEnd task={task} />
      </span>
      <span className="gh-task__tools">
        {task.command !== null && (
          <Button variant="link" size="sm" isInline aria-expanded={shown} onClick={() => setShown(!shown)}>
            {shown ? 'Hide command' : 'Show command'}
          </Button>
        )}
        {state.kind === 'running' && state.cancellable && (
          <Button variant="secondary" size="sm" onClick={() => cancel(task)}>
            Cancel
          </Button>
        )}
      </span>
      {state.kind === 'failed' && (
        <div className="gh-task__more">
          {state.fault.remedy !== null && <p>{state.fault.remedy}</p>}
          {state.fault.reason !== null && <p className="gh-subtle">{readableText(state.fault.reason)}</p>}
        </div>
      )}
      {shown && task.command !== null && (
        <div className="gh-task__more gh-task__command">
          <code>{task.command}</code>
          <CopyButton text={task.command} label="Copy the command" />
        </div>
      )}
    </li>
  );
}

function TaskEnd({ task: { state, startedAt, endedAt } }: { readonly task: Task }) {
  switch (state.kind) {
    case 'running':
      return (
        <>
          <span>{state.step}</span>
          {state.progress !== null && (
            <>
              <Meter label="Progress" share={state.progress} text={formatShare(state.progress)} />
              <span className="gh-number">{formatShare(state.progress)}</span>
            </>
          )}
        </>
      );
    case 'done':
      return (
        <span>
          {state.note ??
            `Done${endedAt !== null && endedAt - startedAt >= 1000 ? ` in ${Math.round((endedAt - startedAt) / 1000)} s` : ''}`}
        </span>
      );
    case 'failed':
      return <span className="gh-danger">{state.fault.message}</span>;
    case 'cancelled':
      break;
  }
  return <span className="gh-subtle">Cancelled</span>;
}

function cancel(task: Task): void {
  api.tasks
    .cancel({ task: task.id })
    .catch((error: unknown) => toast({ variant: 'danger', title: `Cancel “${task.title}”: ${faultOf(error).message}` }));
}
