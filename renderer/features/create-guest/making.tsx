import type { Task } from '#model/task';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useFocusOnArrival } from '../../ui/use-focus-on-arrival.ts';
import { CreateProgress } from './create-progress.tsx';

interface MakingProps {
  readonly name: string;
  /** Undefined until main has told of it. */
  readonly task: Task | undefined;
}

/** In place of the steps, whose buttons have gone with them. */
export function Making({ name, task }: MakingProps) {
  const heading = useFocusOnArrival<HTMLHeadingElement>();
  return (
    <section className="gh-create__main" aria-label="Making the guest">
      <h2 className="gh-create__title" tabIndex={-1} ref={heading}>
        Making <ForeignText text={name} />
      </h2>
      <CreateProgress task={task} />
    </section>
  );
}

export function Cancelled() {
  const line = useFocusOnArrival<HTMLParagraphElement>();
  return (
    <p ref={line} tabIndex={-1} className="gh-create__failure">
      Cancelled. Nothing of it was left on the host.
    </p>
  );
}
