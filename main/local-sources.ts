import { readdir, rm, stat, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RemoteFile } from '#model/remote-source';
import { BackendError } from '../backends/errors.ts';
import { createMediaReader } from '../backends/media/media-reader.ts';
import { osinfoDb } from '../backends/osinfo-db.ts';
import { inspectAppliance } from '../backends/sources/appliance.ts';
import { previewCloudInit } from '../backends/sources/cloud-init.ts';
import { findDriverDisc } from '../backends/sources/driver-disc.ts';
import { createFileFinder } from '../backends/sources/file-finder.ts';
import { inspectForeignImage } from '../backends/sources/foreign-image.ts';
import { recogniseTree } from '../backends/sources/install-tree.ts';
import { hashPassword } from '../backends/sources/password-hash.ts';
import { findPublishedChecksum } from '../backends/sources/published-checksum.ts';
import { describeRemoteFile } from '../backends/sources/remote-file.ts';
import type { Sources } from '../backends/sources/sources.ts';
import { makeSshKey, readSshKeys } from '../backends/sources/ssh-keys.ts';
import { agreeToPrivate, placeOfHost } from '../backends/sources/web-place.ts';
import { goesByProxy } from '../backends/sources/web-request.ts';
import { holdOriginal } from './hold-original.ts';
import { openWorkshop, partOf } from './workshop.ts';

/** Addresses that a person asked about since the start. */
const SIZES_MAX = 256;
const DISC = /\.iso$/i;
const IMAGE = /\.(qcow2|img|raw|vmdk|vdi|vhdx?)$/i;

/** What this computer has to make guests from. `cache` is Guesthouse's own folder for what can be made again. */
export function createLocalSources(cache: string, db = osinfoDb): Sources {
  const place = { folder: join(cache, 'workshops'), downloads: join(cache, 'downloads'), fetching: new Set<string>(), db };
  // There is one Guesthouse at a time: what lies there is of one that was killed.
  const swept = Promise.all([sweep(place.folder, () => true), sweep(place.downloads, isStale)]);

  const sizes = new Map<string, number>();
  const describe = async (url: string, signal: AbortSignal): Promise<RemoteFile> => {
    const file = await describeRemoteFile(url, signal);
    sizes.delete(url);
    if (file.size !== null) sizes.set(url, file.size);
    const [oldest] = sizes.keys();
    if (sizes.size > SIZES_MAX && oldest !== undefined) sizes.delete(oldest);
    return file;
  };

  return {
    ...createMediaReader(db),
    async inspectDisk(file) {
      const image = await inspectForeignImage(file);
      return { image, os: (await db()).identifyImage(image.name) };
    },
    inspectAppliance: async (file) => inspectAppliance(file, await db()),
    findFile: createFileFinder(),
    searchSystems: async (wish) => (await db()).search(wish),
    describeSystem: async (id) => (await db()).facts(id),
    searchCatalogue: async (wish) => (await db()).catalogue(wish),
    knowsWebOrigin: async (origin) => (await db()).knowsWebOrigin(origin),
    webPlace: async (url) => (goesByProxy(url) ? 'far' : placeOfHost(url.hostname)),
    agreeToPrivate,
    describeRemoteFile: describe,
    knownSize: (url) => sizes.get(url) ?? null,
    findPublishedChecksum,
    async recognise(url, signal) {
      const path = /^[^?#]*/.exec(url)?.[0] ?? url;
      if (!DISC.test(path) && !IMAGE.test(path)) return { kind: 'tree', tree: await recogniseTree(url, await db(), signal) };
      const file = await describe(url, signal);
      const os = (await db()).identifyDownload(url) ?? (await db()).identifyImage(file.name);
      return { kind: DISC.test(path) ? 'iso' : 'image', file, os };
    },
    sshKeys: async () => readSshKeys(join(homedir(), '.ssh')),
    makeSshKey,
    hashPassword: async (password) => hashPassword(password),
    previewCloudInit: (cloudInit) => previewCloudInit(cloudInit),
    holdOriginal,
    findDriverDisc: async () => findDriverDisc(),
    async workshopRoom(url) {
      // Its folder need not be there before the first workshop.
      const found = await statfs(cache).catch(() => statfs(dirname(cache)).catch(() => null));
      const here = url === null ? null : await stat(partOf(place.downloads, url)).catch(() => null);
      return found === null ? null : found.bavail * found.bsize + (here?.blocks ?? 0) * 512;
    },
    async openWorkshop() {
      await swept;
      try {
        return await openWorkshop(place);
      } catch (error) {
        throw new BackendError('permission', 'There is no place on this computer to prepare the guest’s files.', {
          reason: error instanceof Error ? error.message : null,
          cause: error,
          remedy: `Check that you may write to ${cache}.`,
        });
      }
    },
  };
}

async function sweep(folder: string, isDone: (name: string, path: string) => boolean | Promise<boolean>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      // What cannot be removed now lies in the way of nothing.
      if (await isDone(name, path)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }),
  );
}

/** A part that nobody went on with for two weeks; or a whole file, which was not yet taken to its workshop when the program was killed. */
async function isStale(name: string, path: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}(\.json)?$/.test(name)) return true;
  const touched = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  return Date.now() - touched > 14 * 86_400_000;
}
