import { Button, EmptyState, EmptyStateBody, EmptyStateFooter, Tab, TabTitleText, Tabs } from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';
import { Redirect, useLocation } from 'wouter';
import type { Guest, GuestRef } from '#model/guest';
import { isDeletedHere } from '../../data/guest-verbs.ts';
import { paths, type GuestTab } from '../../data/paths.ts';
import { useGuest, useHost } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { useWatch } from '../../data/samples.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { OldNote } from '../../ui/old-note.tsx';
import { Unread } from '../../ui/unread.tsx';
import { GuestHeader } from './guest-header.tsx';
import { OverviewTab } from './overview-tab.tsx';

interface GuestPageProps {
  readonly guestRef: GuestRef;
  readonly tab: GuestTab;
  /** Built elsewhere: a feature does not know its siblings. */
  readonly console: ReactNode;
  readonly performance: ReactNode;
  readonly hardware: ReactNode;
  readonly software: ReactNode;
  readonly definition: ReactNode;
}

const titles: readonly (readonly [GuestTab, string])[] = [
  ['overview', 'Overview'],
  ['console', 'Console'],
  ['performance', 'Performance'],
  ['hardware', 'Hardware'],
  ['software', 'Software'],
  ['definition', 'XML'],
];

/** One guest. Give it a `key` of its own for each guest. */
export function GuestPage({ guestRef, tab, console, performance, hardware, software, definition }: GuestPageProps) {
  const [, navigate] = useLocation();
  const host = useHost(guestRef.host);
  const result = useGuest(guestRef);
  useWatch({ kind: 'guest', ...guestRef });
  const [known, setKnown] = useState<Guest | null>(null);
  if (result.data && result.data !== known) setKnown(result.data);
  const guest = result.data ?? known;
  const problem = useReadFault(guestRef.host, result.error);

  if (!guest && !result.isSuccess) {
    return <Unread {...problem} label="Reading the guest" onRetry={() => void result.refetch()} />;
  }
  if (!guest) return <Gone name={null} />;
  if (result.isSuccess && result.data === undefined) {
    return isDeletedHere(guestRef) ? <Redirect to={paths.host(guestRef.host)} replace /> : <Gone name={guest.name} />;
  }
  return (
    <section className="gh-page" aria-label="Guest">
      <GuestHeader guestRef={guestRef} guest={guest} host={host} />
      <OldNote fault={problem.fault} readAt={result.dataUpdatedAt} onRetry={() => void result.refetch()} />
      <Tabs
        className="gh-tabs"
        activeKey={tab}
        aria-label="About this guest"
        onSelect={(_event, key) => {
          const chosen = titles.find(([one]) => one === key);
          if (chosen) navigate(paths.guest(guestRef, chosen[0]));
        }}
      >
        {titles.map(([key, title]) => (
          <Tab key={key} eventKey={key} title={<TabTitleText>{title}</TabTitleText>} tabContentId={`tab-${key}`} />
        ))}
      </Tabs>
      <div
        className="gh-tab-body"
        id={`tab-${tab}`}
        role="tabpanel"
        tabIndex={tab === 'overview' ? 0 : undefined}
        aria-label={titles.find(([key]) => key === tab)?.[1]}
        data-tab={tab}
      >
        <h2 className="pf-v6-screen-reader">{titles.find(([key]) => key === tab)?.[1]}</h2>
        {tab === 'overview' && <OverviewTab guestRef={guestRef} guest={guest} />}
        {tab === 'console' && console}
        {tab === 'performance' && performance}
        {tab === 'hardware' && hardware}
        {tab === 'software' && software}
        {tab === 'definition' && definition}
      </div>
    </section>
  );
}

function Gone({ name }: { readonly name: string | null }) {
  const [, navigate] = useLocation();
  return (
    <EmptyState titleText="This guest is gone" headingLevel="h1" variant="sm">
      <EmptyStateBody>
        {name === null ? 'The host has no guest with this address.' : <ForeignText text={name} />}
        {name !== null && ' was deleted, or was a guest that exists only while it runs.'}
      </EmptyStateBody>
      <EmptyStateFooter>
        <Button variant="link" onClick={() => navigate(paths.allGuests)}>
          All guests
        </Button>
      </EmptyStateFooter>
    </EmptyState>
  );
}
