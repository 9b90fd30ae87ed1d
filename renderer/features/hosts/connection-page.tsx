import './hosts.css';
import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useLocation } from 'wouter';
import type { HostId } from '#model/host';
import { paths } from '../../data/paths.ts';
import { useHost, useHosts } from '../../data/queries.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { SkeletonRows } from '../../ui/skeleton-rows.tsx';
import { ConnectionForm } from './connection-form.tsx';

/** Adds a connection. */
export function AddConnectionPage() {
  const [, navigate] = useLocation();
  return (
    <section className="gh-page" aria-label="Add connection">
      <PageHeader title="Add connection" />
      <div className="gh-pane">
        <ConnectionForm host={null} onDone={(host) => navigate(host === null ? paths.allGuests : paths.hostOverview(host.id))} />
      </div>
    </section>
  );
}

/** Changes how a host is reached. */
export function EditConnectionPage({ host: id }: { readonly host: HostId }) {
  const [, navigate] = useLocation();
  const hosts = useHosts();
  const host = useHost(id);
  return (
    <section className="gh-page" aria-label="Edit connection">
      <PageHeader title="Edit connection" detail={host && <ForeignText text={host.name} />} />
      <div className="gh-pane">
        {host !== undefined ? (
          <ConnectionForm host={host} onDone={() => navigate(paths.hostOverview(id))} />
        ) : hosts.isPending ? (
          <SkeletonRows label="Reading the connection" />
        ) : (
          <NoSuchHost />
        )}
      </div>
    </section>
  );
}

export const NoSuchHost = () => (
  <EmptyState titleText="No such connection" headingLevel="h2" variant="sm">
    <EmptyStateBody>It was removed, or never was one.</EmptyStateBody>
  </EmptyState>
);
