import { EmptyState, EmptyStateBody, Menu, MenuContent, MenuItem, MenuList, Skeleton } from '@patternfly/react-core';
import { useEffect } from 'react';
import type { HostId } from '#model/host';
import type { HostDrive } from '#model/host-drive';
import { faultOf } from '../../data/fault-of.ts';
import { useDrives } from '../../data/queries.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { driveTitle } from './source.ts';

/** A disk's partitions follow it. */
const collator = new Intl.Collator('en', { numeric: true });

interface DriveChoiceProps {
  readonly id: string;
  /** What is looked for: "ISO image". */
  readonly label: string;
  readonly host: HostId;
  /** Those that take discs; else disks, with what they are divided into. */
  readonly discs: boolean;
  readonly chosen: HostDrive | null;
  readonly onChoose: (drive: HostDrive) => void;
}

/** One of the host's own drives. What was chosen follows what becomes of it: a disc that is put in later is found. */
export function DriveChoice({ id, label, host, discs, chosen, onChoose }: DriveChoiceProps) {
  const { data, error, refetch } = useDrives(host);
  const fresh = data?.find((drive) => drive.id === chosen?.id);
  useEffect(() => {
    if (fresh !== undefined && JSON.stringify(fresh) !== JSON.stringify(chosen)) onChoose(fresh);
  }, [fresh, chosen, onChoose]);

  if (error !== null && data === undefined) return <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height="6rem" screenreaderText="Reading the drives of the host" />;
  const meant = data.filter(({ kind }) => (kind === 'cdrom') === discs).toSorted((one, other) => collator.compare(one.path, other.path));
  if (meant.length === 0) {
    return (
      <EmptyState headingLevel="h3" titleText={discs ? 'This host has no drive for discs' : 'This host tells of no disks'} variant="xs">
        <EmptyStateBody>{discs ? 'Choose an image of the disc instead.' : 'Choose an image, or a volume of a pool.'}</EmptyStateBody>
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
      selected={chosen?.id}
      onSelect={(_event, picked) => {
        const drive = meant.find((one) => one.id === picked);
        if (drive !== undefined) onChoose(drive);
      }}
    >
      <MenuContent maxMenuHeight="14rem">
        <MenuList aria-label={label}>
          {meant.map((drive) => (
            <MenuItem key={drive.id} itemId={drive.id} isAriaDisabled={drive.why !== null && drive.loaded} description={aboutDrive(drive)}>
              <ForeignText text={driveTitle(drive)} />
            </MenuItem>
          ))}
        </MenuList>
      </MenuContent>
    </Menu>
  );
}

const kindWords: Readonly<Record<HostDrive['kind'], string | null>> = {
  cdrom: null,
  disk: 'Whole disk',
  partition: 'Partition',
  mapped: 'Volume that the host has made',
};

function aboutDrive({ kind, loaded, label, size, why }: HostDrive): string {
  if (!loaded) return kind === 'cdrom' ? 'No disc is in it' : 'Nothing is in it';
  const name = label === null || label.trim() === '' ? null : `“${label.trim()}”`;
  const facts = [kindWords[kind], name, size === null ? null : formatBytes(size)].filter((fact) => fact !== null).join(', ');
  return readableText(why === null ? facts : `${facts}. ${why}`);
}
