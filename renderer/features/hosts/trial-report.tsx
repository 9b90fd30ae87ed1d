import { Alert, AlertActionLink, Button, Spinner } from '@patternfly/react-core';
import type { HostFacts } from '#model/host';
import { useSeconds } from '../../data/seconds.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import type { Mend } from './mends.ts';
import type { Trial } from './use-trial.ts';

interface TrialReportProps {
  readonly trial: Trial;
  readonly mends: readonly Mend[];
  onMend(mend: Mend): void;
  onRetry(): void;
  onCancel(): void;
}

/** How trying the connection goes, or went. */
export function TrialReport({ trial, mends, onMend, onRetry, onCancel }: TrialReportProps) {
  switch (trial.kind) {
    case 'none':
      return null;
    case 'running':
      return <Running since={trial.since} onCancel={onCancel} />;
    case 'reached':
      return (
        <Alert variant="success" component="p" isInline isLiveRegion title={`Reached ${readableText(trial.facts.hostname)}`}>
          <p>
            <ForeignText text={factsText(trial.facts)} />
          </p>
        </Alert>
      );
    case 'failed':
      break;
  }
  return (
    <Alert
      variant="danger"
      component="p"
      isInline
      isLiveRegion
      title={trial.fault.message}
      actionLinks={
        <>
          {mends.map((mend) => (
            <AlertActionLink key={mend.label} onClick={() => onMend(mend)}>
              {mend.label}
            </AlertActionLink>
          ))}
          <AlertActionLink onClick={onRetry}>Try again</AlertActionLink>
        </>
      }
    >
      {trial.fault.remedy !== null && <p>{trial.fault.remedy}</p>}
      {trial.fault.reason !== null && (
        <p className="gh-fault__reason">
          <ForeignText text={trial.fault.reason} />
        </p>
      )}
    </Alert>
  );
}

function Running({ since, onCancel }: { readonly since: number; onCancel(): void }) {
  const seconds = Math.floor((useSeconds(true) - since) / 1000);
  return (
    <div className="gh-connect__running" role="status">
      <Spinner size="md" aria-hidden="true" />
      <span>Connecting…</span>
      {seconds >= 3 && (
        <span className="gh-subtle gh-number" aria-hidden="true">
          {seconds} s
        </span>
      )}
      <Button variant="link" isInline onClick={onCancel}>
        Cancel the test
      </Button>
    </div>
  );
}

function factsText({ hypervisor, hypervisorVersion, daemonVersion, arch, cpus, cpuModel, memory }: HostFacts): string {
  return [
    hypervisorVersion === null ? hypervisor : `${hypervisor} ${hypervisorVersion}`,
    ...(daemonVersion === null ? [] : [`libvirt ${daemonVersion}`]),
    `${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'} (${cpuModel === null ? arch : `${arch}, ${cpuModel}`})`,
    `${formatBytes(memory)} of memory`,
  ].join(' · ');
}
