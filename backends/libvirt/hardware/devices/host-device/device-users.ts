import type { DeviceUser, HostDevice } from '#model/host-device';
import { textAt } from '../../../xml/document.ts';
import type { HardwareContext } from '../../hardware-context.ts';

export const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');

export function otherUsers({ users }: Pick<HostDevice, 'users'>, { domain }: Pick<HardwareContext, 'domain'>): DeviceUser[] {
  const own = textAt(domain, 'uuid');
  return users.filter(({ id }) => id !== own);
}

/** Why a guest cannot have it: another one has it now, or this one has. */
export function takenBy(device: Pick<HostDevice, 'users'>, context: Pick<HardwareContext, 'domain'>): string | null {
  const own = textAt(context.domain, 'uuid');
  if (device.users.some(({ id }) => id === own)) return 'The guest has it already.';
  const [running] = otherUsers(device, context).filter((user) => user.running);
  return running === undefined ? null : `“${running.name}” has it, and is running.`;
}

/** Of guests that are off, and want it too when they start. */
export function sharedWords(device: Pick<HostDevice, 'users'>, context: Pick<HardwareContext, 'domain'>): string[] {
  const others = otherUsers(device, context);
  const off = others.filter(({ running }) => !running).map(({ name }) => name);
  const on = others.filter(({ running }) => running).map(({ name }) => name);
  return [
    ...(on.length > 0 ? [`${quoted(on)} has it now, and is running: this guest cannot start meanwhile.`] : []),
    ...(off.length > 0 ? [`${quoted(off)} names it as well. Only one of them can run at a time.`] : []),
  ];
}

export const MISSING = 'The host does not have it now.';
