import { Alert, ExpandableSection, Skeleton } from '@patternfly/react-core';
import { lazy, Suspense, useId, useState } from 'react';
import type { HardwarePlan } from '#model/hardware';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { EffectLabel } from './field-row.tsx';

// It brings the editor with it.
const DifferenceView = lazy(async () => ({ default: (await import('../../ui/difference-view.tsx')).DifferenceView }));

interface PlanViewProps {
  readonly plan: HardwarePlan;
  /** Off, a guest has everything with its next start, which need not be said of each line. */
  readonly running: boolean;
}

/** What a change will do: in words, with its consequences, and on demand in the host's own. */
export function PlanView({ plan, running }: PlanViewProps) {
  const { differences, warnings, losses, objections, commands, before, after } = plan;
  return (
    <>
      {objections.map(({ message }) => (
        <Alert key={message} variant="danger" component="p" isInline title={readableText(message)} />
      ))}
      {losses.map((loss) => (
        <Alert key={loss} variant="danger" component="p" isInline title={readableText(loss)} />
      ))}
      {warnings.map((warning) => (
        <Alert key={warning} variant="warning" component="p" isInline title={readableText(warning)} />
      ))}
      {differences.length === 0 ? <p>It is like that already.</p> : <Differences differences={differences} running={running} />}
      {before !== after && (
        <Fold title="Show the change in the definition (XML)">
          <Suspense fallback={<Skeleton height="8rem" screenreaderText="Comparing" />}>
            <DifferenceView key={after} before={before} after={after} label="Change in the definition" />
          </Suspense>
        </Fold>
      )}
      {commands.length > 0 && (
        <Fold title="Show command">
          <div className="gh-hw-command">
            <pre className="gh-hw-xml" tabIndex={0} role="region" aria-label="Command" dir="ltr">
              {commands.join('\n')}
            </pre>
            <CopyButton text={commands.join('\n')} label="Copy the command" />
          </div>
        </Fold>
      )}
    </>
  );
}

function Differences({ differences, running }: Pick<HardwarePlan, 'differences'> & Pick<PlanViewProps, 'running'>) {
  return (
    <table className="gh-small-table" aria-label="What will be different">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Is</th>
          <th scope="col">Becomes</th>
          {running && <th scope="col">When</th>}
        </tr>
      </thead>
      <tbody>
        {differences.map(({ what, from, to, effect }, index) => (
          // Two lines may say the same of two devices.
          // oxlint-disable-next-line react/no-array-index-key
          <tr key={index}>
            <th scope="row">
              <ForeignText text={what} />
            </th>
            <td className="gh-path">{from === null ? <span className="gh-subtle">not there</span> : <Words text={from} />}</td>
            <td className="gh-path">{to === null ? <span className="gh-subtle">gone</span> : <Words text={to} />}</td>
            {running && (
              <td>
                <EffectLabel effect={effect} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A definition keeps its lines. */
const Words = ({ text }: { readonly text: string }) =>
  text.includes('\n') ? (
    <pre className="gh-hw-xml" tabIndex={0} role="region" aria-label="Definition" dir="ltr">
      {text.split('\n').map((line) => `${readableText(line)}\n`)}
    </pre>
  ) : (
    <ForeignText text={text} />
  );

function Fold({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <ExpandableSection toggleId={id} toggleText={title} isExpanded={open} onToggle={(_event, next) => setOpen(next)} isIndented>
      {open && children}
    </ExpandableSection>
  );
}
