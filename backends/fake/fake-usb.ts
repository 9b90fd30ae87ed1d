import type { TakesEffect } from '#model/clipboard';
import type { GuestId } from '#model/guest';
import { type UsbDevice, type UsbSockets, usbName } from '#model/usb-device';
import type { Usb } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { FakeHost } from './fake-host.ts';

/** The facet of one connection to a host with these ports. */
export function fakeUsb(host: FakeHost, alive: () => void): Usb {
  const reach = async (step: 'describe' | 'usb' = 'describe'): Promise<void> => {
    alive();
    await host.reach(step);
    alive();
  };
  const list = (): UsbDevice[] =>
    host.usb.list().map((one) => {
      const user = host.usb.userOf(one.id);
      return user === null ? { ...one, user } : { ...one, user: { id: user, name: host.find(user).guest.name }, use: null };
    });
  const find = (id: string): UsbDevice => {
    const found = list().find((one) => one.id === id);
    if (found === undefined) throw new BackendError('not-found', 'This device is no longer plugged in.', { remedy: 'Plug it in again.' });
    return found;
  };
  const sockets = (id: GuestId): UsbSockets => host.usb.sockets.get(host.find(id).guest.id) ?? { kind: 'present' };
  return {
    list: async () => {
      await reach();
      return list();
    },
    sockets: async (id) => {
      await reach();
      return sockets(id);
    },
    addSockets: async (id): Promise<TakesEffect> => {
      await reach();
      if (sockets(id).kind === 'present') return 'now';
      host.usb.sockets.set(id, { kind: 'next-start' });
      return 'next-start';
    },
    attach: async (id, name, { running = false } = {}) => {
      await reach('usb');
      if (running && !host.find(id).alive) throw new BackendError('invalid-state', 'The guest is off.', { remedy: 'Start it.' });
      const { user, ...one } = find(name);
      if (user !== null && user.id !== id) {
        throw new BackendError('in-use', `“${usbName(one)}” is in use by the guest “${user.name}”.`, {
          remedy: 'Take it from there first.',
        });
      }
      if (sockets(id).kind !== 'present') throw new BackendError('invalid-state', 'This guest takes no USB devices.');
      host.usb.give(name, id);
      host.touch(id);
    },
    detach: async (id, name) => {
      await reach('usb');
      if (find(name).user?.id === id) host.usb.give(name, null);
      host.touch(id);
    },
  };
}
