import { Button } from '@patternfly/react-core';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import type { Host } from '#model/host';
import { nextStep } from '../../data/host-state.ts';
import { takeStep } from '../../data/host-verbs.ts';
import { useHosts, useLostAt } from '../../data/queries.ts';
import { formatClock } from '../../ui/clock.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';

/** More would push the list out of sight; the sidebar tells of every one. */
const MOST = 3;

/** Over the list of all guests: whose guests are missing from it, or not known any more. */
export function HostNotices() {
  const hosts = useHosts().data ?? [];
  const away = hosts.filter(({ state }) => state.kind === 'failed' || state.kind === 'disconnected');
  const failed = away.filter(({ state }) => state.kind === 'failed');
  const shown = [...failed, ...away.filter(({ state }) => state.kind === 'disconnected')].slice(0, MOST);
  return (
    <>
      {shown.map((host) => (
        <HostNotice key={host.id} host={host} />
      ))}
      {away.length > shown.length && (
        <p className="gh-notice">And {away.length - shown.length} other hosts are not connected: the sidebar tells of each.</p>
      )}
    </>
  );
}

function HostNotice({ host }: { readonly host: Host }) {
  const lostAt = useLostAt(host.id);
  const { state } = host;
  const step = nextStep(host.state);
  return (
    <p className="gh-notice">
      {state.kind === 'failed' && <ExclamationCircleIcon className="gh-danger" />} <ForeignText text={host.name} />
      {state.kind === 'failed' ? `: ${state.fault.message}` : ' is not connected.'}
      {state.kind === 'failed' && lostAt !== null && ` Its guests are shown as of ${formatClock(lostAt)}.`}{' '}
      {step !== null && (
        <Button variant="link" isInline aria-label={`${step.label}, ${readableText(host.name)}`} onClick={() => takeStep(host.id, step)}>
          {step.label}
        </Button>
      )}
    </p>
  );
}
