import { Button } from '@patternfly/react-core';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import type { Fault } from '#model/fault';
import type { Host } from '#model/host';
import { nextStep } from '../../data/host-state.ts';
import { takeStep } from '../../data/host-verbs.ts';
import { useHosts, useLostAt, useTroubles } from '../../data/queries.ts';
import { formatClock } from '../../ui/clock.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { HostBanner } from './host-banner.tsx';

/** More would push the list out of sight; the sidebar tells of every one. */
const MOST = 3;

/** Over the list of all guests: whose guests are missing from it, or not known any more. */
export function HostNotices() {
  const hosts = useHosts().data ?? [];
  const troubles = useTroubles(hosts);
  const failed = hosts.flatMap((host, i) => (troubles[i] ? [{ host, fault: troubles[i] }] : []));
  const left = hosts.flatMap((host) => (host.state.kind === 'disconnected' ? [{ host, fault: null }] : []));
  const away = [...failed, ...left];
  const more = away.length - MOST;
  const [only] = hosts;
  // Nothing else is in the list: there is room for the whole story.
  if (only !== undefined && hosts.length === 1) return <HostBanner host={only} />;
  return (
    <>
      {away.slice(0, MOST).map(({ host, fault }) => (
        <HostNotice key={host.id} host={host} fault={fault} />
      ))}
      {more > 0 && (
        <p className="gh-notice">
          And {more} other {more === 1 ? 'host is' : 'hosts are'} not connected: the sidebar tells of each.
        </p>
      )}
    </>
  );
}

function HostNotice({ host, fault }: { readonly host: Host; readonly fault: Fault | null }) {
  const lostAt = useLostAt(host.id);
  const step = nextStep(host.state);
  return (
    <p className="gh-notice">
      {fault !== null && <ExclamationCircleIcon className="gh-danger" />} <ForeignText text={host.name} />
      {fault === null ? ' is not connected.' : `: ${fault.message}`}
      {fault !== null && lostAt !== null && ` Its guests are shown as of ${formatClock(lostAt)}.`}{' '}
      {step !== null && (
        <Button variant="link" isInline aria-label={`${step.label}, ${readableText(host.name)}`} onClick={() => takeStep(host.id, step)}>
          {step.label}
        </Button>
      )}
    </p>
  );
}
