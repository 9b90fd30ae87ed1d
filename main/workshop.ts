import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checksum } from '#model/checksum';
import type { CloudInit } from '#model/cloud-init';
import type { InstallScript, UnattendedWish } from '#model/unattended';
import type { LocalFile } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { OsinfoDb } from '../backends/osinfo-db.ts';
import { unpackAppliance, type UnpackedDisk } from '../backends/sources/appliance.ts';
import { addToInitrd } from '../backends/sources/boot-files.ts';
import { cloudInitDisc } from '../backends/sources/cloud-init.ts';
import { convertImage, identified } from '../backends/sources/convert-image.ts';
import { type Disc, makeDisc } from '../backends/sources/disc.ts';
import { download } from '../backends/sources/download.ts';
import { inspectForeignImage } from '../backends/sources/foreign-image.ts';
import { fetchBootFiles, recogniseTree } from '../backends/sources/install-tree.ts';
import { fileNameOf } from '../backends/sources/remote-file.ts';
import type { Answers, BootFiles, Progress, Workshop } from '../backends/sources/sources.ts';
import { answersDisc, answersInInitrd, writeAnswers } from '../backends/sources/unattended.ts';

export interface WorkshopPlace {
  /** Where workshops are, each in a folder of its own. */
  readonly folder: string;
  /** Where parts of downloads wait for the next attempt. */
  readonly downloads: string;
  /** Addresses that are being fetched now, by any workshop: two would write to one part. */
  readonly fetching: Set<string>;
  db(): Promise<OsinfoDb>;
}

/** A workshop in a new folder that nobody but this person may look into. */
export async function openWorkshop({ folder: parent, downloads, fetching, db }: WorkshopPlace): Promise<Workshop> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await mkdir(downloads, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(parent, 'guest-'));
  const newFolder = async (what: string) => mkdtemp(join(folder, `${what}-`));

  async function disc(wanted: Disc): Promise<LocalFile> {
    const place = await newFolder('disc');
    const to = join(place, `${wanted.label}.iso`);
    await makeDisc(wanted, place, to);
    return identified(to);
  }

  return {
    async download(url, checksum, progress) {
      if (fetching.has(url)) throw new BackendError('busy', 'This is being downloaded already.', { remedy: 'Wait until that has ended.' });
      fetching.add(url);
      try {
        return await fetched(url, checksum, { folder: await newFolder('download'), downloads }, progress);
      } finally {
        fetching.delete(url);
      }
    },
    async convert(file, progress) {
      const { format } = await inspectForeignImage(file);
      if (format === 'qcow2' || format === 'raw') return file;
      return convertImage(file, join(await newFolder('converted'), 'disk.qcow2'), progress);
    },
    unpack: async (file, progress): Promise<UnpackedDisk[]> => unpackAppliance(file, await newFolder('appliance'), progress),
    async fetchKernel(url, progress, unattended = null) {
      const tree = await recogniseTree(url, await db(), progress.signal);
      const place = await newFolder('kernel');
      const boot = await fetchBootFiles(tree, place, progress);
      return unattended === null ? boot : withAnswers(boot, unattended, scriptOf(unattended, await db()), place);
    },
    makeSeed: async (cloudInit: CloudInit, instance: string) => disc(cloudInitDisc(cloudInit, instance)),
    async makeAnswers(wish): Promise<Answers> {
      const answers = await writeAnswers(wish, scriptOf(wish, await db()), 'media', await newFolder('answers'));
      const wanted = answersDisc(answers);
      if (wanted === null) {
        throw new BackendError('unsupported', 'This system takes its answers only with the kernel of its installer.', {
          remedy: 'Install it from its network tree.',
        });
      }
      return { disc: await disc(wanted), arguments: answers.kind === 'autoinstall' ? 'autoinstall' : '' };
    },
    dispose: async () => rm(folder, { recursive: true, force: true }),
  };
}

interface DownloadPlace {
  readonly folder: string;
  readonly downloads: string;
}

/** Where what has come of an address waits for the next attempt. */
export const partOf = (downloads: string, url: string): string => join(downloads, createHash('sha256').update(url).digest('hex'));

async function fetched(
  url: string,
  checksum: Checksum | null,
  { folder, downloads }: DownloadPlace,
  progress: Progress,
): Promise<LocalFile> {
  const part = partOf(downloads, url);
  const whole = join(downloads, randomUUID());
  await download({ url, checksum, part, to: whole }, progress);
  const to = join(folder, fileNameOf(url));
  await rename(whole, to);
  return identified(to);
}

async function withAnswers(boot: BootFiles, wish: UnattendedWish, script: InstallScript, folder: string): Promise<BootFiles> {
  const answers = await writeAnswers(wish, script, 'network', folder);
  const words = answersInInitrd(answers);
  await addToInitrd(boot.initrd, answers.files);
  return { ...boot, arguments: [boot.arguments, words].filter((part) => part !== '').join(' ') };
}

function scriptOf({ os, script: id }: UnattendedWish, db: OsinfoDb): InstallScript {
  const script = db.facts(os)?.scripts.find((each) => each.id === id);
  if (script !== undefined) return script;
  throw new BackendError('unsupported', 'osinfo-db has no such script for this system.', {
    remedy: 'Choose another one, or install by hand.',
  });
}
