import { readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { UsbDevice, UsbUse } from '#model/usb-device';
import { describeEach } from '../host/describe-each.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { parseXml } from '../xml/document.ts';
import { type UsbHostdev, usbHostdevsOf } from './usb-hostdevs.ts';
import { usbUseHere } from './usb-use.ts';
import { hubOf, storagePath, storageSerial, type UsbNodeDevice, usbNodeDevice } from './usb-node-device.ts';

/** libvirt: virConnectListAllNodeDeviceFlags. */
const Capability = { usbDevice: 4, usbInterface: 8, storage: 256 } as const;
/** libvirt: VIR_CONNECT_LIST_DOMAINS_ACTIVE. */
const ACTIVE = 1;
const SERIAL_MAX = 128;
/** The Linux kernel's own root hubs. */
const ROOT_HUBS = '1d6b';

/** What is needed of a host to list its devices. */
export type UsbLister = Pick<LibvirtHost, 'call' | 'local' | 'domainXml'>;

interface Holder {
  readonly id: string;
  readonly name: string;
  readonly hostdevs: readonly UsbHostdev[];
}

/** What is plugged into the host and may be given away, with the running guest that has it. */
export async function listUsb(host: UsbLister): Promise<UsbDevice[]> {
  const [found, interfaces, disks, holders] = await Promise.all([
    documents(host, Capability.usbDevice),
    documents(host, Capability.usbInterface),
    host.local ? [] : documents(host, Capability.storage),
    usbHolders(host),
  ]);
  const hubs = new Set(interfaces.map(hubOf));
  const serials = disks.flatMap((xml) => storageSerial(xml) ?? []);
  const places = disks.flatMap((xml) => storagePath(xml) ?? []);
  const devices = found
    .flatMap((xml) => usbNodeDevice(xml) ?? [])
    .filter(({ id, identity }) => !hubs.has(id) && identity.vendor !== ROOT_HUBS)
    .sort((a, b) => a.bus - b.bus || a.device - b.device);
  return Promise.all(
    devices.map(async ({ path, ...device }): Promise<UsbDevice> => {
      const here = host.local ? pathHere(path) : null;
      const serial = here !== null ? await serialHere(here) : host.local || path === null ? null : serialBelow(path, serials);
      const user = holders.find(({ hostdevs }) => hostdevs.some((hostdev) => isAt(hostdev, device)));
      return {
        ...device,
        identity: { ...device.identity, serial },
        user: user === undefined ? null : { id: user.id, name: user.name },
        use: user !== undefined ? null : here !== null ? await usbUseHere(here) : usbUseThere(path, places),
      };
    }),
  );
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

/** The path comes from the daemon, which must not make us read anything else. */
const pathHere = (path: string | null): string | null =>
  path?.startsWith('/sys/devices/') === true && normalize(path) === path ? path : null;

/** libvirt does not tell a USB device's serial number (formatnode, "usb_device"). Here the kernel does. */
async function serialHere(path: string): Promise<string | null> {
  const text = await readFile(join(path, 'serial'), 'utf8').catch(() => '');
  return bounded(text);
}

/** Of another computer libvirt tells that it is a disk, and not whether that is mounted. */
const usbUseThere = (path: string | null, places: readonly string[]): UsbUse | null =>
  path !== null && places.some((place) => place.startsWith(`${path}/`)) ? 'unchecked-disk' : null;

/** Elsewhere only that of a disk is known, by what hangs below the device. */
function serialBelow(path: string, serials: readonly { readonly path: string; readonly serial: string }[]): string | null {
  return bounded(serials.find((disk) => disk.path.startsWith(`${path}/`))?.serial ?? '');
}

const bounded = (text: string): string | null => text.trim().slice(0, SERIAL_MAX) || null;
