import type { Appliance } from '#model/appliance';
import type { Checksum, PublishedChecksum } from '#model/checksum';
import type { CloudInit, CloudInitPreview, SshKey } from '#model/cloud-init';
import type { ForeignImage } from '#model/foreign-image';
import type { OperatingSystem } from '#model/guest-spec';
import type { RecognisedSource, RemoteFile } from '#model/remote-source';
import type { CatalogueEntry, SystemFacts, SystemSummary } from '#model/system-facts';
import type { UnattendedWish } from '#model/unattended';
import type { LocalFile, MediaReader, Operation, SaveTarget } from '../backend.ts';
import type { FoundFile } from './file-finder.ts';
import type { WebPlace } from './web-place.ts';

/** How long work on this computer is told of, and given up. */
export type Progress = Pick<Operation, 'report' | 'signal'>;

/** What an installer is to read: a disc, and words for its kernel where it takes some. */
export interface Answers {
  readonly disc: LocalFile;
  readonly arguments: string;
}

/** What a tree boots, and what its kernel must be told to find the tree again. */
export interface BootFiles {
  readonly kernel: LocalFile;
  readonly initrd: LocalFile;
  readonly arguments: string;
}

/**
 * A private folder of this computer in which one guest's files are fetched and made. `dispose` removes it and all that is in it, whatever came of
 * the guest; of a download that broke off, only what it has so far stays, so that the next attempt goes on from there.
 */
export interface Workshop {
  /** Checked against the sum while it comes: 'bad-file' where it is another file. */
  download(url: string, checksum: Checksum | null, progress: Progress): Promise<LocalFile>;
  /** As qcow2. A file that is that or raw already comes back as it is. */
  convert(file: LocalFile, progress: Progress): Promise<LocalFile>;
  /** The disks of an appliance in their order, as qcow2. */
  unpack(file: LocalFile, progress: Progress): Promise<{ readonly capacity: number; readonly file: LocalFile }[]>;
  /** `unattended`: with the installer's answers in its first file system. */
  fetchKernel(url: string, progress: Progress, unattended?: UnattendedWish | null): Promise<BootFiles>;
  /** The disc from which a cloud image reads it. `instance` tells one guest from another: the image takes it as new whenever it differs. */
  makeSeed(cloudInit: CloudInit, instance: string): Promise<LocalFile>;
  /** Rejects with 'unsupported' where there is no such script, or not the program that writes it. */
  makeAnswers(wish: UnattendedWish): Promise<Answers>;
  dispose(): Promise<void>;
}

/**
 * All that guests are made from, as far as this computer knows it: its files, its osinfo-db, its road to the web. Every method rejects with
 * BackendError. Main owns one; hosts have no part in it.
 */
export interface Sources extends MediaReader {
  /** Rejects with 'bad-file' for what is not whole without another file. */
  inspectDisk(file: LocalFile): Promise<{ image: ForeignImage; os: OperatingSystem | null }>;
  inspectAppliance(file: LocalFile): Promise<Appliance>;
  /** A file that was used earlier, as it is now. Rejects with 'bad-file' where none is there, 'timeout' where its disk does not answer. */
  findFile(path: string): Promise<FoundFile>;

  searchSystems(wish: { readonly text: string; readonly ended: boolean }): Promise<SystemSummary[]>;
  /** Null where osinfo-db does not have it. */
  describeSystem(id: string): Promise<SystemFacts | null>;
  searchCatalogue(wish: { readonly text: string; readonly arch: string | null; readonly ended: boolean }): Promise<CatalogueEntry[]>;
  /** Whether osinfo-db names this server ("https://example.org:8080") as one to download from. */
  knowsWebOrigin(origin: string): Promise<boolean>;
  /** Where the server is, as far as this computer looks its name up. Rejects with 'insecure' for a name that stands for this computer. */
  webPlace(url: URL): Promise<WebPlace>;
  /** From now on the name may stand for a computer of a private network. */
  agreeToPrivate(hostname: string): void;

  describeRemoteFile(url: string, signal: AbortSignal): Promise<RemoteFile>;
  /** Bytes, as its server said last when it was asked about this address; null: it was not, or did not say. */
  knownSize(url: string): number | null;
  findPublishedChecksum(url: string, signal: AbortSignal): Promise<PublishedChecksum | null>;
  recognise(url: string, signal: AbortSignal): Promise<RecognisedSource>;

  sshKeys(): Promise<SshKey[]>;
  /** Makes the pair `to` and `to`.pub. Rejects with 'exists' where either is there. */
  makeSshKey(to: SaveTarget): Promise<SshKey>;
  hashPassword(password: string): Promise<string>;
  previewCloudInit(cloudInit: CloudInit): CloudInitPreview;
  findDriverDisc(): Promise<LocalFile | null>;
  openWorkshop(): Promise<Workshop>;
  /** What a workshop can hold now, with what is here of that address already; bytes. Null: this computer does not tell. */
  workshopRoom(url: string | null): Promise<number | null>;
  /** A file that is to be removed when a copy of it is in use. Rejects with 'bad-file' where it is another one than was chosen. */
  holdOriginal(file: LocalFile): Promise<Original>;
}

export interface Original {
  /** Where it really lies. */
  readonly path: string;
  /** Rejects with 'bad-file' where it is not any more what it was when it was held. */
  remove(): Promise<void>;
}
