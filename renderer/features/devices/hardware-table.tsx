import { Fragment, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { HostDevice, PciDevice } from '#model/host-device';
import type { HostId } from '#model/host';
import { paths } from '../../data/paths.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { type HardwareKind, hardwareWords, heldByHost, iommuGroups, placeOf, titleOf, verdictOf } from './hardware.ts';
import { pciClass } from './pci-class.ts';

interface HardwareTableProps {
  readonly host: HostId;
  readonly kind: HardwareKind;
  /** What is shown. */
  readonly devices: readonly HostDevice[];
  /** All that the host has: what hangs from a device, and what goes with it, is among them. */
  readonly all: readonly HostDevice[];
}

export function HardwareTable({ host, kind, devices, all }: HardwareTableProps) {
  const shown = columns[kind](all);
  return (
    <table className="gh-small-table" aria-label={hardwareWords[kind]}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          {shown.map(({ title, numeric }) => (
            <th key={title} scope="col" data-numeric={numeric}>
              {title}
            </th>
          ))}
          <th scope="col">Used by</th>
        </tr>
      </thead>
      {kind === 'pci' ? (
        <PciGroups host={host} columns={shown} devices={devices.filter(isPci)} all={all} />
      ) : (
        <tbody>
          {devices.map((device) => (
            <DeviceRow key={device.id} host={host} device={device} columns={shown} all={all} />
          ))}
        </tbody>
      )}
    </table>
  );
}

const isPci = (device: HostDevice): device is PciDevice => device.kind === 'pci';

interface PciGroupsProps extends Pick<HardwareTableProps, 'host' | 'all'> {
  readonly columns: readonly Column[];
  readonly devices: readonly PciDevice[];
}

function PciGroups({ host, columns, devices, all }: PciGroupsProps) {
  const groups = iommuGroups(devices);
  const isGrouped = groups.some(({ group }) => group !== null);
  return (
    <>
      {groups.map(({ group, devices: members }) => (
        <tbody key={group ?? 'none'}>
          {isGrouped && (
            <tr className="gh-device-group">
              <th scope="rowgroup" colSpan={columns.length + 2}>
                {group === null ? 'Without a group' : `IOMMU group ${group}`}
              </th>
            </tr>
          )}
          {members.map((device) => (
            <DeviceRow key={device.id} host={host} device={device} columns={columns} all={all} />
          ))}
        </tbody>
      ))}
    </>
  );
}

interface DeviceRowProps extends Pick<HardwareTableProps, 'host' | 'all'> {
  readonly device: HostDevice;
  readonly columns: readonly Column[];
}

function DeviceRow({ host, device, columns, all }: DeviceRowProps) {
  return (
    <tr>
      <th scope="row">
        <ForeignText text={titleOf(device)} />
      </th>
      {columns.map(({ title, numeric, cell }) => (
        <td key={title} data-numeric={numeric}>
          {cell(device)}
        </td>
      ))}
      <td>
        <Users host={host} device={device} held={heldByHost(device, all)} />
      </td>
    </tr>
  );
}

/** Guests that have it or will want it, and what the host has of it. */
function Users({ host, device, held }: { readonly host: HostId; readonly device: HostDevice; readonly held: readonly string[] }) {
  const parts: ReactNode[] = device.users.map(({ id, name, running }) => (
    <Fragment key={id}>
      <Link href={paths.guest({ host, id })}>
        <ForeignText text={name} />
      </Link>
      {!running && <span className="gh-subtle"> when it starts</span>}
    </Fragment>
  ));
  if (held.length > 0) {
    parts.push(
      <Fragment key="host">
        this host, as <ForeignText text={held.join(', ')} />
      </Fragment>,
    );
  }
  if (parts.length === 0) return '–';
  return parts.map((part, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- the parts have no other order
    <Fragment key={index}>
      {index > 0 && ', '}
      {part}
    </Fragment>
  ));
}

interface Column {
  readonly title: string;
  readonly numeric?: boolean;
  readonly cell: (device: HostDevice) => ReactNode;
}

const foreign = (text: string | null | undefined): ReactNode => (text ? <ForeignText text={text} /> : '–');
const column = (title: string, cell: Column['cell'], numeric = false): Column => ({ title, cell, numeric });
const place = (title: string): Column => column(title, (device) => foreign(placeOf(device)));

const columns: Readonly<Record<HardwareKind, (all: readonly HostDevice[]) => readonly Column[]>> = {
  pci: (all) => [
    place('Address'),
    column('Kind', (device) => (device.kind === 'pci' ? (pciClass(device.class) ?? '–') : '–')),
    column('Driver', (device) => (device.kind === 'pci' ? foreign(device.driver) : '–')),
    column('For a guest', (device) => (device.kind === 'pci' ? <PciVerdict device={device} all={all} /> : '–')),
  ],
  usb: () => [column('ID', (device) => (device.kind === 'usb' ? `${device.vendor}:${device.product}` : '–')), place('Where')],
  storage: () => [
    place('Device'),
    column('Type', (device) => (device.kind === 'storage' ? foreign(device.type) : '–')),
    column('Serial', (device) => (device.kind === 'storage' ? foreign(device.serial) : '–')),
    column('Size', (device) => (device.kind === 'storage' && device.size !== null ? formatBytes(device.size) : '–'), true),
  ],
  network: () => [
    column('Address', (device) => (device.kind === 'network' ? foreign(device.mac) : '–')),
    column('Link', (device) => (device.kind === 'network' ? linkWord(device.link) : '–')),
    column('Speed', (device) => (device.kind === 'network' && device.speed !== null ? `${device.speed} Mbit/s` : '–'), true),
  ],
  scsi: () => [place('Address'), column('Type', (device) => (device.kind === 'scsi' ? foreign(device.type) : '–'))],
  mediated: () => [
    column('Type', (device) => (device.kind === 'mediated' ? foreign(device.type) : '–')),
    place('Part of'),
    column('State', (device) => (device.kind === 'mediated' && device.active ? 'Active' : 'Not active')),
  ],
};

const linkWord = (link: 'up' | 'down' | null): string => (link === null ? '–' : link === 'up' ? 'Up' : 'Down');

function PciVerdict({ device, all }: { readonly device: PciDevice; readonly all: readonly HostDevice[] }) {
  const functions =
    device.function.kind === 'physical' ? ` It can be divided: ${device.function.made} of ${device.function.max} functions made.` : '';
  const types = device.mediatedTypes.filter(({ available }) => available > 0).length;
  const mediated = types === 0 ? '' : ` Guests can share it, as ${types === 1 ? 'one type' : `${types} types`} of mediated device.`;
  return <ForeignText text={`${verdictOf(device, all)}${functions}${mediated}`} />;
}
