import type { TakesEffect } from '#model/clipboard';
import type { GuestId } from '#model/guest';
import type { UsbSockets } from '#model/usb-device';
import { Affect, addDevice, bothDefinitions, nowhereToAdd } from '../guests/both-definitions.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, element, serialize, type XmlElement } from '../xml/document.ts';

const usbControllers = (domain: XmlElement | null): XmlElement[] =>
  children(child(domain, 'devices'), 'controller').filter((controller) => attribute(controller, 'type') === 'usb');
const isNone = (controller: XmlElement): boolean => attribute(controller, 'model') === 'none';
const has = (domain: XmlElement | null): boolean => usbControllers(domain).some((controller) => !isNone(controller));

export async function usbSockets(host: LibvirtHost, id: GuestId): Promise<UsbSockets> {
  const { running, next } = await bothDefinitions(host, await host.domainOf(id));
  if (has(running ?? next)) return { kind: 'present' };
  return has(next) ? { kind: 'next-start' } : { kind: 'missing', addable: 'next-start' };
}

/**
 * libvirt plugs only SCSI controllers into a running guest (9.0, qemuDomainAttachControllerDevice), so this is for the next start. xHCI is
 * what formatdomain recommends: all speeds, and one controller of it.
 */
export async function addUsbSockets(host: LibvirtHost, id: GuestId): Promise<TakesEffect> {
  const dom = await host.domainOf(id);
  const { running, next } = await bothDefinitions(host, dom);
  if (next === null) throw nowhereToAdd();
  if (!has(next)) await replaceNone(host, dom, next);
  return has(running) ? 'now' : 'next-start';
}

/** "none" says that there shall be none, and stands in the place of the first one. */
async function replaceNone(host: LibvirtHost, dom: Domain, next: XmlElement): Promise<void> {
  const none = usbControllers(next).find(isNone);
  const xml = none === undefined ? null : serialize(none);
  if (xml !== null) await host.job(remote.domainDetachDeviceFlags, { dom, xml, flags: Affect.config });
  try {
    // Some machines have one by themselves as soon as nothing forbids it.
    const { next: after } = await bothDefinitions(host, dom);
    if (!has(after)) await addDevice(host, dom, controller, { live: false, config: true });
  } catch (error) {
    if (xml !== null) await host.job(remote.domainAttachDeviceFlags, { dom, xml, flags: Affect.config }).catch(() => undefined);
    throw error;
  }
}

const controller = element('controller', { type: 'usb', model: 'qemu-xhci', ports: 15 });
