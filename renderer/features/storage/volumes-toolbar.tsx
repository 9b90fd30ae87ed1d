import { Button, Popover, SearchInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useRef, type KeyboardEvent } from 'react';
import type { Fault } from '#model/fault';
import type { Permission } from '#model/guest-action';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { changePermission } from '../../data/change-permission.ts';
import { useHost } from '../../data/queries.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { useTypeToSearch } from '../../ui/use-type-to-search.ts';
import { Doubts } from './doubts.tsx';
import { inMain } from './in-main.ts';
import { ToolButton } from './tool-button.tsx';
import { canVolume } from './volume-permission.ts';
import { freedBy, isOrphan, type VolumeRow } from './volume-row.ts';
import { VOLUMES_TABLE } from './volumes-table.tsx';

interface VolumesToolbarProps {
  readonly host: HostId;
  readonly pool: Pool;
  readonly all: readonly VolumeRow[];
  readonly chosen: readonly VolumeRow[];
  readonly search: string;
  readonly orphans: boolean;
  /** Why it is not known who needs what. */
  readonly usesFault: Fault | null;
  /** What could not be looked into. */
  readonly doubts: readonly string[];
  onSearch(search: string): void;
  onOrphans(orphans: boolean): void;
  onDelete(): void;
  onClear(): void;
}

/** What of the pool is shown, and what is to be done with the volumes that are ticked. */
export function VolumesToolbar({ host, pool, all, chosen, search, orphans, usesFault, doubts, ...on }: VolumesToolbarProps) {
  const input = useRef<HTMLInputElement>(null);
  useTypeToSearch(input);
  const permission = changePermission(useHost(host));
  const leaveSearch = (event: KeyboardEvent) => {
    if (event.key === 'Escape') on.onSearch('');
    if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') document.getElementById(VOLUMES_TABLE)?.focus();
  };
  return (
    <div className="gh-volumes-bar">
      <SearchInput
        ref={input}
        className="gh-search"
        placeholder="Search"
        aria-label="Search volumes"
        value={search}
        onChange={(_event, value) => on.onSearch(value)}
        onClear={() => on.onSearch('')}
        onKeyDown={leaveSearch}
      />
      <ToggleGroup isCompact aria-label="Which volumes">
        <ToggleGroupItem text="All" buttonId="volumes-all" isSelected={!orphans} onChange={() => on.onOrphans(false)} />
        <ToggleGroupItem text="Needed by nobody" buttonId="volumes-orphans" isSelected={orphans} onChange={() => on.onOrphans(true)} />
      </ToggleGroup>
      {chosen.length === 0 ? (
        <span className="gh-subtle gh-number gh-volumes-bar__sum">
          <span role="status">
            {usesFault === null ? sum(all) : `Who needs what could not be read: ${readableText(usesFault.message)}`}
          </span>{' '}
          {usesFault === null && all.some(isDoubtful) && (
            <Popover
              position="bottom"
              headerContent="What could not be looked into"
              bodyContent={<Doubts doubts={doubts} />}
              appendTo={inMain}
            >
              <Button variant="link" size="sm" isInline>
                Why?
              </Button>
            </Popover>
          )}
        </span>
      ) : (
        <span className="gh-number gh-volumes-bar__sum" role="status">
          {count(chosen.length)} ticked, would free {formatBytes(freedBy(chosen))}
        </span>
      )}
      {chosen.length > 0 && (
        <>
          <ToolButton variant="danger" permission={canDelete(chosen, pool, permission)} onClick={on.onDelete}>
            Delete…
          </ToolButton>
          <Button variant="link" size="sm" onClick={on.onClear}>
            Untick all
          </Button>
        </>
      )}
    </div>
  );
}

const count = (volumes: number): string => `${volumes.toLocaleString()} ${volumes === 1 ? 'volume' : 'volumes'}`;

/** Nobody was found who needs it, but somebody may. */
const isDoubtful = ({ volume, use }: VolumeRow): boolean => !volume.folder && use?.verdict === 'unknown' && use.kept === null;

function sum(all: readonly VolumeRow[]): string {
  const tell = (words: string, rows: readonly VolumeRow[]) =>
    rows.length === 0 ? [] : [`${words} ${rows.length.toLocaleString()} (${formatBytes(freedBy(rows))})`];
  return [count(all.length), ...tell('nobody needs', all.filter(isOrphan)), ...tell('perhaps nobody needs', all.filter(isDoubtful))].join(
    ', ',
  );
}

/** A base may go together with all that is built on it, so only what stands alone is judged alone. */
function canDelete(chosen: readonly VolumeRow[], pool: Pool, host: Permission): Permission {
  const names = new Set(chosen.map(({ volume }) => volume.name));
  for (const row of chosen) {
    const can = canVolume(row, 'delete', pool, host);
    const withItsOverlays =
      row.use !== null && row.use.users.length === 0 && row.use.overlays.every((one) => one.pool === pool.name && names.has(one.name));
    if (!can.allowed && !(withItsOverlays && row.use.overlays.length > 0))
      return { allowed: false, why: `“${readableText(row.volume.name)}”: ${can.why}` };
  }
  return { allowed: true };
}
