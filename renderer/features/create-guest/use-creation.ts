import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Fault } from '#model/fault';
import type { GuestSpec } from '#model/guest-spec';
import type { HostId } from '#model/host';
import type { Task } from '#model/task';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { hostKeys } from '../../data/keys.ts';
import { paths } from '../../data/paths.ts';
import { useGuests, useTasks } from '../../data/queries.ts';
import { queryClient } from '../../data/query-client.ts';
import { tellsItself } from '../../data/told-tasks.ts';
import { changeWizard, forgetWizard, useWizard } from './draft-store.ts';

interface Creation {
  readonly isRunning: boolean;
  readonly task: Task | undefined;
  /** Why the last attempt failed. */
  readonly fault: Fault | null;
  readonly wasCancelled: boolean;
  /** `definition`: the person's own, null where it follows from the specification. */
  start(spec: GuestSpec, definition: string | null): Promise<void>;
  /** Forgets how the last attempt went. */
  reset(): void;
}

/** For the news of a guest that is made to reach the list; without it the list itself is shown. */
const PATIENCE = 2000;

/**
 * One attempt at making the guest called `name`, from Create to its console. A page that was left meanwhile takes up where it was, and a
 * guest that was finished while nobody was on this page takes nobody away from it.
 */
export function useCreation(host: HostId, name: string): Creation {
  const { operation } = useWizard(host);
  const { data: tasks } = useTasks();
  const { data: guests } = useGuests(host);
  const [, navigate] = useLocation();
  const [refused, setRefused] = useState<Fault | null>(null);
  const sawItRun = useRef(false);

  const task = operation === null ? undefined : tasks?.find(({ id }) => id === operation);
  const state = task?.state.kind;
  const isDone = state === 'done';
  const isRunning = operation !== null && (task === undefined || state === 'running');
  const made = isDone ? (task?.guest ?? guests?.find((guest) => guest.name === name)?.id) : undefined;

  useEffect(() => {
    if (isRunning) sawItRun.current = true;
    if (!isDone) return undefined;
    const leave = (): void => {
      forgetWizard(host);
      if (sawItRun.current) navigate(made === undefined ? paths.host(host) : paths.guest({ host, id: made }, 'console'), { replace: true });
    };
    if (made !== undefined || !sawItRun.current) return leave();
    const timer = setTimeout(leave, PATIENCE);
    return () => clearTimeout(timer);
  }, [isRunning, isDone, made, host, navigate]);

  // Here it is seen how it goes.
  useEffect(() => (operation === null ? undefined : tellsItself(operation)), [operation]);
  useEffect(() => {
    // What the host told meanwhile was of a guest in the making.
    if (state === 'failed' || state === 'cancelled') void queryClient.invalidateQueries({ queryKey: hostKeys.offer(host) });
  }, [state, host]);

  return {
    isRunning: isRunning || isDone,
    task,
    fault: refused ?? (task?.state.kind === 'failed' ? task.state.fault : null),
    wasCancelled: state === 'cancelled',
    start: async (spec, definition) => {
      const id = crypto.randomUUID();
      setRefused(null);
      changeWizard(host, { operation: id });
      try {
        await api.guests.create({ host, spec, operation: id, ...(definition !== null && { definition }) });
      } catch (error) {
        changeWizard(host, { operation: null });
        const why = faultOf(error);
        // Main asked, and the person thought better of it.
        setRefused(why.code === 'cancelled' ? null : why);
      }
    },
    reset: () => {
      setRefused(null);
      if (!isRunning) changeWizard(host, { operation: null });
    },
  };
}
