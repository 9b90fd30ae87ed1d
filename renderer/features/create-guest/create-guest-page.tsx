import './create-guest.css';
import { EmptyState, EmptyStateBody, Skeleton } from '@patternfly/react-core';
import { onlyLook } from '#model/guest-action';
import type { Host, HostId } from '#model/host';
import { faultOf } from '../../data/fault-of.ts';
import { useHost } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { CreateGuestForm } from './create-guest-form.tsx';
import { type DefinitionForm, DefinitionFormContext } from './definition-form.ts';
import { useWizard } from './draft-store.ts';
import { useOffer } from './use-known.ts';

/** The wizard: from anything that a guest can begin with to a running guest. */
export function CreateGuestPage({ host: id, definitionForm }: { readonly host: HostId; readonly definitionForm: DefinitionForm }) {
  const host = useHost(id);
  return (
    <>
      <PageHeader title="Create a guest" detail={host && <ForeignText text={host.name} />} />
      <div className="gh-create">
        {host === undefined || host.state.kind === 'connecting' ? (
          <Loading />
        ) : host.state.kind === 'connected' && host.state.abilities.createGuests ? (
          <DefinitionFormContext value={definitionForm}>
            <Offer host={id} />
          </DefinitionFormContext>
        ) : (
          <NotHere {...whyNot(host)} />
        )}
      </div>
    </>
  );
}

function whyNot({ state }: Host): { readonly title: string; readonly text: string } {
  if (state.kind !== 'connected') {
    return { title: 'The host is not connected', text: 'What was chosen here is kept until it is connected again.' };
  }
  return state.abilities.change
    ? { title: 'Not on this host', text: 'Guesthouse cannot make guests on a host of this kind.' }
    : { title: onlyLook, text: 'A guest would be a change.' };
}

const NotHere = ({ title, text }: ReturnType<typeof whyNot>) => (
  <EmptyState headingLevel="h2" titleText={title}>
    <EmptyStateBody>{text}</EmptyStateBody>
  </EmptyState>
);

function Offer({ host }: { readonly host: HostId }) {
  const { draft } = useWizard(host);
  const { data: offer, error, refetch } = useOffer(host, draft);
  if (error && offer === undefined) return <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />;
  if (offer === undefined) return <Loading />;
  return <CreateGuestForm host={host} offer={offer} />;
}

const Loading = () => (
  <div aria-busy="true">
    <Skeleton height="2.5rem" width="40%" screenreaderText="Asking the host what it offers" />
    <br />
    <Skeleton height="12rem" width="70%" />
  </div>
);
