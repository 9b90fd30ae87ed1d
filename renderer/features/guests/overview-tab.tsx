import { Alert, Switch } from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { Guest, GuestDetails, GuestDisk, GuestJob, GuestNic, GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import { abilitiesOf } from '../../data/change-permission.ts';
import { performAction } from '../../data/guest-verbs.ts';
import { paths } from '../../data/paths.ts';
import { useGuestDetails, useHost, usePools } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes, formatShare } from '../../ui/quantity.ts';
import { OldNote } from '../../ui/old-note.tsx';
import { Unread } from '../../ui/unread.tsx';
import { permissionOf } from './guest-menu-items.tsx';
import { stateGroupOf } from './guest-order.ts';
import { LiveStrip } from './live-strip.tsx';
import { ScreenThumbnail } from './screen-thumbnail.tsx';
import { volumeAt } from './volume-at.ts';

const firmwares = { bios: 'BIOS', uefi: 'UEFI' } as const;

/** What the guest is. */
export function OverviewTab({ guestRef, guest }: { readonly guestRef: GuestRef; readonly guest: Guest }) {
  const result = useGuestDetails(guestRef);
  // While the host is away the last picture stays.
  const abilities = abilitiesOf(useHost(guestRef.host));
  const pictures = abilities?.screenshots !== false;
  const problem = useReadFault(guestRef.host, result.error);
  if (!result.data) return <Unread {...problem} label="Reading what the guest is" onRetry={() => void result.refetch()} />;
  const details = result.data;
  return (
    <div className="gh-overview">
      <OldNote fault={problem.fault} readAt={result.dataUpdatedAt} onRetry={() => void result.refetch()} />
      {details.changesPending && (
        <Alert variant="info" component="p" isInline isPlain title="Changes wait for the next start">
          The guest runs with an older definition.{' '}
          <Link href={paths.guest(guestRef, 'hardware')}>Show what waits, and restart it under Hardware</Link>
        </Alert>
      )}
      {details.jobs.map((job) => (
        <Alert key={`${job.kind} ${job.disk}`} variant="info" component="p" isInline isPlain title={jobTitle(job)} />
      ))}
      <LiveStrip guestRef={guestRef} running={stateGroupOf(guest.state) !== 'off'} />
      <div className="gh-overview__columns">
        <div>
          {pictures && details.consoles.some(({ kind }) => kind !== 'serial') && <ScreenThumbnail guestRef={guestRef} guest={guest} />}
          <Facts guestRef={guestRef} guest={guest} details={details} />
        </div>
        <div>
          {abilities?.storage === true ? <LinkedDisks host={guestRef.host} disks={details.disks} /> : <Disks disks={details.disks} />}
          <Nics nics={details.nics} />
        </div>
      </div>
    </div>
  );
}

const jobWords: Readonly<Record<GuestJob['kind'], string>> = {
  save: 'Saving',
  migrate: 'Migrating',
  snapshot: 'Taking a snapshot',
  dump: 'Writing out its memory',
  backup: 'Backing up',
  disk: 'Working on a disk',
  other: 'The host works on the guest',
};
/** “Saving, 40 %”, whoever asked for it. */
const jobTitle = ({ kind, disk, progress }: GuestJob): string =>
  [disk === null ? jobWords[kind] : `${jobWords[kind]} (${disk})`, progress === null ? null : formatShare(progress)]
    .filter((part) => part !== null)
    .join(', ');

interface FactsProps {
  readonly guestRef: GuestRef;
  readonly guest: Guest;
  readonly details: GuestDetails;
}

function Facts({ guestRef, guest, details }: FactsProps) {
  return (
    <dl className="gh-facts">
      {details.title !== null && <Fact term="Title">{details.title}</Fact>}
      {details.description !== null && <Fact term="Description">{details.description}</Fact>}
      <Fact term="System">{details.os ?? 'Unknown'}</Fact>
      <Fact term="CPUs">{details.cpuModel === null ? `${guest.vcpus}` : `${guest.vcpus} × ${details.cpuModel}`}</Fact>
      <Fact term="Memory">{formatBytes(guest.memory)}</Fact>
      <Fact term="Virtualisation">{details.virtualization}</Fact>
      <Fact term="Machine">{[details.arch, details.machine].filter((part) => part !== null).join(', ')}</Fact>
      {details.firmware !== null && <Fact term="Firmware">{firmwares[details.firmware]}</Fact>}
      <Autostart guestRef={guestRef} guest={guest} />
      {!guest.persistent && <Fact term="Kept when it stops">No</Fact>}
      <Fact term="Id">{guest.id}</Fact>
    </dl>
  );
}

