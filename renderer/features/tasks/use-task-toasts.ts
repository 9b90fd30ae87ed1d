import { useEffect } from 'react';
import { useLocation } from 'wouter';
import type { Task } from '#model/task';
import { api } from '../../api.ts';
import { paths } from '../../data/paths.ts';
import { isToldElsewhere } from '../../data/told-tasks.ts';
import { toast } from '../../ui/toasts.ts';

/** Says how tasks ended. Those that had ended before the window opened are only listed. */
export function useTaskToasts(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const told = new Set<string>();
    return api.tasks.changed((task) => {
      if (task.state.kind === 'running' || told.has(task.id)) return;
      told.add(task.id);
      if (!isToldElsewhere(task.id) || (task.state.kind === 'done' && (task.state.note !== null || task.state.offer !== undefined)))
        tell(task, navigate);
    });
  }, [navigate]);
}

/** What came sooner than this was seen where it was asked for; saying it again would only be noise. */
const SEEN_MS = 3000;

function tell({ title, host, guest, state, startedAt, endedAt }: Task, navigate: (path: string) => void): void {
  switch (state.kind) {
    case 'running':
      return;
    case 'done':
      if (state.note === null && state.offer === undefined && (endedAt ?? startedAt) - startedAt < SEEN_MS) return;
      toast({
        variant: 'success',
        title: `${title}: done`,
        body: state.note ?? undefined,
        ...(state.offer === 'define-again' &&
          guest !== null && { action: { label: 'Define again…', run: () => navigate(paths.deletedGuests(host, guest)) } }),
      });
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
