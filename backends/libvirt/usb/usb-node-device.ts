import type { UsbDevice } from '#model/usb-device';
import { attribute, child, children, parseXml, textAt, type XmlElement } from '../xml/document.ts';
import { usbNumber } from './usb-hostdevs.ts';

/** A USB device as libvirt's node device driver describes it; `path` is its folder in the host's /sys. */
export interface UsbNodeDevice extends Omit<UsbDevice, 'user' | 'use'> {
  readonly path: string | null;
}

const NAME_MAX = 256;
const named = (text: string | null): string => (text ?? '').slice(0, NAME_MAX);

/** Null for what is no USB device, or one without the numbers that every one has. Source: formatnode, "usb_device". */
export function usbNodeDevice(xml: string): UsbNodeDevice | null {
  const document = parseXml(xml);
  const capability = capabilityOf(document, 'usb_device');
  const vendor = usbNumber(attribute(child(capability, 'vendor'), 'id'));
  const product = usbNumber(attribute(child(capability, 'product'), 'id'));
  const bus = Number(textAt(capability, 'bus') ?? Number.NaN);
  const device = Number(textAt(capability, 'device') ?? Number.NaN);
  const id = textAt(document, 'name');
  if (capability === null || id === null || id.length > NAME_MAX || vendor === null || product === null) return null;
  if (!isSmall(bus) || !isSmall(device)) return null;
  return {
    id,
    identity: { vendor, product, serial: null },
    vendorName: named(textAt(capability, 'vendor')),
    productName: named(textAt(capability, 'product')),
    bus,
    device,
    path: textAt(document, 'path'),
  };
}

/** The device whose interface this is, if it is a hub's (class 9, usb.org "Defined Class Codes"). */
export function hubOf(xml: string): string | null {
  const document = parseXml(xml);
  return textAt(capabilityOf(document, 'usb'), 'class') === '9' ? textAt(document, 'parent') : null;
}

/** A storage device: where it hangs in /sys, under its name there, and the serial number that udev found for it. */
export interface StorageNode {
  readonly path: string;
  readonly name: string;
  readonly serial: string | null;
}

export function storageNode(xml: string): StorageNode | null {
  const document = parseXml(xml);
  const path = textAt(document, 'path');
  if (path === null) return null;
  return { path, name: path.slice(path.lastIndexOf('/') + 1), serial: textAt(capabilityOf(document, 'storage'), 'serial') };
}

function capabilityOf(document: XmlElement, type: string): XmlElement | null {
  return children(document, 'capability').find((capability) => attribute(capability, 'type') === type) ?? null;
}

const isSmall = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 65_535;
