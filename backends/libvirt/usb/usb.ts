import type { GuestId } from '#model/guest';
import { type UsbDevice, usbName } from '#model/usb-device';
import type { Usb } from '../../backend.ts';
import { BackendError, requireChangeable } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import { Affect } from '../guests/both-definitions.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { parseXml, serialize, type XmlElement } from '../xml/document.ts';
import { hostdevFor, type UsbHostdev, usbHostdevsOf } from './usb-hostdevs.ts';
import { isAt, type KnownSerials, listUsb } from './usb-list.ts';
import { addUsbSockets, usbSockets } from './usb-sockets.ts';

/** The host's USB devices, given to guests by libvirt's hotplug: nothing of USB passes through this program. */
export function createUsb(host: LibvirtHost): Usb {
  const known: KnownSerials = new Map();
  return {
    list: () => listUsb(host, known),
    sockets: (id) => usbSockets(host, id),
    addSockets: async (id) => {
      requireChangeable(id);
      return addUsbSockets(host, id);
    },
    attach: async (id, device, { running = false } = {}) => {
      requireChangeable(id);
      return attach(host, id, device, running);
    },
    detach: async (id, device) => {
      requireChangeable(id);
      return detach(host, id, device);
    },
  };
}

async function attach(host: LibvirtHost, id: GuestId, name: string, running: boolean): Promise<void> {
  const [devices, dom] = await Promise.all([listUsb(host), host.domainOf(id)]);
  if (running && dom.id < 0) throw new BackendError('invalid-state', 'The guest is off.', { remedy: 'Start it.' });
  const device = deviceIn(devices, name);
  if (device.user !== null && device.user.id !== id) throw inUse(device, device.user.name);
  if (device.user !== null) return;
  if ((await usbSockets(host, id)).kind !== 'present') throw noSockets();
  const given = usbHostdevsOf(await definitionOf(host, dom));
  for (const left of given.filter((hostdev) => isLeftBehind(hostdev, device, devices))) await change(host, dom, 'detach', left.element);
  try {
    await change(host, dom, 'attach', hostdevFor(device, dom.id < 0));
  } catch (error) {
    throw explained(error, device);
  }
}

async function detach(host: LibvirtHost, id: GuestId, name: string): Promise<void> {
  const [devices, dom] = await Promise.all([listUsb(host), host.domainOf(id)]);
  const device = deviceIn(devices, name);
  const given = usbHostdevsOf(await definitionOf(host, dom)).find((hostdev) => isAt(hostdev, device));
  // It was taken out by somebody else, which is what was wanted.
  if (given === undefined) return;
  await change(host, dom, 'detach', given.element);
}

function deviceIn(devices: readonly UsbDevice[], name: string): UsbDevice {
  const device = devices.find((candidate) => candidate.id === name);
  if (device !== undefined) return device;
  throw new BackendError('not-found', 'This device is no longer plugged in.', { remedy: 'Plug it in again, or choose another.' });
}

/**
 * A device that is unplugged stays in its guest's document, and when it is plugged in again it has another number on the bus (formatdomain,
 * "USB / PCI / SCSI devices").
 */
function isLeftBehind(hostdev: UsbHostdev, { identity }: UsbDevice, devices: readonly UsbDevice[]): boolean {
  if (hostdev.vendor !== identity.vendor || hostdev.product !== identity.product || hostdev.address === null) return false;
  return !devices.some((device) => isAt(hostdev, device));
}

async function change(host: LibvirtHost, dom: Domain, what: 'attach' | 'detach', hostdev: XmlElement): Promise<void> {
  const call = what === 'attach' ? remote.domainAttachDeviceFlags : remote.domainDetachDeviceFlags;
  await host.job(call, { dom, xml: serialize(hostdev), flags: dom.id < 0 ? Affect.config : Affect.live });
}

/** As it runs, or will. */
async function definitionOf(host: LibvirtHost, dom: Domain): Promise<XmlElement> {
  return parseXml(await host.domainXml(dom, DomainXml.live));
}

const inUse = (device: UsbDevice, user: string): BackendError =>
  new BackendError('in-use', `“${usbName(device)}” is in use by the guest “${user}”.`, { remedy: 'Take it from there first.' });

const noSockets = (): BackendError =>
  new BackendError('invalid-state', 'This guest takes no USB devices: it has no USB controller.', {
    remedy: 'Add a USB controller, and start the guest anew.',
  });

/** What the host itself says becomes the reason; it may be that its own system needs the device, or that QEMU may not open it. */
function explained(error: unknown, device: UsbDevice): unknown {
  if (!(error instanceof BackendError) || failedWith(error, 'connection-lost', 'outcome-unknown', 'cancelled')) return error;
  // "No such file" is about something of the host; to us the device was there.
  const code = error.code === 'not-found' ? 'invalid-state' : error.code;
  return new BackendError(code, `The host could not give “${usbName(device)}” to the guest.`, {
    reason: error.message,
    remedy: error.remedy ?? 'See whether another program of the host uses it; plug it in again, then try once more.',
    cause: error,
  });
}
