import type { UsbDevice, UsbUse } from '#model/usb-device';
import { type DisksThere, disksThere, type RunningRoad } from '../devices/uses-there.ts';
import { describeEach } from '../host/describe-each.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { parseXml } from '../xml/document.ts';
import { type UsbHostdev, usbHostdevsOf } from './usb-hostdevs.ts';
import { usbUseHere } from './usb-use.ts';
import { boundedSerial, sysFolder, usbSerials } from './usb-serials.ts';
import { hubOf, type StorageNode, storageNode, type UsbNodeDevice, usbNodeDevice } from './usb-node-device.ts';

/** libvirt: virConnectListAllNodeDeviceFlags. */
const Capability = { usbDevice: 4, usbInterface: 8, storage: 256 } as const;
/** libvirt: VIR_CONNECT_LIST_DOMAINS_ACTIVE. */
const ACTIVE = 1;
/** The Linux kernel's own root hubs. */
const ROOT_HUBS = '1d6b';

/** What is needed of a host to list its devices. */
export type UsbLister = Pick<LibvirtHost, 'call' | 'local' | 'domainXml'> & { readonly route: RunningRoad };

interface Holder {
  readonly id: string;
  readonly name: string;
  readonly hostdevs: readonly UsbHostdev[];
}

/** Serial numbers by devices as they are plugged in, of hosts that tell them of disks only, which a guest takes from the host. */
export type KnownSerials = Map<string, string>;

/** What is plugged into the host and may be given away, with the running guest that has it. */
export async function listUsb(host: UsbLister, known: KnownSerials = new Map()): Promise<UsbDevice[]> {
  const [found, interfaces, disks, holders] = await Promise.all([
    documents(host, Capability.usbDevice),
    documents(host, Capability.usbInterface),
    host.local ? [] : documents(host, Capability.storage),
    usbHolders(host),
  ]);
  const hubs = new Set(interfaces.map(hubOf));
  const devices = found
    .flatMap((xml) => usbNodeDevice(xml) ?? [])
    .filter(({ id, identity }) => !hubs.has(id) && identity.vendor !== ROOT_HUBS)
    .sort((a, b) => a.bus - b.bus || a.device - b.device);
  const stored = disks.flatMap((xml) => storageNode(xml) ?? []);
  const below = (path: string | null) => (path === null ? [] : stored.filter((disk) => disk.path.startsWith(`${path}/`)));
  const paths = devices.map(({ path }) => path);
  const [serials, told] = await Promise.all([
    usbSerials(host, paths),
    paths.some((path) => below(path).length > 0) ? disksThere(host.route) : null,
  ]);
  const seen = new Map<string, string>();
  const all = devices.map(async ({ path, ...device }): Promise<UsbDevice> => {
    const user = holders.find(({ hostdevs }) => hostdevs.some((hostdev) => isAt(hostdev, device)));
    const plug = `${device.id}@${device.bus}.${device.device}`;
    const folder = sysFolder(path);
    // Elsewhere, where only libvirt can be asked, that of a disk is known, by what hangs below the device, until a guest has it.
    const serial = serials === null ? (serialOf(below(path)) ?? (user && known.get(plug))) : folder && serials.get(folder);
    if (serials === null && serial) seen.set(plug, serial);
    return {
      ...device,
      identity: { ...device.identity, serial: serial ?? null },
      user: user === undefined ? null : { id: user.id, name: user.name },
      use: user !== undefined ? null : host.local ? await useHere(folder) : usbUseThere(below(path), told),
    };
  });
  const listed = await Promise.all(all);
  known.clear();
  for (const [plug, serial] of seen) known.set(plug, serial);
  return listed;
}

export const isAt = ({ address }: UsbHostdev, { bus, device }: Pick<UsbNodeDevice, 'bus' | 'device'>): boolean =>
  address?.bus === bus && address.device === device;

async function documents(host: UsbLister, flags: number): Promise<string[]> {
  const { devices } = await host.call(remote.connectListAllNodeDevices, { needResults: 1, flags });
  const described = await describeEach(devices, async ({ name }) => host.call(remote.nodeDeviceGetXmlDesc, { name, flags: 0 }));
  return described.flatMap((answer) => (answer === null ? [] : [answer.xml]));
}

async function usbHolders(host: UsbLister): Promise<Holder[]> {
  const { domains } = await host.call(remote.connectListAllDomains, { needResults: 1, flags: ACTIVE });
  const holders = await describeEach(domains, async (dom): Promise<Holder> => {
    const hostdevs = usbHostdevsOf(parseXml(await host.domainXml(dom, DomainXml.live)));
    return { id: dom.uuid, name: dom.name, hostdevs };
  });
  return holders.filter((holder) => holder !== null);
}

const useHere = async (folder: string | null): Promise<UsbUse | null> => (folder === null ? null : usbUseHere(folder));

/** Of another computer libvirt tells that it is a disk, and its programs whether that is mounted. */
function usbUseThere(disks: readonly StorageNode[], told: DisksThere | null): UsbUse | null {
  const names = disks.map(({ name }) => name);
  if (disks.length === 0) return null;
  if (told === null) return 'unchecked-disk';
  if (names.some((name) => told.used.has(name))) return 'disk';
  return names.some((name) => told.doubtful.has(name)) ? 'unchecked-disk' : null;
}

const serialOf = (disks: readonly StorageNode[]): string | null => boundedSerial(disks.find(({ serial }) => serial !== null)?.serial ?? '');
