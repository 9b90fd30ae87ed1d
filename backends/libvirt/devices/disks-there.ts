import { failedWith } from '../failed-with.ts';
import { describeEach } from '../host/describe-each.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, parseXml, text, textAt, type XmlElement } from '../xml/document.ts';

type DisksHost = Pick<LibvirtHost, 'call' | 'job'>;

/** Something on a host that has a block device, as far as libvirt tells: its storage pools, and LVM. */
export interface DiskHolder {
  readonly path: string;
  /** "the storage pool “disks”" */
  readonly who: string;
  /** It is in use now; else only known to be part of it. */
  readonly active: boolean;
}

/** libvirt: VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE and _ACTIVE. */
const INACTIVE = 1;
const ACTIVE = 2;

export async function diskHolders(host: DisksHost): Promise<DiskHolder[]> {
  return (await Promise.all([heldByPools(host), heldByLvm(host).catch(nothingUnlessLost)])).flat();
}

/** Those that are stopped too: what they have is theirs when they are started again. */
export async function heldByPools(host: DisksHost): Promise<DiskHolder[]> {
  return (await Promise.all([ACTIVE, INACTIVE].map((flags) => heldBy(host, flags)))).flat();
}

/** A volume group's volumes are held by their pool's target, the folder in /dev, too. */
async function heldBy(host: DisksHost, flags: number): Promise<DiskHolder[]> {
  const { pools } = await host.call(remote.connectListAllStoragePools, { needResults: 1, flags });
  const read = async (pool: (typeof pools)[number]) => {
    const { xml } = await host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 });
    const document = parseXml(xml);
    const devices = children(child(document, 'source'), 'device').flatMap((device) => attribute(device, 'path') ?? []);
    const group = attribute(document, 'type') === 'logical' ? textAt(document, 'target', 'path') : null;
    return [...devices, ...(group === null ? [] : [group])].map((path) => ({
      path,
      who: `the storage pool “${pool.name}”`,
      active: flags === ACTIVE,
    }));
  };
  return (await describeEach(pools, read, pools.length)).flatMap((held) => held ?? []);
}

/** The daemon asks LVM itself, as root. Whether a volume group is active it does not tell. */
async function heldByLvm(host: DisksHost): Promise<DiskHolder[]> {
  const { xml } = await host.job(remote.connectFindStoragePoolSources, { type: 'logical', srcSpec: null, flags: 0 });
  return children(parseXml(xml), 'source').flatMap((source) => {
    const who = `LVM’s volume group “${textAt(source, 'name') ?? ''}”`;
    return children(source, 'device').flatMap((device) => {
      const path = attribute(device, 'path');
      return path === null ? [] : [{ path, who, active: false }];
    });
  });
}

/** A daemon without its LVM part says so. */
function nothingUnlessLost(error: unknown): [] {
  if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
  return [];
}

/** All names of a storage device on its host: /dev/sdb, /dev/disk/by-id/… */
export async function namesOfDisk(host: DisksHost, id: string): Promise<string[]> {
  const { xml } = await host.call(remote.nodeDeviceGetXmlDesc, { name: id, flags: 0 });
  return diskNames(parseXml(xml));
}

/** The same from its document. */
export function diskNames(document: XmlElement): string[] {
  const block = children(document, 'capability').flatMap((capability) => textAt(capability, 'block') ?? []);
  return [...new Set([...block, ...children(document, 'devnode').map(text)])];
}

/** Whether the path is of this disk or one of its partitions, as the kernel and udev name them. */
export function isOfDisk(path: string, names: readonly string[]): boolean {
  return names.some((name) => {
    if (!path.startsWith(name)) return false;
    const rest = path.slice(name.length);
    return rest === '' || /^-part\d+$/.test(rest) || (/\d$/.test(name) ? /^p\d+$/ : /^\d+$/).test(rest);
  });
}