/** No event of libvirt's tells of the mark: what the host says after the change is shown. */
function Autostart({ guestRef, guest }: { readonly guestRef: GuestRef; readonly guest: Guest }) {
  const [asked, setAsked] = useState(false);
  const action = guest.autostart ? 'no-autostart' : 'autostart';
  const permission = permissionOf(guest, action, useHost(guestRef.host));
  const change = async () => {
    setAsked(true);
    await performAction(guestRef, guest, action);
    setAsked(false);
  };
  return (
    <div className="gh-facts__row">
      <dt>Starts with the host</dt>
      <dd className="gh-overview__autostart">
        <Switch
          id="guest-autostart"
          aria-label="Start with the host"
          label={guest.autostart ? 'Yes' : 'No'}
          isChecked={guest.autostart}
          isDisabled={asked || !permission.allowed}
          onChange={() => void change()}
        />
        <Link href={paths.startOrder(guestRef.host)}>Start order</Link>
      </dd>
    </div>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: string }) {
  return (
    <div className="gh-facts__row">
      <dt>{term}</dt>
      <dd data-long={children.length > 30}>
        <ForeignText text={children} />
      </dd>
    </div>
  );
}

/** Each with the way to its volume, where a pool of the host has it. */
function LinkedDisks({ host, disks }: { readonly host: HostId; readonly disks: readonly GuestDisk[] }) {
  const { data: pools } = usePools(host);
  return (
    <Disks
      disks={disks}
      hrefOf={(path) => {
        const volume = volumeAt(path, pools ?? []);
        return volume === null ? null : paths.storage(host, volume.pool, volume.name);
      }}
    />
  );
}

interface DisksProps {
  readonly disks: readonly GuestDisk[];
  /** Of the page about what lies there; null: there is none. */
  readonly hrefOf?: (path: string) => string | null;
}

function Disks({ disks, hrefOf = () => null }: DisksProps) {
  return (
    <Part title="Disks" columns={['Device', 'Size', 'Format', 'Source']} none="This guest has no disk.">
      {disks.map((disk) => (
        <tr key={disk.target}>
          <th scope="row">
            <ForeignText text={disk.target} />{' '}
            <span className="gh-subtle">{disk.kind === 'disk' ? disk.bus : `${disk.kind}, ${disk.bus}`}</span>
          </th>
          <td className="gh-number">{disk.capacity === null ? '–' : formatBytes(disk.capacity)}</td>
          <td>{disk.format ?? '–'}</td>
          <td className="gh-path">
            {disk.source === null ? <span className="gh-subtle">empty</span> : <Source path={disk.source} href={hrefOf(disk.source)} />}
            {disk.readOnly && <span className="gh-subtle"> (read-only)</span>}
          </td>
        </tr>
      ))}
    </Part>
  );
}

function Source({ path, href }: { readonly path: string; readonly href: string | null }) {
  if (href === null) return <ForeignText text={path} />;
  return (
    <Link href={href} title="Show it in its pool">
      <ForeignText text={path} />
    </Link>
  );
}

function Nics({ nics }: { readonly nics: readonly GuestNic[] }) {
  return (
    <Part title="Network" columns={['Connected to', 'Model', 'MAC address', 'Addresses']} none="This guest has no network card.">
      {nics.map((nic) => (
        <tr key={nic.mac}>
          <th scope="row">
            <ForeignText text={nic.source} />
          </th>
          <td>{nic.model ?? '–'}</td>
          <td className="gh-number">{nic.mac}</td>
          <td className="gh-number">{nic.addresses.length === 0 ? '–' : <ForeignText text={nic.addresses.join(', ')} />}</td>
        </tr>
      ))}
    </Part>
  );
}

interface PartProps {
  readonly title: string;
  readonly columns: readonly string[];
  readonly none: string;
  readonly children: readonly ReactNode[];
}

function Part({ title, columns, none, children }: PartProps) {
  return (
    <section className="gh-part">
      <h3>{title}</h3>
      {children.length === 0 ? (
        <p className="gh-subtle">{none}</p>
      ) : (
        <table className="gh-small-table" aria-label={title}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      )}
    </section>
  );
}
