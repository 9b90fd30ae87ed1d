import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import type { Step } from './draft-store.ts';

export const stepTitles: Readonly<Record<Step, string>> = {
  source: 'Begin with',
  'first-boot': 'First start',
  resources: 'Name and resources',
  disk: 'Disk',
  network: 'Network',
  review: 'Review',
};

interface StepListProps {
  readonly steps: readonly Step[];
  readonly current: Step;
  readonly wrong: ReadonlySet<Step>;
  /** Until a source is chosen there is nothing to propose on the other steps. */
  readonly isOpen: boolean;
  readonly onGo: (step: Step) => void;
}

/** Where one is in the wizard, and a way to each of its steps. */
export function StepList({ steps, current, wrong, isOpen, onGo }: StepListProps) {
  const at = steps.indexOf(current);
  return (
    <nav aria-label="Steps" className="gh-steps">
      <ol role="list">
        {steps.map((step, i) => (
          <li key={step}>
            <button
              type="button"
              className="gh-steps__step"
              aria-current={step === current ? 'step' : undefined}
              disabled={!isOpen && step !== 'source'}
              onClick={() => onGo(step)}
            >
              <span className="gh-steps__mark" aria-hidden>
                {wrong.has(step) ? <ExclamationCircleIcon className="gh-steps__wrong" /> : i < at && isOpen ? <CheckCircleIcon /> : i + 1}
              </span>
              {stepTitles[step]}
              {wrong.has(step) && <span className="pf-v6-screen-reader">, has a problem</span>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
