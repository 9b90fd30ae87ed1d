import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { UsbGiver } from '../usb-giver.ts';

export const usbHandlers = (giver: UsbGiver): Handlers<AppContract>['usb'] => ({
  offer: async ({ guest }) => giver.offer(guest),
  attach: async ({ guest, device }) => giver.attach(guest, device),
  detach: async ({ guest, device }) => giver.detach(guest, device),
  remember: async ({ guest, device }) => giver.remember(guest, device),
  forget: async ({ guest, identity }) => giver.forget(guest, identity),
  addSockets: async ({ guest }) => giver.addSockets(guest),
});
