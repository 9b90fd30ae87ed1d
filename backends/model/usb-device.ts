import { z } from 'zod';
import { TakesEffect } from './clipboard.ts';
import { GuestId } from './guest.ts';

/** Four hexadecimal digits, as lsusb writes them. */
const UsbNumber = z.string().regex(/^[0-9a-f]{4}$/);

/** Which device it is, wherever it is plugged in. Two of a kind are told apart by their serial number only. */
export const UsbIdentity = z.strictObject({
  vendor: UsbNumber,
  product: UsbNumber,
  /** Null where the device has none or the host does not tell it. */
  serial: z.string().min(1).max(128).nullable(),
});
export type UsbIdentity = z.infer<typeof UsbIdentity>;

export const isSameUsb = (a: UsbIdentity, b: UsbIdentity): boolean =>
  a.vendor === b.vendor && a.product === b.product && a.serial === b.serial;

export const UsbDeviceId = z.string().min(1).max(256);

/**
 * What a host would miss if a device went to a guest: what is typed or pointed at it with, or a disk of it that is mounted, swapped to or built
 * on; 'unchecked-disk': a disk of which nobody tells whether it is.
 */
export const UsbUse = z.enum(['keyboard', 'mouse', 'disk', 'unchecked-disk']);
export type UsbUse = z.infer<typeof UsbUse>;

/** A device that is plugged into a host; hubs are not among them. */
export const UsbDevice = z.strictObject({
  /** As the host names it, for as long as it stays plugged in. */
  id: UsbDeviceId,
  identity: UsbIdentity,
  /** What vendor and product call themselves, '' where they say nothing: foreign text. */
  vendorName: z.string().max(256),
  productName: z.string().max(256),
  bus: z.number().int().min(0).max(65_535),
  device: z.number().int().min(0).max(65_535),
  /** The running guest that has it. */
  user: z.strictObject({ id: GuestId, name: z.string() }).nullable(),
  /** What the host itself uses it for. Null where that is nothing, where a guest has it, and where the host does not tell: of another than this computer, only of disks. */
  use: UsbUse.nullable(),
});
export type UsbDevice = z.infer<typeof UsbDevice>;

/** Where a device would be plugged into a guest. */
export const UsbSockets = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('present') }),
  z.strictObject({ kind: z.literal('next-start') }),
  z.strictObject({ kind: z.literal('missing'), addable: TakesEffect }),
]);
export type UsbSockets = z.infer<typeof UsbSockets>;

/** "Give this device to this guest, always": what is remembered of the device. */
export const UsbRule = z.strictObject({
  identity: UsbIdentity,
  /** What it was called when the rule was made, to be shown while it is not plugged in. */
  name: z.string().max(256),
});
export type UsbRule = z.infer<typeof UsbRule>;

/** "Yubico YubiKey", or by its numbers where it has no name. */
export function usbName({ identity, vendorName, productName }: Pick<UsbDevice, 'identity' | 'vendorName' | 'productName'>): string {
  const name = [vendorName, productName].filter((part) => part !== '').join(' ');
  return name === '' ? `${identity.vendor}:${identity.product}` : name.slice(0, 256);
}
