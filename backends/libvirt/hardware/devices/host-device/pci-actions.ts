import type { PciDevice } from '#model/host-device';
import { passthroughOf } from '#model/host-device';
import { redefine } from '../../../definitions/redefine.ts';
import { guestWord, shellWord } from '../../../guests/guest-actions.ts';
import { remote } from '../../../protocol/remote.ts';
import { child, element, type XmlElement } from '../../../xml/document.ts';
import { withAdded, withChild } from '../../../xml/edit.ts';
import type { ActionPlan, ActionSubject, DeviceAction } from '../../device-kind.ts';
import type { OpenGuest } from '../../open-guest.ts';
import { otherUsers } from './device-users.ts';
import { pciAddressOf, pciAttributes } from './pci-address.ts';
import { given, isKept, lossWords, pciDevice, pciName, pciUnavailable } from './pci-consequences.ts';
import { groupOf, pciFindings } from './pci-findings.ts';
import { borrow } from './pci-rehearsal.ts';

function subjectDevice({ guest, next, running }: ActionSubject): PciDevice | null {
  const hostdev = next ?? running;
  return pciDevice(hostdev === null ? null : pciAddressOf(child(child(hostdev, 'source'), 'address')), guest.context);
}

const missingMates = (device: PciDevice, guest: OpenGuest): PciDevice[] => {
  const has = given(guest.context);
  return groupOf(device, guest.context).filter(({ address }) => !has.has(address));
};

const NOTHING: ActionPlan = { differences: [], warnings: [], losses: [], objections: [], commands: [] };
const virsh = ({ host }: OpenGuest, ...words: readonly string[]) => `virsh -c ${shellWord(host.address)} ${words.join(' ')}`;

/** vfio gives a group as a whole. */
export const giveGroup: DeviceAction = {
  key: 'give-group',
  label: 'Give its whole group',
  help: 'Gives the guest the devices too that reach memory together with this one: it would not start without them.',
  danger: false,
  offer: (subject) => {
    const device = subject.next === null ? null : subjectDevice(subject);
    if (device === null || groupOf(device, subject.guest.context).length < 2) return null;
    const missing = missingMates(device, subject.guest);
    const taken = missing.flatMap((mate) => pciUnavailable(mate, subject.guest.context) ?? [])[0] ?? null;
    return { fields: [], values: {}, unavailable: missing.length === 0 ? 'The guest has all of its group.' : taken };
  },
  plan: async (subject) => {
    const { guest } = subject;
    const device = subjectDevice(subject);
    if (device === null) return NOTHING;
    const missing = missingMates(device, guest);
    const { warnings, problems } = await pciFindings(missing, guest);
    const possible = passthroughOf(device, guest.context.hostDevices);
    return {
      differences: missing.map((mate) => ({ what: 'PCI device of the host', from: null, to: pciName(mate), effect: 'next-start' })),
      warnings: [...(possible.kind === 'possible' ? lossWords(possible.lost) : []), ...warnings],
      losses: [],
      objections: problems.map(({ message }) => ({ field: null, message })),
      commands: missing.map(({ address }) =>
        ['virt-xml -c', shellWord(guest.host.address), guestWord(guest.dom), '--add-device --hostdev', address].join(' '),
      ),
      domain: withMates(guest.source.root, subject.next, missing),
    };
  },
  run: async (subject, _values, operation) => {
    const { guest, next } = subject;
    const device = subjectDevice(subject);
    if (device === null) return { effect: 'now', why: null };
    operation.report('Changing the definition', null);
    const text = guest.source.write(withMates(guest.source.root, next, missingMates(device, guest)));
    await redefine(guest.host, guest.dom, guest.text, text, { signal: operation.signal });
    return guest.running === null
      ? { effect: 'now', why: null }
      : { effect: 'next-start', why: 'The group goes to the guest at its next start.' };
  },
};

/** Each as the first was given: by the same driver, and taken from the host by libvirt or not. */
function withMates(domain: XmlElement, like: XmlElement | null, mates: readonly PciDevice[]): XmlElement {
  const driver = child(like, 'driver');
  return withChild(domain, 'devices', (devices) =>
    mates.reduce((made, { address }) => {
      const at = pciAttributes(address);
      if (made === null || at === null) return made;
      const source = element('source', {}, element('address', at));
      const managed = like?.attributes.get('managed') ?? 'yes';
      const fresh = element('hostdev', { mode: 'subsystem', type: 'pci', managed }, driver === null ? [source] : [driver, source]);
      return withAdded(made, fresh);
    }, devices),
  );
}

