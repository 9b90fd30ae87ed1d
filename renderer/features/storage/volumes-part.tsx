import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { useDeferredValue, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { useIncompleteVolumes } from '../../data/interruptions.ts';
import { paths } from '../../data/paths.ts';
import { useStorageUses, useVolumes } from '../../data/queries.ts';
import { isGone, useReadFault } from '../../data/read-fault.ts';
import { useRemembered } from '../../data/remembered.ts';
import { deleteVolumes } from '../../data/storage-verbs.ts';
import { useVolumeTasks } from '../../data/volume-tasks.ts';
import type { MenuPlace } from '../../ui/context-menu.tsx';
import { OldNote } from '../../ui/old-note.tsx';
import { Unread } from '../../ui/unread.tsx';
import { DetailsPane } from './details-pane.tsx';
import { Doubts } from './doubts.tsx';
import { VolumeDialog } from './volume-dialog.tsx';
import { VolumeMenu, type VolumeDialogVerb } from './volume-menu.tsx';
import { filterVolumes, isSorting, sortVolumes, type Sorting } from './volume-order.ts';
import { rowsOf, type VolumeRow } from './volume-row.ts';
import { VOLUMES_TABLE, VolumesTable } from './volumes-table.tsx';
import { VolumesToolbar } from './volumes-toolbar.tsx';

const byName: Sorting = { by: 'name', direction: 'asc' };
const isText = (value: unknown): value is string => typeof value === 'string';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const none: ReadonlySet<string> = new Set();

interface VolumesPartProps {
  readonly host: HostId;
  readonly pool: Pool;
  /** The volume whose details are open. */
  readonly open: string | null;
}

/** What is in an active pool. Give it a `key` of its own for each pool. */
export function VolumesPart({ host, pool, open }: VolumesPartProps) {
  const [, navigate] = useLocation();
  const volumes = useVolumes(host, pool.name);
  const uses = useStorageUses(host);
  const tasks = useVolumeTasks(host);
  const problem = useReadFault(host, volumes.error);
  const usesProblem = useReadFault(host, uses.error);
  const place = `storage.${host}.${pool.name}`;
  const [search, setSearch] = useRemembered(`${place}.search`, '', isText);
  const [orphans, setOrphans] = useRemembered(`${place}.orphans`, false, isFlag);
  const [sorting, setSorting] = useRemembered(`${place}.sorting`, byName, isSorting);
  const [ticked, setTicked] = useState(none);
  const [menu, setMenu] = useState<{ readonly row: VolumeRow; readonly place: MenuPlace } | null>(null);
  const [dialog, setDialog] = useState<{ readonly verb: VolumeDialogVerb; readonly row: VolumeRow } | null>(null);
  const searched = useDeferredValue(search);

  const isIncomplete = useIncompleteVolumes(host);
  const all = useMemo(() => rowsOf(volumes.data ?? [], uses.data, tasks, isIncomplete), [volumes.data, uses.data, tasks, isIncomplete]);
  const ordered = useMemo(() => sortVolumes(all, sorting), [all, sorting]);
  const rows = useMemo(() => filterVolumes(ordered, searched, orphans), [ordered, searched, orphans]);
  const chosen = all.filter(({ volume }) => ticked.has(volume.name));
  const current = (row: VolumeRow) => all.find(({ volume }) => volume.name === row.volume.name) ?? row;
  const opened = open === null ? undefined : all.find(({ volume }) => volume.name === open);

  const backToTable = () => document.getElementById(VOLUMES_TABLE)?.focus({ preventScroll: true });
  const show = (row: VolumeRow) => navigate(paths.storage(host, pool.name, row.volume.name), { replace: open !== null });
  const close = () => {
    navigate(paths.storage(host, pool.name), { replace: true });
    backToTable();
  };
  const remove = async (which: readonly VolumeRow[]) => {
    const gone = await deleteVolumes(
      host,
      which.map(({ volume }) => volume),
    );
    if (gone) setTicked(none);
  };
  const clear = () => {
    setSearch('');
    setOrphans(false);
  };

  if (volumes.data === undefined || isGone(problem.fault)) {
    return (
      <div className="gh-pane">
        <Unread {...problem} label="Reading the volumes" onRetry={() => void volumes.refetch()} />
      </div>
    );
  }
  return (
    <>
      <OldNote fault={problem.fault} readAt={volumes.dataUpdatedAt} onRetry={() => void volumes.refetch()} />
      <VolumesToolbar
        host={host}
        pool={pool}
        all={all}
        chosen={chosen}
        search={search}
        orphans={orphans}
        usesFault={usesProblem.fault}
        doubts={uses.data?.doubts ?? []}
        onSearch={setSearch}
        onOrphans={setOrphans}
        onDelete={() => void remove(chosen)}
        onClear={() => setTicked(none)}
      />
      {rows.length > 0 ? (
        <VolumesTable
          host={host}
          pool={pool.name}
          rows={rows}
          sorting={sorting}
          ticked={ticked}
          open={open}
          onSort={setSorting}
          onTick={setTicked}
          onOpen={show}
          onClose={close}
          onDelete={(row) => void remove(chosen.length > 0 ? chosen : [row])}
          onMenu={(row, where) => setMenu({ row, place: where })}
        />
      ) : (
        <Nothing empty={all.length === 0} orphans={orphans} doubts={uses.data?.doubts ?? []} onClear={clear} />
      )}
      {opened !== undefined && <DetailsPane host={host} row={opened} uses={uses.data} onClose={close} />}
      {menu !== null && (
        <VolumeMenu
          host={host}
          pool={pool}
          row={current(menu.row)}
          place={menu.place}
          onOpen={() => show(menu.row)}
          onDelete={() => void remove([menu.row])}
          onDialog={(verb) => setDialog({ verb, row: menu.row })}
          onClose={() => {
            setMenu(null);
            backToTable();
          }}
        />
      )}
      {dialog !== null && (
        <VolumeDialog
          host={host}
          pool={pool}
          verb={dialog.verb}
          row={current(dialog.row)}
          onClose={() => {
            setDialog(null);
            backToTable();
          }}
        />
      )}
    </>
  );
}

interface NothingProps {
  readonly empty: boolean;
  readonly orphans: boolean;
  readonly doubts: readonly string[];
  onClear(): void;
}

function Nothing({ empty, orphans, doubts, onClear }: NothingProps) {
  if (empty) {
    return (
      <EmptyState titleText="This pool is empty" headingLevel="h3" variant="sm">
        <EmptyStateBody>Make a volume for a new disk, or upload an image that you have.</EmptyStateBody>
      </EmptyState>
    );
  }
  return (
    <EmptyState titleText="No volume matches" headingLevel="h3" icon={SearchIcon} variant="sm">
      <EmptyStateBody>
        {orphans ? 'Of no volume here is it certain that nobody needs it.' : 'No volume has this name, base or user.'}
        {orphans && doubts.length > 0 && <Doubts doubts={doubts} />}
      </EmptyStateBody>
      <EmptyStateFooter>
        <Button variant="link" onClick={onClear}>
          Show all volumes
        </Button>
      </EmptyStateFooter>
    </EmptyState>
  );
}
