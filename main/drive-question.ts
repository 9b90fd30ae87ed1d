import type { Confirmation, ConfirmationDetail } from '#model/confirmation';
import type { HostDrive } from '#model/host-drive';
import { GiB, MiB } from '#model/quantity';

/** Before a guest gets a disk of its host as it is. `doubts`: what could not be found out about it, as sentences. */
export function driveQuestion(guest: string, drive: HostDrive, doubts: readonly string[]): Confirmation {
  return {
    title: `Let “${guest}” write to this disk of its host?`,
    message: [
      'The guest gets the disk itself, and no copy of it: whatever lies on it now can be overwritten, which cannot be undone.',
      ...doubts,
      'Agree only if you have just asked for it, and the disk is the right one.',
    ],
    details: driveDetails(drive),
    choices: [],
    confirm: 'Use this disk',
    danger: true,
  };
}

const kindWords: Readonly<Record<HostDrive['kind'], string>> = {
  cdrom: 'Drive',
  disk: 'Disk',
  partition: 'Partition',
  mapped: 'Volume of the host',
};

const sizeWords = (bytes: number): string =>
  bytes >= GiB ? `${(bytes / GiB).toFixed(1)} GiB (${bytes} bytes)` : `${(bytes / MiB).toFixed(1)} MiB (${bytes} bytes)`;

type Described = Pick<HostDrive, 'kind' | 'path' | 'place' | 'name' | 'size' | 'label' | 'contents'>;

/** What tells this drive from others, and what would be lost with it. */
export function driveDetails({ kind, path, place, name, size, label, contents }: Described): ConfirmationDetail[] {
  const details = [
    { label: kindWords[kind], value: path },
    ...(place === path ? [] : [{ label: 'Known as', value: place }]),
    ...(name === '' ? [] : [{ label: kind === 'partition' ? 'Of the disk' : 'Model', value: name }]),
    ...(size === null ? [] : [{ label: 'Size', value: sizeWords(size) }]),
    ...(label === null || label === '' ? [] : [{ label: 'Label', value: label }]),
    ...(contents === null ? [] : [{ label: 'On it now', value: contents.length === 0 ? 'Nothing that is known' : contents.join(', ') }]),
  ];
  return details.map((detail) => ({ ...detail, exact: true }));
}