/** Why it cannot be taken from the host now. */
function busy(devices: readonly PciDevice[], { context }: OpenGuest): string | null {
  const user = devices.flatMap(({ users }) => users).find(({ running }) => running);
  if (user !== undefined) return `“${user.name}” has it, or something of its group, and is running.`;
  const possible = devices[0] === undefined ? null : passthroughOf(devices[0], context.hostDevices);
  return possible?.kind === 'impossible' ? possible.why : null;
}

/** What a start of the guest does to the host, without the guest: and back. */
export const rehearse: DeviceAction = {
  key: 'rehearse',
  label: 'Try it without the guest',
  help: 'Takes the device, with its group, from the host as a start of the guest would, looks whether it goes, and gives it back.',
  danger: true,
  offer: (subject) => {
    const device = subjectDevice(subject);
    if (device === null) return null;
    return { fields: [], values: {}, unavailable: busy(groupOf(device, subject.guest.context), subject.guest) };
  },
  plan: async (subject) => {
    const { guest } = subject;
    const device = subjectDevice(subject);
    if (device === null) return NOTHING;
    const group = groupOf(device, guest.context);
    const { warnings, problems } = await pciFindings(group, guest);
    const possible = passthroughOf(device, guest.context.hostDevices);
    return {
      differences: group.map((one) => ({
        what: `Driver of ${pciName(one)}`,
        from: one.driver ?? 'none',
        to: `VFIO, and then ${one.driver ?? 'none'} again`,
        effect: 'now',
      })),
      warnings: [...warnings, 'Some drivers, those of graphics cards above all, take a device back only when the host starts anew.'],
      losses: [
        `The host has to do without ${group.map(pciName).join(', ')} for a moment.`,
        ...(possible.kind === 'possible' ? lossWords(possible.lost) : []),
      ],
      objections: problems.map(({ message }) => ({ field: null, message })),
      commands: [
        ...group.map(({ id }) => virsh(guest, 'nodedev-detach', shellWord(id), '--driver vfio')),
        ...group.reduce<string[]>((later, { id }) => [virsh(guest, 'nodedev-reattach', shellWord(id)), ...later], []),
      ],
    };
  },
  run: async (subject, _values, operation) => {
    const device = subjectDevice(subject);
    if (device === null) return { effect: 'now', why: null };
    const late = await borrow(subject.guest.host, groupOf(device, subject.guest.context), operation);
    return { effect: 'now', why: late };
  },
};

/** After a guest that did not start, or ended badly. */
export const giveBack: DeviceAction = {
  key: 'give-back',
  label: 'Give back to the host',
  help: 'The host’s own driver takes the device again, which VFIO was left with.',
  danger: false,
  offer: (subject) => {
    const device = subjectDevice(subject);
    if (device === null || !isKept(device)) return null;
    const users = [...otherUsers(device, subject.guest.context), ...device.users].filter(({ running }) => running);
    return { fields: [], values: {}, unavailable: users[0] === undefined ? null : `“${users[0].name}” has it, and is running.` };
  },
  plan: (subject) => {
    const device = subjectDevice(subject);
    if (device === null) return NOTHING;
    const managed = (subject.next ?? subject.running)?.attributes.get('managed') === 'yes';
    return {
      ...NOTHING,
      differences: [{ what: `Driver of ${pciName(device)}`, from: device.driver, to: 'the host’s own', effect: 'now' }],
      warnings: managed ? [] : ['The guest does not take it from the host by itself: it will not start until somebody does that again.'],
      commands: [virsh(subject.guest, 'nodedev-reattach', shellWord(device.id))],
    };
  },
  run: async (subject, _values, operation) => {
    const device = subjectDevice(subject);
    if (device === null) return { effect: 'now', why: null };
    operation.report('Giving it back', null);
    await subject.guest.host.job(remote.nodeDeviceReAttach, { name: device.id });
    return { effect: 'now', why: null };
  },
};
