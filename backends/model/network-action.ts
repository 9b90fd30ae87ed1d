import { onlyLook, type Permission } from './guest-action.ts';
import type { Network, NetworkAction } from './network.ts';

/** What each action is called. */
export const networkActions: Readonly<Record<NetworkAction, string>> = {
  start: 'Start',
  stop: 'Stop',
  delete: 'Delete',
  autostart: 'Start with the host',
  'no-autostart': 'Do not start with the host',
};

/** Whether it can be done in this state; if not, the sentence that says why. */
export function canNetwork(network: Network, action: NetworkAction, change: boolean): Permission {
  const no = (why: string): Permission => ({ allowed: false, why });
  if (!change) return no(onlyLook);
  if (action === 'start') return network.active ? no('It is active already') : { allowed: true };
  if (action === 'stop') return network.active ? { allowed: true } : no('It is not active');
  return network.persistent ? { allowed: true } : no('It exists only while it is active: stop it, and it is gone');
}
