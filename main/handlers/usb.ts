import type { AppContract } from '#contract/contract';
import type { Caller, Handlers } from '#contract/define';
import type { GuestRef } from '#model/guest';
import { ownGuest } from '../own-guests.ts';
import type { ConsoleWindows } from '../surroundings.ts';
import type { UsbGiver } from '../usb-giver.ts';

export const usbHandlers = (giver: UsbGiver, consoleWindows: ConsoleWindows): Handlers<AppContract>['usb'] => {
  const own = (caller: Caller, guest: GuestRef): UsbGiver => {
    ownGuest(consoleWindows, caller, guest);
    return giver;
  };
  return {
    offer: async ({ guest }, caller) => own(caller, guest).offer(guest),
    attach: async ({ guest, device }, caller) => own(caller, guest).attach(caller.window, guest, device),
    detach: async ({ guest, device }, caller) => own(caller, guest).detach(guest, device),
    remember: async ({ guest, device }, caller) => own(caller, guest).remember(caller.window, guest, device),
    forget: async ({ guest, identity }, caller) => own(caller, guest).forget(guest, identity),
    addSockets: async ({ guest }, caller) => own(caller, guest).addSockets(guest),
  };
};
