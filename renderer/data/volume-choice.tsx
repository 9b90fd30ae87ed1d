import './volume-choice.css';
import {
  EmptyState,
  EmptyStateBody,
  FormSelect,
  FormSelectOption,
  Menu,
  MenuContent,
  MenuItem,
  MenuList,
  SearchInput,
  Skeleton,
} from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { Pool, Volume, VolumeRef } from '#model/storage';
import { faultOf } from './fault-of.ts';
import { useIncompleteVolumes } from './interruptions.ts';
import { useVolumes } from './queries.ts';
import { FaultAlert } from '../ui/fault-alert.tsx';
import { ForeignText, readableText } from '../ui/foreign-text.tsx';
import { formatBytes } from '../ui/quantity.ts';

interface VolumeChoiceProps {
  readonly id: string;
  /** What is looked for: "Disk", "ISO image". */
  readonly label: string;
  readonly host: HostId;
  readonly pools: readonly Pool[];
  readonly chosen: VolumeRef | null;
  /** Which of a pool's volumes can be meant at all. */
  readonly filter: (volume: Volume) => boolean;
  readonly onChoose: (volume: Volume) => void;
}

/** One of the volumes that the host stores, found by its pool and name. */
export function VolumeChoice({ id, label, host, pools, chosen, filter, onChoose }: VolumeChoiceProps) {
  const active = pools.filter((pool) => pool.active);
  const [picked, pick] = useState<string | null>(null);
  const [wanted, setWanted] = useState('');
  const pool = picked ?? chosen?.pool ?? active[0]?.name ?? null;
  if (pool === null) {
    return (
      <EmptyState headingLevel="h3" titleText="This host has no active pool" variant="xs">
        <EmptyStateBody>Make or start one on the host’s Storage page.</EmptyStateBody>
      </EmptyState>
    );
  }
  return (
    <div className="gh-volume-choice">
      <FormSelect id={`${id}-pool`} aria-label={`Pool of the ${label}`} value={pool} onChange={(_event, name) => pick(name)}>
        {active.map(({ name }) => (
          <FormSelectOption key={name} value={name} label={readableText(name)} />
        ))}
      </FormSelect>
      <SearchInput
        aria-label={`Search for the ${label}`}
        placeholder="Search by name"
        value={wanted}
        onChange={(_event, text) => setWanted(text)}
        onClear={() => setWanted('')}
      />
      <Volumes {...{ id, label, host, pool, chosen, filter, wanted, onChoose }} />
    </div>
  );
}

interface VolumesProps extends Omit<VolumeChoiceProps, 'pools'> {
  readonly pool: string;
  readonly wanted: string;
}

/** More than anybody reads through; who has more of them searches. */
const SHOWN = 200;

function Volumes({ id, label, host, pool, chosen, filter, wanted, onChoose }: VolumesProps) {
  const { data, error, refetch } = useVolumes(host, pool);
  const isIncomplete = useIncompleteVolumes(host);
  if (error !== null && data === undefined) return <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height="8rem" screenreaderText="Reading the volumes" />;
  const meant = data.filter(filter);
  const found = meant.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  if (found.length === 0) {
    return (
      <EmptyState
        headingLevel="h3"
        titleText={meant.length === 0 ? 'Nothing of this kind in the pool' : 'No name has that in it'}
        variant="xs"
      >
        <EmptyStateBody>Choose another pool{meant.length > 0 && ' or search for something else'}.</EmptyStateBody>
      </EmptyState>
    );
  }
  return (
    <Menu
      id={id}
      isPlain
      isScrollable
      role="listbox"
      aria-label={label}
      selected={chosen?.pool === pool ? chosen.name : undefined}
      onSelect={(_event, name) => {
        const volume = found.find((one) => one.name === name);
        if (volume !== undefined) onChoose(volume);
      }}
    >
      <MenuContent maxMenuHeight="14rem">
        <MenuList aria-label={label}>
          {found.slice(0, SHOWN).map(({ name, format, capacity }) => {
            const partial = isIncomplete({ pool, name });
            return (
              <MenuItem
                key={name}
                itemId={name}
                isDisabled={partial}
                description={partial ? 'Not whole: what filled it did not end' : `${format ?? 'raw'}, ${formatBytes(capacity)}`}
              >
                <ForeignText text={name} />
              </MenuItem>
            );
          })}
        </MenuList>
      </MenuContent>
    </Menu>
  );
}
