import { Button, EmptyState, EmptyStateBody, EmptyStateFooter, SearchInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useDeferredValue, useMemo } from 'react';
import type { HostId } from '#model/host';
import type { HostDevice } from '#model/host-device';
import type { HostObject } from '#model/inventory';
import { useHardware, useHost, useInventory } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { useRemembered } from '../../data/remembered.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { OldNote } from '../../ui/old-note.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { deviceKinds, type DeviceKind } from '../../data/device-kinds.ts';
import { type HardwareKind, hardwareKinds, hardwareWords, matches } from './hardware.ts';
import { HardwareTable } from './hardware-table.tsx';
import './devices.css';

const kindWords: Readonly<Record<DeviceKind, readonly [title: string, none: string]>> = {
  devices: ['All as a list', 'This host tells of no device.'],
  interfaces: ['Interfaces', 'This host tells of no network interface.'],
  secrets: ['Secrets', 'This host keeps no secret, for an encrypted disk for example.'],
  filters: ['Network filters', 'This host has no network filter.'],
};
const isText = (value: unknown): value is string => typeof value === 'string';

type Shown = HardwareKind | DeviceKind;
const isHardware = (kind: Shown): kind is HardwareKind => hardwareKinds.some((one) => one === kind);
const wordOf = (kind: Shown): string => (isHardware(kind) ? hardwareWords[kind] : kindWords[kind][0]);

/** What a host has besides guests, storage and networks, who has it, and what of it a guest could have. */
export function DevicesPage({ host: id }: { readonly host: HostId }) {
  const host = useHost(id);
  const offered = host?.state.kind === 'connected' ? host.state.abilities.inventory : deviceKinds;
  const hardware = useHardware(id, offered.includes('devices'));
  const kinds: readonly Shown[] = [
    ...(offered.includes('devices') ? hardwareKinds.filter((kind) => always.has(kind) || has(hardware.data, kind)) : []),
    ...deviceKinds.filter((kind) => offered.includes(kind)),
  ];
  const [wanted, setWanted] = useRemembered<string>(`devices.${id}.kind`, 'pci', isText);
  const [search, setSearch] = useRemembered(`devices.${id}.search`, '', isText);
  const searched = useDeferredValue(search);
  const kind = kinds.find((one) => one === wanted) ?? kinds[0];
  return (
    <section className="gh-page" aria-label="Devices">
      <PageHeader title="Devices" detail={host && <ForeignText text={host.name} />} optional>
        <SearchInput
          className="gh-search"
          placeholder="Search"
          aria-label="Search devices"
          value={search}
          onChange={(_event, value) => setSearch(value)}
          onClear={() => setSearch('')}
        />
        <ToggleGroup isCompact aria-label="Kind">
          {kinds.map((one) => (
            <ToggleGroupItem
              key={one}
              buttonId={`kind-${one}`}
              text={wordOf(one)}
              isSelected={one === kind}
              onChange={() => setWanted(one)}
            />
          ))}
        </ToggleGroup>
      </PageHeader>
      <div className="gh-pane" tabIndex={0} role="region" aria-label={kind === undefined ? 'Nothing' : wordOf(kind)}>
        {kind === undefined ? (
          <EmptyState titleText="Nothing to list" headingLevel="h2" variant="sm">
            <EmptyStateBody>This host tells only of its guests.</EmptyStateBody>
          </EmptyState>
        ) : isHardware(kind) ? (
          <Hardware key={kind} host={id} kind={kind} search={searched} onClear={() => setSearch('')} />
        ) : (
          <Objects key={kind} host={id} kind={kind} search={searched} onClear={() => setSearch('')} />
        )}
      </div>
    </section>
  );
}

/** Shown also where there are none, so that nobody looks for them in vain. */
const always: ReadonlySet<HardwareKind> = new Set<HardwareKind>(['pci', 'usb']);
const has = (devices: readonly HostDevice[] | undefined, kind: HardwareKind) => devices?.some((device) => device.kind === kind) === true;
const wordsOf = (search: string): string[] => search.toLocaleLowerCase().split(/\s+/).filter(Boolean);

