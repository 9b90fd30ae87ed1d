import { guestWord, shellWord } from '../../guests/guest-actions.ts';
import { remote } from '../../protocol/remote.ts';
import type { DeviceAction } from '../device-kind.ts';
import { isQemu } from '../hardware-context.ts';
import { firmwareIn } from './firmware.ts';

/** libvirt: VIR_DOMAIN_START_RESET_NVRAM, since 8.1. */
const RESET_VARIABLES = 1 << 5;
const KNOWS_RESET = 8_001_000;

/** The firmware's memory is made anew from its template, by the start itself: libvirt has no other way. */
export const freshVariables: DeviceAction = {
  key: 'fresh-variables',
  label: 'Start with fresh UEFI variables',
  help: 'Starts the guest with its firmware as new: without its boot entries, settings and own keys.',
  danger: true,
  offer: ({ guest: { context, running } }) => {
    if (!isQemu(context) || firmwareIn(context.domain) === 'bios') return null;
    const old = context.libvirt < KNOWS_RESET ? 'The host’s libvirt is older than 8.1, which cannot do it.' : null;
    return { fields: [], values: {}, unavailable: running === null ? old : 'Shut the guest down first: it is done by starting it.' };
  },
  plan: ({ guest: { host, dom } }) => ({
    differences: [{ what: 'UEFI variables', from: 'as the guest left them', to: 'fresh, and the guest is started', effect: 'now' }],
    warnings: [
      'A system that is started by a boot entry of its own is found again only if it is also where firmware looks by itself (EFI/BOOT).',
      'Windows with BitLocker asks for its recovery key when secure boot’s keys change.',
    ],
    losses: ['The firmware’s boot entries, settings and keys that were enrolled in this guest.'],
    objections: [],
    commands: [`virsh -c ${shellWord(host.address)} start ${guestWord(dom)} --reset-nvram`],
  }),
  run: async ({ guest: { host, dom } }, _values, operation) => {
    operation.report('Starting the guest with fresh variables', null);
    await host.job(remote.domainCreateWithFlags, { dom, flags: RESET_VARIABLES });
    return { effect: 'now', why: null };
  },
};
