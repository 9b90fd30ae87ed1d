import { z } from 'zod';
import { Appliance } from '#model/appliance';
import { Checksum, PublishedChecksum } from '#model/checksum';
import { CloudInit, CloudInitPreview, SshKey } from '#model/cloud-init';
import { ForeignImage } from '#model/foreign-image';
import { Media, OperatingSystem } from '#model/guest-spec';
import { RecentMedium } from '#model/recent-medium';
import { RecognisedSource, RemoteFile } from '#model/remote-source';
import { CatalogueEntry, SystemFacts, SystemSummary } from '#model/system-facts';
import { InstallScript } from '#model/unattended';
import { WebAddress } from '#model/web-address';
import { call } from './define.ts';

const Nothing = z.strictObject({});
const SystemId = z.string().min(1).max(512);
const SearchText = z.string().max(128);
const AtAddress = z.strictObject({ url: WebAddress });

/**
 * What guests are made from. Each `choose…` is main's file dialog: the window gets a token, never the path: one use, this window only, for ten
 * minutes; null: cancelled. What goes to a web address that osinfo-db does not know is asked about in main's own window first ('cancelled').
 */
export const media = {
  choose: call(Nothing, z.strictObject({ token: z.uuid(), media: Media }).nullable()),
  /** `os` by its file name, where it is a known cloud image. */
  chooseDisk: call(Nothing, z.strictObject({ token: z.uuid(), image: ForeignImage, os: OperatingSystem.nullable() }).nullable()),
  chooseAppliance: call(Nothing, z.strictObject({ token: z.uuid(), appliance: Appliance }).nullable()),
  /** The root of a container: a folder, or an archive of one. */
  chooseRoot: call(
    z.strictObject({ what: z.enum(['folder', 'archive']) }),
    z.strictObject({ token: z.uuid(), name: z.string() }).nullable(),
  ),

  /** What guests were made from, newest first. */
  recent: call(Nothing, z.array(RecentMedium)),
  /**
   * One of its files, as the dialog would give it. Rejects with 'not-found' for an id that is not in the list, 'bad-file' for a file that is not
   * there any more, and 'timeout' for a disk that does not answer.
   */
  chooseRecent: call(
    z.strictObject({ id: z.uuid() }),
    z.discriminatedUnion('use', [
      z.strictObject({ use: z.literal('iso'), token: z.uuid(), media: Media }),
      z.strictObject({ use: z.literal('disk'), token: z.uuid(), image: ForeignImage, os: OperatingSystem.nullable() }),
    ]),
  ),
  forgetRecent: call(z.strictObject({ id: z.uuid() }), z.void()),
  /** Takes all off it; main asks first. */
  clearRecent: call(Nothing, z.void()),

  /** At most 100, the likeliest first: newest of what the words name. `ended`: also those that have reached their end of life. */
  systems: call(z.strictObject({ text: SearchText, ended: z.boolean() }), z.array(SystemSummary)),
  system: call(z.strictObject({ id: SystemId }), SystemFacts.nullable()),
  /** At most 200. `arch` as in x86_64; null: all. */
  catalogue: call(z.strictObject({ text: SearchText, arch: z.string().max(32).nullable(), ended: z.boolean() }), z.array(CatalogueEntry)),
  remoteFile: call(AtAddress, RemoteFile),
  publishedChecksum: call(AtAddress, PublishedChecksum.nullable()),
  /** Of what a person pasted; null: it is none. */
  readChecksum: call(z.strictObject({ text: z.string().max(1024) }), Checksum.nullable()),
  recognise: call(AtAddress, RecognisedSource),

  sshKeys: call(Nothing, z.array(SshKey)),
  /** Makes an Ed25519 pair without a passphrase in a file that the person chooses in main's dialog. Null: they chose none. */
  makeSshKey: call(Nothing, SshKey.nullable()),
  /** By SHA-512 crypt: what stands in a draft is the hash. */
  hashPassword: call(z.strictObject({ password: z.string().min(1).max(128) }), z.strictObject({ hash: z.string() })),
  cloudInitPreview: call(z.strictObject({ cloudInit: CloudInit }), CloudInitPreview),
  installScripts: call(z.strictObject({ os: SystemId }), z.array(InstallScript)),
  /** The disc with virtio drivers for Windows that this computer has; `name` null: none. */
  driverDisc: call(Nothing, z.strictObject({ name: z.string().nullable(), whereToGet: z.string() })),
};
