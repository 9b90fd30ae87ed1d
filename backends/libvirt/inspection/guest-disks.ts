import type { InspectionOutlook } from '#model/inspection';
import { type DiskSource, disksIn } from '../storage/disk-uses.ts';
import { attribute, child, children, type XmlElement } from '../xml/document.ts';

/** A disk that can be looked into: QEMU is told its format, since what is in it could pass for another. */
export interface GuestDisk {
  readonly target: string;
  readonly source: Exclude<DiskSource, { kind: 'elsewhere' }>;
  readonly format: string;
}

export interface GuestDisks {
  readonly disks: readonly GuestDisk[];
  readonly left: InspectionOutlook['left'];
}

/** virt-inspector's appliance has room for some. */
const DISKS_MAX = 16;
const FORMATS = new Set(['raw', 'qcow2', 'qcow', 'qed', 'vmdk', 'vdi', 'vpc', 'vhdx']);

/** The disks of a guest that may hold a system: discs and floppies hold none. */
export function guestDisksIn(domain: XmlElement): GuestDisks {
  const formats = formatsIn(domain);
  const disks: GuestDisk[] = [];
  const left: InspectionOutlook['left'] = [];
  for (const { target, removable, source } of disksIn(domain)) {
    if (removable) continue;
    const format = formats.get(target) ?? 'raw';
    if (source.kind === 'elsewhere') left.push({ target, why: 'it is on the network' });
    else if (!FORMATS.has(format)) left.push({ target, why: `its format is ${format.slice(0, 32)}` });
    else if (disks.length >= DISKS_MAX) left.push({ target, why: 'there are too many' });
    else disks.push({ target, source, format });
  }
  return { disks, left };
}

/** libvirt takes a disk without a format for raw. */
function formatsIn(domain: XmlElement): ReadonlyMap<string, string> {
  return new Map(
    children(child(domain, 'devices'), 'disk').map((disk) => [
      attribute(child(disk, 'target'), 'dev') ?? '',
      attribute(child(disk, 'driver'), 'type') ?? 'raw',
    ]),
  );
}

export const whereIs = (source: GuestDisk['source']): string =>
  source.kind === 'volume' ? `${source.pool}/${source.volume}` : source.path;
