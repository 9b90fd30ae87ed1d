import { z } from 'zod';
import { type Guest, GuestState, isControlDomain } from './guest.ts';
import type { HostAbilities } from './host.ts';

export const GuestAction = z.enum([
  'start',
  'shut-down',
  'reboot',
  'pause',
  'resume',
  'save',
  'discard-save',
  'force-off',
  'reset',
  'autostart',
  'no-autostart',
]);
export type GuestAction = z.infer<typeof GuestAction>;

interface ActionRule {
  readonly label: string;
  readonly states: readonly GuestState[];
  /** Said when the state does not permit it. */
  readonly only: string;
  /** Main asks the person first: work in the guest may be lost. */
  readonly confirmed?: true;
  readonly needs?: 'managedSave' | 'reset';
  /** It may take minutes: the person sees how far it is, and may change their mind. */
  readonly long?: true;
}

const on = ['running', 'idle'] as const satisfies readonly GuestState[];
const alive = ['running', 'idle', 'paused', 'shutting-down', 'crashed', 'sleeping'] as const satisfies readonly GuestState[];

/** What may be done to a guest in which state. Buttons, menus, main's check and the fake backend all read this one table. */
export const guestActions: Readonly<Record<GuestAction, ActionRule>> = {
  start: { label: 'Start', states: ['shut-off', 'crashed'], only: 'Only a guest that is shut off can be started' },
  'shut-down': { label: 'Shut down', states: ['running', 'idle', 'shutting-down'], only: 'Only a running guest can be asked to shut down' },
  reboot: { label: 'Reboot', states: on, only: 'Only a running guest can be rebooted' },
  pause: { label: 'Pause', states: on, only: 'Only a running guest can be paused' },
  resume: { label: 'Resume', states: ['paused'], only: 'Only a paused guest can be resumed' },
  save: {
    label: 'Save',
    states: ['running', 'idle', 'paused'],
    only: 'Only a running or paused guest can be saved',
    needs: 'managedSave',
    long: true,
  },
  'discard-save': {
    label: 'Discard saved state',
    states: ['shut-off'],
    only: 'The guest has no saved state',
    confirmed: true,
    needs: 'managedSave',
  },
  'force-off': { label: 'Force off', states: alive, only: 'The guest is already off', confirmed: true },
  reset: { label: 'Reset', states: alive, only: 'Only a running guest can be reset', confirmed: true, needs: 'reset' },
  autostart: { label: 'Start with the host', states: GuestState.options, only: 'It starts with the host already' },
  'no-autostart': { label: 'Do not start with the host', states: GuestState.options, only: 'It does not start with the host' },
};

export type Permission = { allowed: true } | { allowed: false; why: string };

/** Why nothing can be changed over a connection that is for looking only. */
export const onlyLook = 'You may only look at this host';

/** Why nothing is done to Xen's own system: libvirt refuses some of it, and believes the rest. */
const hostItself = 'It is the host’s own system, from which Xen and its guests are run';

/** Whether anything of the guest may be changed, where its host may. */
export const canChangeGuest = (guest: Pick<Guest, 'id'>): Permission =>
  isControlDomain(guest) ? { allowed: false, why: hostItself } : { allowed: true };

/** Whether `guest` permits `action` now; if not, the sentence that says why. */
export function canGuest(
  guest: Pick<Guest, 'id' | 'state' | 'saved' | 'persistent' | 'autostart'>,
  action: GuestAction,
  abilities?: HostAbilities,
): Permission {
  const rule = guestActions[action];
  if (abilities?.change === false) return { allowed: false, why: onlyLook };
  const change = canChangeGuest(guest);
  if (!change.allowed) return change;
  if (rule.needs !== undefined && abilities !== undefined && !abilities[rule.needs]) {
    return { allowed: false, why: 'This host cannot do that' };
  }
  if (!rule.states.includes(guest.state)) return { allowed: false, why: rule.only };
  if (action === 'discard-save' && !guest.saved) return { allowed: false, why: rule.only };
  if (action === 'autostart' && !guest.persistent) return { allowed: false, why: 'A transient guest cannot start with its host' };
  if (guest.autostart ? action === 'autostart' : action === 'no-autostart') return { allowed: false, why: rule.only };
  if (action === 'save' && !guest.persistent) return { allowed: false, why: 'A transient guest cannot be saved' };
  return { allowed: true };
}

/** What a running guest must be before it can be deleted: nothing; deleting forces it off first, after the person was told. */
export const stateLabels: Readonly<Record<GuestState, string>> = {
  running: 'Running',
  idle: 'Running',
  paused: 'Paused',
  'shutting-down': 'Shutting down',
  'shut-off': 'Shut off',
  crashed: 'Crashed',
  sleeping: 'Sleeping',
  unknown: 'Unknown',
};
