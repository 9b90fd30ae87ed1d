import './volume-choice.css';
import { Button, EmptyState, EmptyStateBody, EmptyStateFooter, FormSelect, FormSelectOption, SearchInput } from '@patternfly/react-core';
import { useDeferredValue, useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import type { HostId } from '#model/host';
import type { Pool, Volume, VolumeRef } from '#model/storage';
import { FaultAlert } from '../ui/fault-alert.tsx';
import { readableText } from '../ui/foreign-text.tsx';
import { OldNote } from '../ui/old-note.tsx';
import { SkeletonRows } from '../ui/skeleton-rows.tsx';
import { useIncompleteVolumes } from './interruptions.ts';
import { type PoolVolumes, usePoolVolumes } from './pool-volumes.ts';
import { useStorageUses } from './queries.ts';
import { useRemembered } from './remembered.ts';
import { useUnchanged } from './use-unchanged.ts';
import { choiceRows, filterChoices, keyOf, sortChoices, type Sorting } from './volume-choice-order.ts';
import { VolumeChoiceTable } from './volume-choice-table.tsx';

interface VolumeChoiceProps {
  readonly id: string;
  /** What is looked for: "disk", "ISO image". */
  readonly label: string;
  readonly host: HostId;
  readonly pools: readonly Pool[];
  readonly chosen: VolumeRef | null;
  /** The pool whose volumes are wanted now, such as one that was just made for them. */
  readonly first?: string | undefined;
  /** Which of the volumes can be meant at all. */
  readonly filter: (volume: Volume) => boolean;
  readonly onChoose: (volume: Volume) => void;
}

const byName: Sorting = { by: 'name', direction: 'asc' };
const isText = (value: unknown): value is string => typeof value === 'string';

/** One of the volumes in the host's pools. */
export function VolumeChoice({ id, label, host, pools, chosen, first, filter, onChoose }: VolumeChoiceProps) {
  const read = usePoolVolumes(host, pools);
  const uses = useStorageUses(host);
  const isIncomplete = useIncompleteVolumes(host);
  // '' is all of them.
  const [wantedPool, setWantedPool] = useRemembered(`volume-choice.${host}.pool`, '', isText);
  useEffect(() => {
    if (first !== undefined) setWantedPool(first);
  }, [first, setWantedPool]);
  const [search, setSearch] = useState('');
  const [sorting, setSorting] = useState(byName);
  const searched = useDeferredValue(search);
  const known = uses.data?.volumes ?? (uses.error === null ? undefined : null);
  // The filter is another function each time; what it lets through is what counts.
  const meant = useUnchanged(read.volumes.filter(filter));
  const rows = useMemo(() => sortChoices(choiceRows(meant, known, isIncomplete), sorting), [meant, known, isIncomplete, sorting]);
  const holders = [...new Set([...meant.map((volume) => volume.pool), ...(first === undefined ? [] : [first])])].sort();
  const pool = holders.includes(wantedPool) ? wantedPool : null;
  const found = filterChoices(rows, searched, pool);

  if (!pools.some(({ active }) => active)) {
    return (
      <EmptyState headingLevel="h3" titleText="This host has no active pool" variant="xs">
        <EmptyStateBody>Make or start one on the host’s Storage page.</EmptyStateBody>
      </EmptyState>
    );
  }
  const leaveSearch = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    // Nor is the form sent off that this is a part of.
    event.preventDefault();
    document.getElementById(id)?.focus();
  };
  const clear = () => {
    setSearch('');
    setWantedPool('');
  };
  return (
    <div className="gh-volume-choice">
      <div className="gh-volume-choice__bar">
        <SearchInput
          className="gh-search"
          aria-label={`Search for the ${label}`}
          placeholder="Search"
          value={search}
          onChange={(_event, text) => setSearch(text)}
          onClear={() => setSearch('')}
          onKeyDown={leaveSearch}
        />
        {holders.length > 1 && (
          <FormSelect
            id={`${id}-pool`}
            className="gh-volume-choice__pools"
            aria-label={`Pool of the ${label}`}
            value={pool ?? ''}
            onChange={(_event, name) => setWantedPool(name)}
          >
            <FormSelectOption value="" label="All pools" />
            {holders.map((name) => (
              <FormSelectOption key={name} value={name} label={readableText(name)} />
            ))}
          </FormSelect>
        )}
        <span role="status" className="gh-subtle gh-number">
          {read.pending > 0 && meant.length > 0 ? `${read.pending} more to read` : ''}
        </span>
      </div>
      <Failures failures={read.failures} />
      {found.length > 0 ? (
        <VolumeChoiceTable
          id={id}
          label={label}
          rows={found}
          chosen={chosen === null ? null : keyOf(chosen)}
          sorting={sorting}
          onSort={setSorting}
          onChoose={({ volume }) => onChoose(volume)}
        />
      ) : meant.length > 0 ? (
        <EmptyState
          headingLevel="h3"
          titleText={search.trim() === '' ? 'Nothing of this kind in the pool' : 'No volume matches'}
          variant="xs"
        >
          {search.trim() !== '' && <EmptyStateBody>None has this in its name, pool, format or users.</EmptyStateBody>}
          <EmptyStateFooter>
            <Button variant="link" onClick={clear}>
              Show all volumes
            </Button>
          </EmptyStateFooter>
        </EmptyState>
      ) : read.pending > 0 ? (
        <SkeletonRows label="Reading the volumes" />
      ) : read.failures.length === 0 ? (
        <EmptyState headingLevel="h3" titleText="No pool has anything of this kind" variant="xs">
          <EmptyStateBody>{`Upload the ${label} on the host’s Storage page, or look elsewhere.`}</EmptyStateBody>
        </EmptyState>
      ) : null}
    </div>
  );
}

/** Pools that could not be read, each by its name; what the others have can be chosen all the same. */
function Failures({ failures }: Pick<PoolVolumes, 'failures'>) {
  return failures.map(({ pool, fault, readAt, retry }) => {
    const named = { ...fault, message: `Pool “${readableText(pool)}”: ${fault.message}` };
    return readAt === null ? (
      <FaultAlert key={pool} fault={named} onRetry={retry} />
    ) : (
      <OldNote key={pool} fault={named} readAt={readAt} onRetry={retry} />
    );
  });
}
