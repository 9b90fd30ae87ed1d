import { attribute, child, children, element, type XmlElement } from '../xml/document.ts';

/** A USB device of the host inside a domain's document. `address` is null before libvirt has looked for it. */
export interface UsbHostdev {
  /** Four hexadecimal digits; null where the document names the device by its address alone. */
  readonly vendor: string | null;
  readonly product: string | null;
  readonly address: { readonly bus: number; readonly device: number } | null;
  readonly element: XmlElement;
}

/** The host's USB devices that a domain's document names. */
export function usbHostdevsOf(domain: XmlElement): UsbHostdev[] {
  return children(child(domain, 'devices'), 'hostdev')
    .filter((hostdev) => attribute(hostdev, 'type') === 'usb')
    .map((hostdev) => {
      const source = child(hostdev, 'source');
      const address = child(source, 'address');
      const bus = numberOf(attribute(address, 'bus'));
      const device = numberOf(attribute(address, 'device'));
      return {
        vendor: usbNumber(attribute(child(source, 'vendor'), 'id')),
        product: usbNumber(attribute(child(source, 'product'), 'id')),
        address: bus === null || device === null ? null : { bus, device },
        element: hostdev,
      };
    });
}

/**
 * For a device as it is plugged in now. Vendor and product alone could mean two of a kind; the address alone another device, if this one is
 * unplugged in this moment. `forNextStart`: a guest starts without it where it is not plugged in then, instead of not at all. Source:
 * formatdomain, "USB / PCI / SCSI devices".
 */
export function hostdevFor(
  device: {
    readonly identity: { readonly vendor: string; readonly product: string };
    readonly bus: number;
    readonly device: number;
  },
  forNextStart: boolean,
): XmlElement {
  return element(
    'hostdev',
    { mode: 'subsystem', type: 'usb', managed: 'yes' },
    element(
      'source',
      forNextStart ? { startupPolicy: 'optional' } : {},
      element('vendor', { id: `0x${device.identity.vendor}` }),
      element('product', { id: `0x${device.identity.product}` }),
      element('address', { bus: device.bus, device: device.device }),
    ),
  );
}

/** "0x46D" and "46d" as "046d"; null for what is no such number. */
export function usbNumber(text: string | null): string | null {
  const digits = /^(?:0x)?([0-9a-f]{1,4})$/i.exec(text ?? '')?.[1];
  return digits === undefined ? null : digits.toLowerCase().padStart(4, '0');
}

function numberOf(text: string | null): number | null {
  const value = Number(text ?? '');
  return text !== null && text !== '' && Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : null;
}
