import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { ScreenIcon } from '@patternfly/react-icons/dist/esm/icons/screen-icon';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { HostId } from '#model/host';
import { paths } from '../../data/paths.ts';
import { useGuestLists, useHosts } from '../../data/queries.ts';
import { useRemembered } from '../../data/remembered.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { SkeletonRows } from '../../ui/skeleton-rows.tsx';
import { stateGroupOf } from './guest-order.ts';
import { ScreensGrid } from './screens-grid.tsx';

/** Widths of a picture, in pixels of the page. */
const [SMALLEST, LARGEST, STEP] = [160, 480, 20];
const isSize = (value: unknown): value is number => typeof value === 'number' && value >= SMALLEST && value <= LARGEST;
const byName = new Intl.Collator(undefined, { numeric: true });

/** The screens of the guests that run, on one host or on all. Give it a `key` of its own for each. */
export function ScreensPage({ host }: { readonly host: HostId | null }) {
  const [, navigate] = useLocation();
  const all = useHosts();
  const hosts = useMemo(() => (all.data ?? []).filter((one) => host === null || one.id === host), [all.data, host]);
  const { rows, pending } = useGuestLists(hosts);
  const [size, setSize] = useRemembered('screens.size', 260, isSize);
  const running = useMemo(
    () =>
      [...rows]
        .filter(({ guest, lostAt }) => lostAt === null && stateGroupOf(guest.state) !== 'off')
        .sort((a, b) => byName.compare(a.guest.name, b.guest.name)),
    [rows],
  );
  const only = host === null ? undefined : hosts[0];
  const guests = host === null ? paths.allGuests : paths.host(host);
  return (
    <section className="gh-page" aria-label="Screens">
      <PageHeader
        title={
          only ? (
            <>
              Screens of <ForeignText text={only.name} />
            </>
          ) : (
            'All screens'
          )
        }
        detail={running.length === 0 ? undefined : `${running.length.toLocaleString()} running`}
        optional
      >
        <label className="gh-screens__size">
          Size
          <input
            type="range"
            min={SMALLEST}
            max={LARGEST}
            step={STEP}
            value={size}
            aria-label="Size of the pictures"
            onChange={(event) => setSize(Number(event.target.value))}
          />
        </label>
      </PageHeader>
      {running.length > 0 ? (
        <ScreensGrid rows={running} hosts={hosts} placed={host === null && hosts.length > 1} size={size} />
      ) : all.isPending || pending ? (
        <SkeletonRows label="Reading the list of guests" />
      ) : (
        <EmptyState titleText="No guest is running" headingLevel="h2" icon={ScreenIcon} variant="sm">
          <EmptyStateBody>The screens of guests appear here while they run.</EmptyStateBody>
          <EmptyStateFooter>
            <Button variant="link" onClick={() => navigate(guests)}>
              Guests
            </Button>
          </EmptyStateFooter>
        </EmptyState>
      )}
    </section>
  );
}
