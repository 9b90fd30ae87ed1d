import { realpath } from 'node:fs/promises';
import { normalize } from 'node:path/posix';
import type { DeviceUser } from '#model/host-device';
import { failedWith } from '../failed-with.ts';
import { describeEach } from '../host/describe-each.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { outputOf } from '../host/program-answers.ts';
import { remote } from '../protocol/remote.ts';
import { sourcesIn } from '../storage/disk-uses.ts';
import { attribute, parseXml } from '../xml/document.ts';
import type { RunProgram } from '../transport/run-program.ts';
import { isOfDisk } from './disks-there.ts';
import type { Drive } from './host-drives.ts';
import type { RunningRoad } from './uses-there.ts';

/** A guest, and what of /dev its disks are. */
export interface DriveUser extends DeviceUser {
  readonly paths: ReadonlySet<string>;
  /** Pools with volumes of its own that may lie on any disk, and could not be read. */
  readonly unread: readonly string[];
  /** Of its paths, those that may be links to any disk, and could not be followed. */
  readonly unfollowed: readonly string[];
}

export type UsersHost = Pick<LibvirtHost, 'call' | 'domainXml' | 'local'> & { readonly route: RunningRoad };

/** Most guests' disks are files, and a host's thousand documents take long to read. A device may be named by a link that lies anywhere. */
const PERHAPS = /\bdev=["']\/|\bfile=["']\/+dev\/|<block>|\bvolume=/;
/** So many paths at a time are one command, whatever their length (Linux: MAX_ARG_STRLEN, 128 KiB for what ssh is told). */
const CHUNK = 25;

/** Every guest with something of the host's /dev as a disk, by its definition or by what it runs with. */
export async function readDriveUsers(host: UsersHost): Promise<DriveUser[]> {
  const placeOf = volumePlaces(host);
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
  const users = await describeEach(
    domains,
    async (dom): Promise<DriveUser> => {
      const running = dom.id >= 0;
      const documents = [await host.domainXml(dom, DomainXml.inactive), ...(running ? [await host.domainXml(dom, DomainXml.live)] : [])];
      const sources = documents.filter((xml) => PERHAPS.test(xml)).flatMap((xml) => sourcesIn(parseXml(xml)));
      const places = await Promise.all(sources.map(async (source) => (source.kind === 'volume' ? placeOf(source) : source.path)));
      const paths = places.flatMap((place, at) => {
        const isDevice = sources[at]?.kind === 'block' || place?.startsWith('/dev/') === true;
        return place !== null && place !== '' && isDevice ? [normalize(place)] : [];
      });
      const unread = sources.flatMap((source, at) => (source.kind === 'volume' && places[at] === null ? [source.pool] : []));
      return { id: dom.uuid, name: dom.name, running, paths: new Set(paths), unread: [...new Set(unread)], unfollowed: [] };
    },
    domains.length,
  );
  const found = users.filter((user) => user !== null).filter(({ paths, unread }) => paths.size > 0 || unread.length > 0);
  const real = await linksLeadTo(host, new Set(found.flatMap(({ paths }) => [...paths])));
  return found.map((user) => ({
    ...user,
    paths: new Set([...user.paths].flatMap((path) => [path, real.get(path) ?? path])),
    unfollowed: host.route.run === null ? [] : [...user.paths].filter((path) => !real.has(path)),
  }));
}

/** What these paths of the host are in the end, by whatever links. Those that nobody could follow are missing. */
async function linksLeadTo({ local, route: { run } }: UsersHost, paths: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  if (local) {
    const followed = [...paths].map(async (path) => [path, await realpath(path).catch(() => path)] as const);
    return new Map(await Promise.all(followed));
  }
  if (run === null) return new Map();
  const words = [...paths].filter((path) => !path.includes('\n'));
  const real = new Map<string, string>();
  for (let start = 0; start < words.length; start += CHUNK) {
    const some = words.slice(start, start + CHUNK);
    const lines = (await outputOf(run, 'readlink', '-m', '--', ...some))?.trimEnd().split('\n') ?? [];
    if (lines.length === some.length) some.forEach((path, at) => real.set(path, lines[at] ?? path));
    else for (const path of some) await followOne(run, path, real);
  }
  return real;
}

/** BusyBox, for one, follows a path only to what is there. */
async function followOne(run: RunProgram, path: string, real: Map<string, string>): Promise<void> {
  const end = (await outputOf(run, 'readlink', '-f', '--', path))?.trimEnd() ?? '';
  if (end !== '' && !end.includes('\n')) real.set(path, end);
}

/** Pools whose volumes are files (libvirt: docs/storage.rst), which are no disks of the host's. */
const FOLDERS: ReadonlySet<string> = new Set(['dir', 'fs', 'netfs', 'vstorage']);

/** Where volumes lie that guests name by pool and name; '' for those of pools that are folders, null where that cannot be known. */
function volumePlaces(host: Pick<LibvirtHost, 'call'>): (source: { pool: string; volume: string }) => Promise<string | null> {
  const kinds = new Map<string, Promise<string | null>>();
  const kindOf = (name: string) => {
    const known = kinds.get(name) ?? readKind(name);
    kinds.set(name, known);
    return known;
  };
  const readKind = async (name: string) => {
    const { pool } = await host.call(remote.storagePoolLookupByName, { name });
    const { xml } = await host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 });
    return attribute(parseXml(xml), 'type');
  };
  const orNull = async <T>(answer: Promise<T>): Promise<T | null> =>
    answer.catch((error: unknown) => {
      if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
      return null;
    });
  return async ({ pool: name, volume }) => {
    const kind = await orNull(kindOf(name));
    if (kind !== null && FOLDERS.has(kind)) return '';
    return orNull(
      (async () => {
        const { pool } = await host.call(remote.storagePoolLookupByName, { name });
        const { vol } = await host.call(remote.storageVolLookupByName, { pool, name: volume });
        return (await host.call(remote.storageVolGetPath, { vol })).name;
      })(),
    );
  };
}

type Known = Pick<Drive, 'kin' | 'names' | 'block' | 'users'>;

/** Those of them that have the drive, or the bytes on it, in one way or another. */
export function usersOfDrive({ kin, names, block, users }: Known, all: readonly DriveUser[]): DeviceUser[] {
  // Where the host was not asked for its partitions, their names tell.
  const isIts = (path: string) => kin.has(path) || (block === null && isOfDisk(path, names));
  const own = all.filter(({ paths }) => [...paths].some(isIts));
  return [...own, ...users.filter(({ id }) => own.every((one) => one.id !== id))];
}
