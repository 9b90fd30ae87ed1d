import { realpath } from 'node:fs/promises';
import type { DeviceUser } from '#model/host-device';
import { failedWith } from '../failed-with.ts';
import { describeEach } from '../host/describe-each.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { sourcesIn } from '../storage/disk-uses.ts';
import { attribute, parseXml } from '../xml/document.ts';
import type { Drive } from './host-drives.ts';

/** A guest, and what of /dev its disks are. */
export interface DriveUser extends DeviceUser {
  readonly paths: ReadonlySet<string>;
  /** Pools with volumes of its own that may lie on any disk, and could not be read. */
  readonly unread: readonly string[];
}

/** Most guests' disks are files, and a host's thousand documents take long to read. */
const PERHAPS = /\b(?:dev|file)=["']\/dev\/|\bvolume=/;

/** Every guest with something of the host's /dev as a disk, by its definition or by what it runs with. */
export async function readDriveUsers(host: Pick<LibvirtHost, 'call' | 'domainXml' | 'local'>): Promise<DriveUser[]> {
  const placeOf = volumePlaces(host);
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
  const users = await describeEach(
    domains,
    async (dom): Promise<DriveUser> => {
      const running = dom.id >= 0;
      const documents = [await host.domainXml(dom, DomainXml.inactive), ...(running ? [await host.domainXml(dom, DomainXml.live)] : [])];
      const sources = documents.filter((xml) => PERHAPS.test(xml)).flatMap((xml) => sourcesIn(parseXml(xml)));
      const places = await Promise.all(sources.map(async (source) => (source.kind === 'volume' ? placeOf(source) : source.path)));
      const paths = places.flatMap((place) => (place?.startsWith('/dev/') === true ? [place] : []));
      const unread = sources.flatMap((source, at) => (source.kind === 'volume' && places[at] === null ? [source.pool] : []));
      // By whatever link; of another computer only those that its udev tells are known.
      const real = host.local ? await Promise.all(paths.map(async (path) => realpath(path).catch(() => path))) : [];
      return { id: dom.uuid, name: dom.name, running, paths: new Set([...paths, ...real]), unread: [...new Set(unread)] };
    },
    domains.length,
  );
  return users.filter((user) => user !== null).filter(({ paths, unread }) => paths.size > 0 || unread.length > 0);
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

/** Those of them that have the drive, or the bytes on it, in one way or another. */
export function usersOfDrive({ kin, users }: Pick<Drive, 'kin' | 'users'>, all: readonly DriveUser[]): DeviceUser[] {
  const own = all.filter(({ paths }) => [...paths].some((path) => kin.has(path)));
  return [...own, ...users.filter(({ id }) => own.every((one) => one.id !== id))];
}
