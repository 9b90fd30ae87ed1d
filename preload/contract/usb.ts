import { z } from 'zod';
import { TakesEffect } from '#model/clipboard';
import { GuestRef } from '#model/guest';
import { UsbDevice, UsbDeviceId, UsbIdentity, UsbRule, UsbSockets } from '#model/usb-device';
import { call } from './define.ts';

const OfGuest = z.strictObject({ guest: GuestRef });
const OfDevice = z.strictObject({ guest: GuestRef, device: UsbDeviceId });

/** What a guest can be given of the USB devices that are plugged into its host. */
export const UsbOffer = z.strictObject({
  /** `always`: it is given to this guest whenever it is plugged in. */
  devices: z.array(UsbDevice.extend({ always: z.boolean() })),
  /** What would always be given to this guest, and is not plugged in. */
  awaited: z.array(UsbRule),
  sockets: UsbSockets,
});
export type UsbOffer = z.infer<typeof UsbOffer>;

export const usb = {
  offer: call(OfGuest, UsbOffer, 'app', 'console'),
  /** Main asks first where this computer would miss the device; so it does before remembering one. */
  attach: call(OfDevice, z.void(), 'app', 'console'),
  detach: call(OfDevice, z.void(), 'app', 'console'),
  /** Remembers the device, which must be plugged in, and gives it to the guest now where that is possible. */
  remember: call(OfDevice, z.void(), 'app', 'console'),
  forget: call(z.strictObject({ guest: GuestRef, identity: UsbIdentity }), z.void(), 'app', 'console'),
  addSockets: call(OfGuest, TakesEffect, 'app', 'console'),
};