interface HardwareProps extends Omit<ObjectsProps, 'kind'> {
  readonly kind: HardwareKind;
}

function Hardware({ host, kind, search, onClear }: HardwareProps) {
  const { data, error, dataUpdatedAt, refetch } = useHardware(host);
  const problem = useReadFault(host, error);
  const found = useMemo(
    () => (data ?? []).filter((device) => device.kind === kind && matches(device, wordsOf(search))),
    [data, kind, search],
  );
  if (data === undefined) return <Unread {...problem} label="Reading the devices" onRetry={() => void refetch()} />;
  if (!has(data, kind)) {
    return (
      <EmptyState titleText="None" headingLevel="h2" variant="sm">
        <EmptyStateBody>{`This host tells of no device of the kind ${hardwareWords[kind]}.`}</EmptyStateBody>
      </EmptyState>
    );
  }
  return (
    <>
      <OldNote fault={problem.fault} readAt={dataUpdatedAt} onRetry={() => void refetch()} />
      {found.length === 0 ? <NothingMatches onClear={onClear} /> : <HardwareTable host={host} kind={kind} devices={found} all={data} />}
    </>
  );
}

function NothingMatches({ onClear }: Pick<ObjectsProps, 'onClear'>) {
  return (
    <EmptyState titleText="Nothing matches" headingLevel="h2" variant="sm">
      <EmptyStateFooter>
        <Button variant="link" onClick={onClear}>
          Show all
        </Button>
      </EmptyStateFooter>
    </EmptyState>
  );
}

interface ObjectsProps {
  readonly host: HostId;
  readonly kind: DeviceKind;
  readonly search: string;
  onClear(): void;
}

function Objects({ host, kind, search, onClear }: ObjectsProps) {
  const { data, error, dataUpdatedAt, refetch } = useInventory(host, kind);
  const found = useMemo(() => {
    const words = wordsOf(search);
    return (data ?? []).filter(({ name, detail, parent }) => {
      const text = `${name} ${detail} ${parent ?? ''}`.toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    });
  }, [data, search]);
  const problem = useReadFault(host, error);
  if (data === undefined) {
    return <Unread {...problem} label={`Reading: ${kindWords[kind][0].toLocaleLowerCase()}`} onRetry={() => void refetch()} />;
  }
  if (data.length === 0) {
    return (
      <EmptyState titleText="None" headingLevel="h2" variant="sm">
        <EmptyStateBody>{kindWords[kind][1]}</EmptyStateBody>
      </EmptyState>
    );
  }
  return (
    <>
      <OldNote fault={problem.fault} readAt={dataUpdatedAt} onRetry={() => void refetch()} />
      {found.length === 0 ? <NothingMatches onClear={onClear} /> : <ObjectsTable label={kindWords[kind][0]} objects={found} />}
    </>
  );
}

/** A column that says nothing of any object is left out. */
function ObjectsTable({ label, objects }: { readonly label: string; readonly objects: readonly HostObject[] }) {
  const has = (mark: 'active' | 'autostart' | 'parent') => objects.some((object) => object[mark] !== null);
  const [active, autostart, parent] = [has('active'), has('autostart'), has('parent')];
  return (
    <table className="gh-small-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          {active && <th scope="col">State</th>}
          {autostart && <th scope="col">Starts with the host</th>}
          {parent && <th scope="col">Part of</th>}
          <th scope="col">Detail</th>
        </tr>
      </thead>
      <tbody>
        {objects.map((object) => (
          <tr key={object.id}>
            <th scope="row" className="gh-path">
              <ForeignText text={object.name} />
            </th>
            {active && <td>{mark(object.active, 'Active', 'Not active')}</td>}
            {autostart && <td>{mark(object.autostart, 'Yes', 'No')}</td>}
            {parent && <td className="gh-path">{object.parent === null ? '–' : <ForeignText text={object.parent} />}</td>}
            <td className="gh-path">{object.detail === '' ? '–' : <ForeignText text={object.detail} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const mark = (value: boolean | null, yes: string, no: string) => (value === null ? '–' : value ? yes : no);
