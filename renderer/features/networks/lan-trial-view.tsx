import { Alert, Progress, ProgressSize, Spinner } from '@patternfly/react-core';
import type { LanTrialState } from '#model/lan-bridge';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';

const SECONDS = 60;

/** How a change of the host's network goes, and what came of it. */
export function LanTrialView({ trial }: { readonly trial: LanTrialState }) {
  switch (trial.kind) {
    case 'none':
      return null;
    case 'working':
      return (
        <p className="gh-lan-step" aria-live="polite">
          <Spinner size="md" aria-label="Working" /> {readableText(trial.step)}
        </p>
      );
    case 'settling':
      return (
        <p className="gh-lan-step" aria-live="polite">
          <Spinner size="md" aria-label="Working" /> Settling it
        </p>
      );
    case 'deciding':
      return <Deciding trial={trial} />;
    case 'kept':
      return <Kept trial={trial} />;
    case 'back':
      return (
        <Alert variant="info" component="p" isInline title="The host has its connection of before">
          <p>{readableText(trial.why)}</p>
        </Alert>
      );
    case 'failed':
      break;
  }
  return (
    <>
      <FaultAlert fault={trial.fault} />
      <p>What was changed is taken back: by now, or by the host itself within a minute and a half.</p>
    </>
  );
}

function Deciding({ trial: { change, addresses, left } }: { readonly trial: Extract<LanTrialState, { kind: 'deciding' }> }) {
  const seconds = Math.ceil(left / 1000);
  const where = addresses.length === 0 ? 'no address' : addresses.map(readableText).join(', ');
  return (
    <div className="gh-lan-deciding">
      <p>
        {change.kind === 'make'
          ? `The bridge ${readableText(change.bridge)} is there, and the host has on it: ${where}.`
          : `The bridge is gone, and the host has: ${where}.`}
      </p>
      <p>Look whether all that you need still works: the way out, other hosts, what is reached from elsewhere.</p>
      <Progress
        value={Math.min(100, (left / (SECONDS * 1000)) * 100)}
        title="The host goes back by itself in"
        label={`${seconds} s`}
        valueText={`${seconds} seconds`}
        size={ProgressSize.sm}
      />
    </div>
  );
}

function Kept({ trial: { change } }: { readonly trial: Extract<LanTrialState, { kind: 'kept' }> }) {
  const bridge = readableText(change.bridge);
  if (change.kind === 'remove') return <Alert variant="success" component="p" isInline title={`The bridge ${bridge} is gone`} />;
  return (
    <Alert variant="success" component="p" isInline title={`Guests can be put on the LAN by ${bridge}`}>
      <p>
        {`Choose “bridge ${bridge}” for a guest’s network card. Or make a network of it, which guests then choose by its name: that way they need no change when the bridge does.`}
      </p>
    </Alert>
  );
}
