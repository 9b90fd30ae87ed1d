import type { HostDevice } from '#model/host-device';
import { takeOffHost } from '../../../devices/mediated-devices.ts';
import { failedWith } from '../../../failed-with.ts';
import { shellWord } from '../../../guests/guest-actions.ts';
import { attribute, child } from '../../../xml/document.ts';
import type { ActionSubject, DeviceAction } from '../../device-kind.ts';
import { otherUsers, quoted } from './device-users.ts';

type MediatedDevice = Extract<HostDevice, { kind: 'mediated' }>;

function deviceOf({ guest, next, running }: ActionSubject): MediatedDevice | null {
  const uuid = attribute(child(child(next ?? running, 'source'), 'address'), 'uuid')?.toLowerCase();
  if (uuid === undefined) return null;
  const found = guest.context.hostDevices.find((one) => one.kind === 'mediated' && one.uuid?.toLowerCase() === uuid);
  return found?.kind === 'mediated' ? found : null;
}

/** The way back from a part of a card that was made for the guest. */
export const takeOffAction: DeviceAction = {
  key: 'take-off-host',
  label: 'Remove and take off the host',
  help: 'Removes it from the guest, and makes the part of the card free for others.',
  danger: true,
  offer: (subject) => {
    const device = deviceOf(subject);
    if (device === null) return null;
    const others = otherUsers(device, subject.guest.context).map(({ name }) => name);
    const needed = others.length === 0 ? null : `${quoted(others)} ${others.length === 1 ? 'names' : 'name'} it as well.`;
    const old = subject.guest.context.libvirt < 7_003_000 ? 'The host’s libvirt is older than 7.3, which cannot do it.' : null;
    return { fields: [], values: {}, unavailable: old ?? needed };
  },
  plan: (subject) => {
    const device = deviceOf(subject);
    const name = device?.id ?? '';
    const virsh = `virsh -c ${shellWord(subject.guest.host.address)}`;
    return {
      differences: [
        { what: 'Mediated device', from: device?.uuid ?? null, to: null, effect: subject.running === null ? 'next-start' : 'now' },
      ],
      warnings: [],
      losses: [`The host’s mediated device ${device?.uuid ?? ''} is no more.`],
      objections: [],
      commands: [`${virsh} nodedev-destroy ${shellWord(name)}`, `${virsh} nodedev-undefine ${shellWord(name)}`],
    };
  },
  run: async (acting, _values, operation) => {
    const device = deviceOf(acting);
    if (device === null) return acting.remove();
    // Once the guest has it no more, nothing else would tell that it was to go.
    const note = await operation.making({ kind: 'mediated', id: device.uuid?.toLowerCase() ?? '', name: device.type });
    const outcome = await acting.remove().catch(async (error: unknown) => {
      if (!failedWith(error, 'connection-lost', 'outcome-unknown')) await note.gone();
      throw error;
    });
    if (outcome.effect !== 'now') return { ...outcome, why: `${outcome.why ?? ''} It stays on the host while the guest has it.`.trim() };
    operation.report('Taking it off the host', null);
    await takeOffHost(acting.guest.host, device.id);
    await note.gone();
    return outcome;
  },
};
