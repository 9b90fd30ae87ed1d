import { Button, Progress, ProgressMeasureLocation, Spinner } from '@patternfly/react-core';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { Task } from '#model/task';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';

/** How far the making is. `task` is undefined until main has told of it. */
export function CreateProgress({ task }: { readonly task: Task | undefined }) {
  const [cancelling, setCancelling] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const running = task?.state.kind === 'running' ? task.state : null;
  const step = cancelling ? 'Cancelling: what was made is removed again' : (running?.step ?? 'Asking what has to be asked first');

  const cancel = async (id: string): Promise<void> => {
    setCancelling(true);
    setFault(null);
    try {
      await api.tasks.cancel({ task: id });
    } catch (error) {
      setCancelling(false);
      setFault(faultOf(error));
    }
  };
  return (
    <div className="gh-create__progress">
      <div role="status" className="gh-create__now">
        {running?.progress == null && <Spinner size="md" aria-hidden />}
        <span>{step}</span>
      </div>
      {running?.progress != null && (
        <Progress value={running.progress * 100} measureLocation={ProgressMeasureLocation.none} aria-label="Progress of making the guest" />
      )}
      {fault !== null && <FaultAlert fault={fault} />}
      {task !== undefined && (
        <div>
          <Button variant="secondary" isDisabled={cancelling || running?.cancellable === false} onClick={() => void cancel(task.id)}>
            Cancel
          </Button>
        </div>
      )}
    </div>
  );
}
