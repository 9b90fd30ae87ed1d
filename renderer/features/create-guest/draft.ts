import type { Appliance } from '#model/appliance';
import type { PublishedChecksum } from '#model/checksum';
import type { Bootstrap, MediumOrigin } from '#model/guest-source';
import type { HostDrive } from '#model/host-drive';
import type { CpuMode, Firmware, Graphics, MachineWish, NewNic, OperatingSystem } from '#model/guest-spec';
import type { InstallTree, RecognisedSource } from '#model/remote-source';
import type { Volume } from '#model/storage';
import type { CatalogueEntry } from '#model/system-facts';
import type { Amount } from './amount.ts';
import type { DriverChoice } from './driver-disc.ts';
import { type CloudInitDraft, emptyCloudInit } from './cloud-init-draft.ts';
import type { Road } from './roads.ts';
import { emptyUnattended, type UnattendedDraft } from './unattended-draft.ts';

/** A file of this computer that was chosen, and what it says of itself. */
export interface FileChoice {
  readonly token: string;
  readonly name: string;
  /** Of the file; null for a folder. */
  readonly size: number | null;
  readonly os: OperatingSystem | null;
  readonly medium?: { readonly label: string; readonly bootable: boolean };
  readonly disk?: { readonly capacity: number; readonly format: string };
  /** Files in one file, to be unpacked. */
  readonly archive?: true;
}

/** An image, wherever it lies. Each place keeps its answer while another is looked at. */
export interface ImageChoice {
  readonly from: MediumOrigin['kind'];
  readonly file: FileChoice | null;
  readonly volume: Volume | null;
  readonly drive: HostDrive | null;
  readonly address: string;
  /** What was found at an address, with that address. */
  readonly found: { readonly address: string; readonly source: RecognisedSource } | null;
  /** As pasted; '' for none. */
  readonly checksum: string;
}

/** What each road has been told. */
export interface Sources {
  readonly iso: ImageChoice;
  readonly cloud: ImageChoice;
  readonly disk: ImageChoice;
  readonly root: ImageChoice;
  readonly download: { readonly entry: CatalogueEntry; readonly sum: PublishedChecksum | null } | null;
  readonly appliance: { readonly token: string; readonly appliance: Appliance } | null;
  readonly tree: { readonly address: string; readonly found: InstallTree | null; readonly arguments: string };
  readonly program: { readonly init: string; readonly arguments: string };
  readonly osInit: string;
  readonly identity: IdentityDraft;
  readonly packages: PackagesDraft;
}

/** What a container's new files are told. The password is a hash as soon as it has been typed twice; '' as a name: as the guest is called. */
export interface IdentityDraft {
  readonly hostname: string;
  readonly rootPasswordHash: string | null;
}

/** A system that is put together on the host; while it is not `wanted`, the container's files are there, or in an archive. */
export interface PackagesDraft {
  readonly wanted: boolean;
  readonly tool: Bootstrap['tool'];
  readonly suite: string;
  readonly mirror: string;
  readonly release: string;
}

/** A disk beside the first one. `id` tells it from others while it is being chosen. */
export interface DiskDraft {
  readonly id: number;
  readonly kind: 'new' | 'volume';
  readonly size: Amount;
  readonly format: 'qcow2' | 'raw';
  readonly pool: string | null;
  readonly volume: Volume | null;
}

/** Everything that is asked after it, as typed or chosen. */
export interface Fields {
  readonly name: string;
  readonly memory: Amount;
  readonly vcpus: string;
  readonly machine: MachineWish | null;
  readonly firmware: Firmware | null;
  readonly tpm: boolean;
  readonly cpu: CpuMode | null;
  readonly graphics: Graphics | null;
  readonly disk: 'new' | 'volume' | 'none';
  readonly diskSize: Amount;
  readonly diskFormat: 'qcow2' | 'raw';
  /** Of the new disk, and of what the source brings where it is copied. */
  readonly pool: string | null;
  readonly volume: Volume | null;
  /** Whether what the source brings is copied into the pool; else it is used where it lies. */
  readonly copy: boolean;
  /** Of a disk that is copied: whether the original is removed when the guest is there. */
  readonly move: boolean;
  readonly moreDisks: readonly DiskDraft[];
  readonly nic: NewNic | null;
  readonly moreNics: readonly NewNic[];
  readonly drivers: DriverChoice | null;
  /** Whether the disc with drivers is copied into the pool; else it is used where it lies. */
  readonly copyDrivers: boolean;
  readonly start: boolean;
  /** Ids of the users that stand for a container's; null: the host's own, root among them. */
  readonly idMap: { readonly start: number; readonly count: number } | null;
}

/** What the person chose. The rest follows from the source, the system and the host, and changes with them. */
export interface Draft {
  readonly road: Road;
  readonly sources: Sources;
  /** Chosen in place of the one that was recognised; null: none of those that are known. */
  readonly system?: { readonly id: string; readonly name: string } | null;
  readonly cloudInit: CloudInitDraft;
  readonly unattended: UnattendedDraft;
  readonly edits: Partial<Fields>;
}

const noImage = (from: ImageChoice['from']): ImageChoice => ({
  from,
  file: null,
  volume: null,
  drive: null,
  address: '',
  found: null,
  checksum: '',
});

export const emptyDraft: Draft = {
  road: 'iso',
  sources: {
    iso: noImage('file'),
    cloud: noImage('file'),
    disk: noImage('file'),
    root: noImage('file'),
    download: null,
    appliance: null,
    tree: { address: '', found: null, arguments: '' },
    program: { init: '/bin/sh', arguments: '' },
    osInit: '/sbin/init',
    identity: { hostname: '', rootPasswordHash: null },
    packages: { wanted: false, tool: 'debootstrap', suite: 'stable', mirror: 'https://deb.debian.org/debian', release: '' },
  },
  cloudInit: emptyCloudInit,
  unattended: emptyUnattended,
  edits: {},
};
