import { realpath } from 'node:fs/promises';
import type { DeviceUser } from '#model/host-device';
import { describeEach } from '../host/describe-each.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { sourcesIn } from '../storage/disk-uses.ts';
import { parseXml } from '../xml/document.ts';
import type { Drive } from './host-drives.ts';

/** A guest, and what of /dev its disks are. */
export interface DriveUser extends DeviceUser {
  readonly paths: ReadonlySet<string>;
}

/** Most guests' disks are files, and a host's thousand documents take long to read. */
const PERHAPS = /\b(?:dev|file)=["']\/dev\//;

/** Every guest with something of the host's /dev as a disk, by its definition or by what it runs with. */
export async function readDriveUsers(host: Pick<LibvirtHost, 'call' | 'domainXml' | 'local'>): Promise<DriveUser[]> {
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
  const users = await describeEach(
    domains,
    async (dom): Promise<DriveUser> => {
      const running = dom.id >= 0;
      const documents = [await host.domainXml(dom, DomainXml.inactive), ...(running ? [await host.domainXml(dom, DomainXml.live)] : [])];
      const sources = documents.filter((xml) => PERHAPS.test(xml)).flatMap((xml) => sourcesIn(parseXml(xml)));
      const paths = sources.flatMap((source) => (source.kind !== 'volume' && source.path.startsWith('/dev/') ? [source.path] : []));
      // By whatever link; of another computer only those that its udev tells are known.
      const real = host.local ? await Promise.all(paths.map(async (path) => realpath(path).catch(() => path))) : [];
      return { id: dom.uuid, name: dom.name, running, paths: new Set([...paths, ...real]) };
    },
    domains.length,
  );
  return users.filter((user) => user !== null).filter(({ paths }) => paths.size > 0);
}

/** Those of them that have the drive, or the bytes on it, in one way or another. */
export function usersOfDrive({ kin, users }: Pick<Drive, 'kin' | 'users'>, all: readonly DriveUser[]): DeviceUser[] {
  const own = all.filter(({ paths }) => [...paths].some((path) => kin.has(path)));
  return [...own, ...users.filter(({ id }) => own.every((one) => one.id !== id))];
}
