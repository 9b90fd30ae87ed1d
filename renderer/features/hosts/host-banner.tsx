import { Alert, AlertActionLink } from '@patternfly/react-core';
import { useLocation } from 'wouter';
import type { Host } from '#model/host';
import { nextStep } from '../../data/host-state.ts';
import { takeStep } from '../../data/host-verbs.ts';
import { paths } from '../../data/paths.ts';
import { useLostAt, useTrouble } from '../../data/queries.ts';
import { useSeconds } from '../../data/seconds.ts';
import { formatClock } from '../../ui/clock.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';

/** Over every page of a host that is not connected: why, since when, and what to do. What the page knew stays below it. */
export function HostBanner({ host }: { readonly host: Host }) {
  const [, navigate] = useLocation();
  const lostAt = useLostAt(host.id);
  const fault = useTrouble(host);
  const { state } = host;
  const step = nextStep(host.state);
  if (step === null) return null;
  const since = lostAt === null ? null : `What is shown here is from ${formatClock(lostAt)}, when the host was last heard of.`;
  const go = <AlertActionLink onClick={() => takeStep(host.id, step)}>{step.label}</AlertActionLink>;
  if (fault === null) {
    // A first attempt has nothing to explain; the page shows that it waits.
    if (state.kind === 'connecting' && lostAt === null) return null;
    const name = readableText(host.name);
    const title = state.kind === 'connecting' ? `Connecting to ${name} again…` : `${name} is not connected`;
    return (
      <Alert className="gh-banner" variant="info" component="p" isInline title={title} actionLinks={go}>
        {since}
      </Alert>
    );
  }
  return (
    <Alert
      className="gh-banner"
      variant={fault.code === 'auth-needed' ? 'warning' : 'danger'}
      component="p"
      isInline
      title={`${readableText(host.name)}: ${fault.message}`}
      actionLinks={
        <>
          {go}
          <AlertActionLink onClick={() => navigate(paths.editHost(host.id))}>Edit connection</AlertActionLink>
        </>
      }
    >
      {fault.remedy !== null && <p>{fault.remedy}</p>}
      {fault.reason !== null && (
        <p className="gh-fault__reason">
          <ForeignText text={fault.reason} />
        </p>
      )}
      <p className="gh-subtle">
        {since} {state.kind === 'connecting' && 'Guesthouse is trying now.'}
        {state.kind === 'failed' && state.retryAt !== null && <Countdown to={state.retryAt} />}
      </p>
    </Alert>
  );
}

function Countdown({ to }: { readonly to: number }) {
  const seconds = Math.max(1, Math.ceil((to - useSeconds(true)) / 1000));
  // Read out every second it would drown all else.
  return (
    <span className="gh-number" aria-live="off">
      Guesthouse tries again in {seconds} s.
    </span>
  );
}
