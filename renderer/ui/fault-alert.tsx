import { Alert, AlertActionLink } from '@patternfly/react-core';

interface FaultAlertProps {
  readonly fault: { readonly message: string; readonly reason: string | null; readonly remedy: string | null };
  readonly onRetry?: (() => void) | undefined;
  readonly retryLabel?: string;
}

/** An error in its place: what happened, why, what to do next. */
export function FaultAlert({ fault, onRetry, retryLabel = 'Retry' }: FaultAlertProps) {
  const retry = onRetry && <AlertActionLink onClick={onRetry}>{retryLabel}</AlertActionLink>;
  return (
    <Alert variant="danger" component="p" isInline title={fault.message} className="gh-fault" actionLinks={retry}>
      {fault.remedy !== null && <p>{fault.remedy}</p>}
      {fault.reason !== null && <p className="gh-fault__reason">{fault.reason}</p>}
    </Alert>
  );
}
