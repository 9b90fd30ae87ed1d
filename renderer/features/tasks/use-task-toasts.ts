import { useEffect } from 'react';
import type { Task } from '#model/task';
import { api } from '../../api.ts';
import { isToldElsewhere } from '../../data/told-tasks.ts';
import { toast } from '../../ui/toasts.ts';

/** Says how tasks ended. Those that had ended before the window opened are only listed. */
export function useTaskToasts(): void {
  useEffect(() => {
    const told = new Set<string>();
    return api.tasks.changed((task) => {
      if (task.state.kind === 'running' || told.has(task.id)) return;
      told.add(task.id);
      if (!isToldElsewhere(task.id) || (task.state.kind === 'done' && task.state.note !== null)) tell(task);
    });
  }, []);
}

/** What came sooner than this was seen where it was asked for; saying it again would only be noise. */
const SEEN_MS = 3000;

function tell({ title, state, startedAt, endedAt }: Task): void {
  switch (state.kind) {
    case 'running':
      return;
    case 'done':
      if (state.note === null && (endedAt ?? startedAt) - startedAt < SEEN_MS) return;
      toast({ variant: 'success', title: `${title}: done`, body: state.note ?? undefined });
      return;
    case 'failed':
      toast({
        variant: 'danger',
        title: `${title}: ${state.fault.message}`,
        body: [state.fault.remedy, state.fault.reason].filter(Boolean).join(' '),
      });
      return;
    case 'cancelled':
      toast({ variant: 'info', title: `${title}: cancelled` });
  }
}
