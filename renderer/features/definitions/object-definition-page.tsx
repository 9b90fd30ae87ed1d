import './definitions.css';
import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { DefinedObject } from '#model/definition';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';
import { changePermission } from '../../data/change-permission.ts';
import { hostKeys } from '../../data/keys.ts';
import { paths } from '../../data/paths.ts';
import { useHost } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { DefinitionEditor } from './definition-editor.tsx';
import { useDraft } from './draft-store.ts';
import type { Subject } from './subject.ts';

interface ObjectDefinitionPageProps {
  readonly host: HostId;
  readonly object: DefinedObject;
}

/** Milliseconds. A network that is defined anew is told, a pool is not by every driver. */
const LOOK_EVERY = 5000;
const kinds = { network: 'network', pool: 'storagepool' } as const;

/** The host's own document for a network or a pool, to read and to change. */
export function ObjectDefinitionPage({ host, object }: ObjectDefinitionPageProps) {
  const [, navigate] = useLocation();
  const permission = changePermission(useHost(host));
  const back = object.kind === 'network' ? paths.network(host, object.id) : paths.storage(host, object.name);
  const draftOf = { address: `${back}#xml`, guest: null };
  const draft = useDraft(draftOf);
  const { data, error, refetch } = useQuery({
    queryKey: [...(object.kind === 'network' ? hostKeys.networks(host) : hostKeys.pools(host)), 'definition', object],
    queryFn: () => api.definitions.readObject({ host, object }),
    refetchInterval: draft === null ? false : LOOK_EVERY,
  });
  const problem = useReadFault(host, error);
  const subject: Subject = {
    ...draftOf,
    kind: kinds[object.kind],
    permission,
    effect: `A change counts from the next start of the ${object.kind}.`,
    command: data?.command ?? null,
    define: async (wish, operation) => {
      const outcome = await api.definitions.defineObject({ host, object, wish, operation });
      await refetch();
      return outcome;
    },
  };
  const known = data ?? draft?.base;
  return (
    <section className="gh-page" aria-label="Definition of what is no guest">
      <PageHeader title={<>XML of {data === undefined ? `the ${object.kind}` : <ForeignText text={data.name} />}</>}>
        <Button variant="secondary" onClick={() => navigate(back)}>
          Back to the {object.kind}
        </Button>
      </PageHeader>
      <div className="gh-pane">
        <div className="gh-xml">
          {known === undefined || (problem.fault !== null && draft === null) ? (
            <Unread {...problem} label="Reading the definition" onRetry={() => void refetch()} />
          ) : (
            <DefinitionEditor subject={subject} now={known} draft={draft} fault={problem.fault} />
          )}
        </div>
      </div>
    </section>
  );
}
