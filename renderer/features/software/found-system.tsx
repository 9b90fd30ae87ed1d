import { EmptyState, EmptyStateBody, SearchInput } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import type { InstalledSystem } from '#model/inspection';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { filterApplications, type Sorting, sortApplications } from './application-order.ts';
import { ApplicationsTable } from './applications-table.tsx';

const plural = new Intl.PluralRules('en');
const counts = new Intl.NumberFormat();
const applications = (count: number) => `${counts.format(count)} ${plural.select(count) === 'one' ? 'application' : 'applications'}`;

/** One operating system as it was found, and what is installed in it. */
export function FoundSystem({ system }: { readonly system: InstalledSystem }) {
  const [search, setSearch] = useState('');
  const [sorting, sort] = useState<Sorting>({ by: 'name', direction: 'asc' });
  const sorted = useMemo(() => sortApplications(system.applications, sorting), [system, sorting]);
  const rows = useMemo(() => filterApplications(sorted, search), [sorted, search]);
  const total = system.applications.length;
  return (
    <section className="gh-software__system">
      <h3>
        <ForeignText text={system.name} />
      </h3>
      <dl className="gh-software__facts">
        {system.hostname !== null && <Fact term="Host name" text={system.hostname} />}
        {system.version !== null && <Fact term="Version" text={system.version} />}
        {system.arch !== null && <Fact term="Architecture" text={system.arch} />}
        {system.packages !== null && <Fact term="Packages" text={system.packages} />}
        {system.mounts.length > 0 && (
          <div>
            <dt>File systems</dt>
            <dd className="gh-software__mounts">
              {system.mounts.map(({ path, device, filesystem }) => (
                <span key={path}>
                  <ForeignText text={path} />{' '}
                  <span className="gh-subtle">
                    <ForeignText text={[device, filesystem].filter((part) => part !== null).join(', ')} />
                  </span>
                </span>
              ))}
            </dd>
          </div>
        )}
      </dl>
      <div className="gh-software__tools">
        <SearchInput
          aria-label="Search for an application"
          placeholder="Search"
          value={search}
          onChange={(_event, value) => setSearch(value)}
          onClear={() => setSearch('')}
        />
        <span className="gh-subtle gh-number" role="status">
          {search.trim() === '' ? applications(total) : `${counts.format(rows.length)} of ${applications(total)}`}
          {system.cut && ', and more than are listed here'}
        </span>
      </div>
      {rows.length === 0 ? (
        <EmptyState headingLevel="h4" variant="xs" titleText={total === 0 ? 'No list of applications' : 'Nothing has these words'}>
          <EmptyStateBody>{total === 0 ? 'The system keeps none that libguestfs can read.' : 'Try fewer of them.'}</EmptyStateBody>
        </EmptyState>
      ) : (
        <ApplicationsTable rows={rows} sorting={sorting} onSort={sort} />
      )}
    </section>
  );
}

const Fact = ({ term, text }: { readonly term: string; readonly text: string }) => (
  <div>
    <dt>{term}</dt>
    <dd>
      <ForeignText text={text} />
    </dd>
  </div>
);
