import './definitions.css';
import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { DefinedObject } from '#model/definition';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';
import { changePermission } from '../../data/change-permission.ts';
import { guestKeys, hostKeys } from '../../data/keys.ts';
import { paths } from '../../data/paths.ts';
import { useHost } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { CodeEditor } from '../../ui/code-editor.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { DefineCommand } from './define-command.tsx';
import { DefinitionEditor } from './definition-editor.tsx';
import { useDraft } from './draft-store.ts';
import type { Subject } from './subject.ts';

interface ObjectDefinitionPageProps {
  readonly host: HostId;
  readonly object: DefinedObject;
}

/** Milliseconds. A network that is defined anew is told, a pool is not by every driver. */
const LOOK_EVERY = 5000;
const kinds = { network: 'network', pool: 'storagepool', volume: 'storagevol', snapshot: 'domainsnapshot' } as const;

/** The host's own document for a network or a pool, to read and to change. */
export function ObjectDefinitionPage({ host, object }: ObjectDefinitionPageProps) {
  const [, navigate] = useLocation();
  const permission = changePermission(useHost(host));
  const back = pageOf(host, object);
  const draftOf = { address: `${back}#xml ${JSON.stringify(object)}`, guest: null };
  const draft = useDraft(draftOf);
  const { data, error, refetch } = useQuery({
    queryKey: [...keysOf(host, object), 'definition', object],
    queryFn: () => api.definitions.readObject({ host, object }),
    refetchInterval: draft === null ? false : LOOK_EVERY,
  });
  const problem = useReadFault(host, error);
  const subject: Subject = {
    ...draftOf,
    kind: kinds[object.kind],
    permission,
    effect: effects[object.kind],
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
          {object.kind === 'snapshot' ? 'Back to the guest' : `Back to the ${object.kind}`}
        </Button>
      </PageHeader>
      <div className="gh-pane">
        <div className="gh-xml">
          {known === undefined || (problem.fault !== null && draft === null) ? (
            <Unread {...problem} label="Reading the definition" onRetry={() => void refetch()} />
          ) : data !== undefined && data.fixed !== null ? (
            <ReadOnly text={data.text} why={data.fixed} command={data.command} />
          ) : (
            <DefinitionEditor subject={subject} now={known} draft={draft} fault={problem.fault} />
          )}
        </div>
      </div>
    </section>
  );
}

/** What the host tells and takes nothing of back. */
function ReadOnly({ text, why, command }: { readonly text: string; readonly why: string; readonly command: string }) {
  return (
    <>
      <div className="gh-xml__bar">
        <p className="gh-subtle" id="definition-fixed">
          {why}
        </p>
        <CopyButton text={text} label="Copy the definition" />
      </div>
      <CodeEditor key={text} language="xml" text={text} label="Definition" describedBy="definition-fixed" filling readOnly />
      <DefineCommand command={command} reading />
    </>
  );
}

function pageOf(host: HostId, object: DefinedObject): string {
  switch (object.kind) {
    case 'network':
      return paths.network(host, object.id);
    case 'pool':
      return paths.storage(host, object.name);
    case 'volume':
      return paths.storage(host, object.pool, object.name);
    case 'snapshot':
      break;
  }
  return paths.guest({ host, id: object.guest }, 'definition');
}

function keysOf(host: HostId, object: DefinedObject): readonly string[] {
  switch (object.kind) {
    case 'network':
      return hostKeys.networks(host);
    case 'pool':
      return hostKeys.pools(host);
    case 'volume':
      return hostKeys.volumes(host, object.pool);
    case 'snapshot':
      break;
  }
  return guestKeys.one({ host, id: object.guest });
}

const effects: Readonly<Record<DefinedObject['kind'], string>> = {
  network: 'A change counts from the next start of the network.',
  pool: 'A change counts from the next start of the pool.',
  volume: '',
  snapshot: 'The <description> can be changed. What is in the snapshot stays as it is.',
};
