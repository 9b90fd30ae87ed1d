import './networks.css';
import { ExpandableSection } from '@patternfly/react-core';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { HostId } from '#model/host';
import type { NetworkDetails, NetworkId } from '#model/network';
import { differences } from '#model/network-change';
import { hasOwnBridge } from '#model/network-spec';
import { changePermission } from '../../data/change-permission.ts';
import { useAttachments, useNetwork } from '../../data/networks.ts';
import { paths } from '../../data/paths.ts';
import { useHost } from '../../data/queries.ts';
import { isGone, useReadFault } from '../../data/read-fault.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { OldNote } from '../../ui/old-note.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { LeasesPart } from './leases-part.tsx';
import { NetworkFacts } from './network-facts.tsx';
import { ActionButton, NetworkMenu, NetworkState, useNetworkAction } from './network-tools.tsx';
import { NicsTable } from './nics-table.tsx';

/** One virtual network: what it is, whom it has lent addresses, and who hangs there. */
export function NetworkPage({ host, network }: { readonly host: HostId; readonly network: NetworkId }) {
  const details = useNetwork(host, network);
  const problem = useReadFault(host, details.error);
  return (
    <section className="gh-page" aria-label="Network">
      <PageHeader
        title={
          <>
            <Link href={paths.networks(host)}>Networks</Link> /{' '}
            {details.data === undefined ? '…' : <ForeignText text={details.data.network.name} />}
          </>
        }
        {...(details.data !== undefined && { detail: <NetworkState active={details.data.network.active} /> })}
      >
        {details.data !== undefined && <Tools host={host} details={details.data} />}
      </PageHeader>
      <div className="gh-pane">
        {details.data === undefined || isGone(problem.fault) ? (
          <Unread {...problem} label="Reading the network" onRetry={() => void details.refetch()} />
        ) : (
          <>
            <OldNote fault={problem.fault} readAt={details.dataUpdatedAt} onRetry={() => void details.refetch()} />
            <Body host={host} details={details.data} />
          </>
        )}
      </div>
    </section>
  );
}

function Tools({ host, details: { network } }: { readonly host: HostId; readonly details: NetworkDetails }) {
  const [, navigate] = useLocation();
  const { may, act, busy } = useNetworkAction(host, network);
  const action = network.active ? 'stop' : 'start';
  return (
    <>
      <ActionButton
        variant={network.active ? 'secondary' : 'primary'}
        permission={may(action)}
        isBusy={busy !== null}
        onClick={() => void act(action)}
      >
        {network.active ? 'Stop' : 'Start'}
      </ActionButton>
      <ActionButton permission={changePermission(useHost(host))} onClick={() => navigate(paths.editNetwork(host, network.id))}>
        Change…
      </ActionButton>
      <NetworkMenu
        host={host}
        network={network}
        actions={[network.autostart ? 'no-autostart' : 'autostart', 'delete']}
        onDone={(done) => done === 'delete' && navigate(paths.networks(host))}
      />
    </>
  );
}

function Body({ host, details }: { readonly host: HostId; readonly details: NetworkDetails }) {
  const { network, spec, running } = details;
  const pending = running === null ? [] : differences(running, spec);
  return (
    <>
      {pending.length > 0 && <p className="gh-net-pending">{`Other with its next start: ${pending.join(', ')}.`}</p>}
      <div className="gh-overview__columns gh-net-columns">
        <NetworkFacts network={network} spec={running ?? spec} more={details.more} />
        <div>
          <Guests host={host} name={network.name} />
          {hasOwnBridge(spec.forward.mode) && <LeasesPart host={host} network={network} spec={running ?? spec} />}
        </div>
      </div>
      <Definition text={details.definition} editing={paths.networkXml(host, network.id)} />
    </>
  );
}

function Guests({ host, name }: { readonly host: HostId; readonly name: string }) {
  const attachments = useAttachments(host);
  const problem = useReadFault(host, attachments.error);
  const nics = attachments.data?.nics.filter(({ source }) => source.kind === 'network' && source.name === name);
  return (
    <section className="gh-part">
      <h2>Guests</h2>
      {nics === undefined ? (
        <Unread {...problem} label="Reading the guests’ network cards" onRetry={() => void attachments.refetch()} />
      ) : (
        <>
          <OldNote fault={problem.fault} readAt={attachments.dataUpdatedAt} onRetry={() => void attachments.refetch()} />
          <NicsTable host={host} nics={nics} unread={attachments.data?.unread ?? 0} label={`Guests on ${name}`} showsSource={false} />
        </>
      )}
    </section>
  );
}

function Definition({ text, editing }: { readonly text: string; readonly editing: string }) {
  const [open, setOpen] = useState(false);
  return (
    <ExpandableSection
      className="gh-part"
      toggleText={open ? 'Hide the definition' : 'Show the definition (XML)'}
      isExpanded={open}
      onToggle={(_event, opened) => setOpen(opened)}
    >
      <section className="gh-definition" aria-label="Definition">
        {/* Scrolled by keyboard too. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <pre tabIndex={0}>{text}</pre>
        <div className="gh-definition__copy">
          <CopyButton text={text} label="Copy the definition" />
        </div>
      </section>
      <Link href={editing}>Edit as XML…</Link>
    </ExpandableSection>
  );
}
