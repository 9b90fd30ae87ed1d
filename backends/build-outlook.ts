import type { HostDrive } from '#model/host-drive';

/** A device of the host that a new pool is built on, and the drive that it is, or is a part of; null where the host does not tell. */
export interface BuildDevice {
  readonly path: string;
  readonly known: Pick<HostDrive, 'kind' | 'path' | 'place' | 'name' | 'size' | 'label' | 'contents'> | null;
}

/** Empty where nothing is written to a device. */
export interface BuildOutlook {
  readonly devices: readonly BuildDevice[];
  /** What could not be found out, as sentences. */
  readonly doubts: readonly string[];
}
