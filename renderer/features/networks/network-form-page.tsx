import './networks.css';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { HostId } from '#model/host';
import type { NetworkDetails, NetworkId, NetworkSurroundings } from '#model/network';
import { api } from '../../api.ts';
import { changePermission } from '../../data/change-permission.ts';
import { readNetworksAnew, useNetwork, useSurroundings } from '../../data/networks.ts';
import { paths } from '../../data/paths.ts';
import { useHost } from '../../data/queries.ts';
import { isGone, useReadFault } from '../../data/read-fault.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { draftOf, newDraft } from './network-draft.ts';
import { NetworkForm } from './network-form.tsx';

/** Makes a network; `bridge`: of one that the host has. */
export function NewNetworkPage({ host, bridge }: { readonly host: HostId; readonly bridge: string | null }) {
  const surroundings = useSurroundings(host);
  const problem = useReadFault(host, surroundings.error);
  return (
    <FormFrame host={host} title="Create a network">
      {surroundings.data === undefined ? (
        <Unread {...problem} label="Reading what the host has" onRetry={() => void surroundings.refetch()} />
      ) : (
        <NewNetwork host={host} bridge={bridge} surroundings={surroundings.data} />
      )}
    </FormFrame>
  );
}

/** Changes one. */
export function EditNetworkPage({ host, network }: { readonly host: HostId; readonly network: NetworkId }) {
  const details = useNetwork(host, network);
  const surroundings = useSurroundings(host);
  const problem = useReadFault(host, details.error ?? surroundings.error);
  return (
    <FormFrame host={host} title={details.data === undefined ? 'Change a network' : <ChangeTitle details={details.data} />}>
      {details.data === undefined || surroundings.data === undefined || isGone(problem.fault) ? (
        <Unread {...problem} label="Reading the network" onRetry={() => void Promise.all([details.refetch(), surroundings.refetch()])} />
      ) : (
        <ChangeNetwork host={host} details={details.data} surroundings={surroundings.data} />
      )}
    </FormFrame>
  );
}

const ChangeTitle = ({ details }: { readonly details: NetworkDetails }) => (
  <>
    Change the network <ForeignText text={details.network.name} />
  </>
);

function FormFrame({
  host: id,
  title,
  children,
}: {
  readonly host: HostId;
  readonly title: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  const host = useHost(id);
  const permission = changePermission(host);
  return (
    <section className="gh-page" aria-label="Network form">
      <PageHeader title={title} detail={host && <ForeignText text={host.name} />} />
      <div className="gh-pane">{permission.allowed ? children : <p className="gh-subtle">{`${permission.why}.`}</p>}</div>
    </section>
  );
}

interface NewNetworkProps {
  readonly host: HostId;
  readonly bridge: string | null;
  readonly surroundings: NetworkSurroundings;
}

/** The draft is made once: what the host tells later changes what is said of it, not what was typed. */
function NewNetwork({ host, bridge, surroundings }: NewNetworkProps) {
  const [, navigate] = useLocation();
  const [initial] = useState(() => {
    const draft = newDraft(surroundings, random());
    return bridge === null ? draft : { ...draft, mode: 'bridge' as const, hostBridge: bridge };
  });
  // Chosen once, so that a second press of the button is the same wish.
  const [operation, setOperation] = useState(() => crypto.randomUUID());
  return (
    <NetworkForm
      surroundings={surroundings}
      initial={initial}
      existing={null}
      submit={async (spec, wish) => {
        try {
          await api.networks.create({ host, spec, ...wish, operation });
        } catch (error) {
          setOperation(crypto.randomUUID());
          throw error;
        }
        readNetworksAnew(host);
        navigate(paths.networks(host));
      }}
      onCancel={() => navigate(paths.networks(host))}
    />
  );
}

interface ChangeNetworkProps {
  readonly host: HostId;
  readonly details: NetworkDetails;
  readonly surroundings: NetworkSurroundings;
}

function ChangeNetwork({ host, details, surroundings }: ChangeNetworkProps) {
  const [, navigate] = useLocation();
  // As it was when the person began: main compares it with what is there when they have ended.
  const [from] = useState(details);
  const [initial] = useState(() => draftOf(details.spec, random()));
  const back = paths.network(host, details.network.id);
  return (
    <NetworkForm
      surroundings={surroundings}
      initial={initial}
      existing={from}
      submit={async (to) => {
        await api.networks.change({ host, network: from.network.id, from: from.spec, to });
        readNetworksAnew(host);
        navigate(back);
      }}
      onCancel={() => navigate(back)}
    />
  );
}

const random = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 10);
