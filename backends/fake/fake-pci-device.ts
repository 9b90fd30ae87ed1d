import type { PciDevice } from '#model/host-device';
import { passthroughOf } from '#model/host-device';
import type { FieldValues } from '#model/hardware-field';
import type { Note } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { choice, chosen, toggle } from './fake-fields.ts';
import type { SeenDevices } from './fake-host-devices.ts';
import type { FakeKind, HostAction, HostSubject } from './fake-kind.ts';
import { cancelled, pause } from './pause.ts';

const VFIO = 'vfio-pci';
const nameOf = ({ name, address }: PciDevice): string => `${name} (${address})`;
const isBridge = ({ class: code }: PciDevice): boolean => code?.startsWith('06') === true;

const found = (address: unknown, { pci }: SeenDevices): PciDevice | null => pci.find((one) => one.address === address) ?? null;

const subjectOf = ({ device: { next, running }, seen }: HostSubject): PciDevice | null => found((next ?? running)?.['device'], seen);

/** The device and those that go with it. */
function groupOf(device: PciDevice, { all }: SeenDevices): readonly PciDevice[] {
  const possible = passthroughOf(device, all);
  return possible.kind === 'possible' ? [device, ...possible.together] : [device];
}

/** What else is in its group, also where somebody has it. */
const matesOf = ({ id, iommuGroup }: PciDevice, all: SeenDevices['all']): PciDevice[] =>
  all.flatMap((one) => (one.kind === 'pci' && one.id !== id && iommuGroup !== null && one.iommuGroup === iommuGroup ? [one] : []));

const missing = (device: PciDevice, seen: SeenDevices): PciDevice[] => groupOf(device, seen).filter((one) => !seen.has(one));

function unavailable(device: PciDevice, seen: SeenDevices): string | null {
  const possible = passthroughOf(device, seen.all);
  return seen.takenBy(device) ?? (possible.kind === 'impossible' ? possible.why : null);
}

function losses(device: PciDevice, { all }: SeenDevices): string[] {
  const possible = passthroughOf(device, all);
  return (possible.kind === 'possible' ? possible.lost : []).flatMap((one) => {
    if (one.kind === 'storage') return [`The host loses the disk ${one.path} while the guest runs.`];
    return one.kind === 'network' ? [`The host loses its network card ${one.interface} while the guest runs.`] : [];
  });
}

const giveGroup: HostAction = {
  key: 'give-group',
  label: 'Give its whole group',
  help: 'Gives the guest the devices too that reach memory together with this one: it would not start without them.',
  danger: false,
  offer: (subject) => {
    const device = subject.device.next === null ? null : subjectOf(subject);
    if (device === null || groupOf(device, subject.seen).length < 2) return null;
    const mates = missing(device, subject.seen);
    const taken = mates.flatMap((mate) => unavailable(mate, subject.seen) ?? [])[0] ?? null;
    return { unavailable: mates.length === 0 ? 'The guest has all of its group.' : taken };
  },
  plan: (subject) => {
    const device = subjectOf(subject);
    const mates = device === null ? [] : missing(device, subject.seen);
    return {
      differences: mates.map((mate) => ({ what: fakePciDevice.title, from: null, to: nameOf(mate), effect: 'next-start' })),
      warnings: device === null ? [] : losses(device, subject.seen),
      grants: mates.length === 0 ? [] : ['the host’s own pci device'],
      gives: mates.map(({ address }) => ({ ...subject.device.next, device: address })),
    };
  },
  run: async ({ alive }, { report }) => {
    report('Changing the definition', null);
    return alive ? { effect: 'next-start', why: 'The group goes to the guest at its next start.' } : { effect: 'now', why: null };
  },
};

const rehearse: HostAction = {
  key: 'rehearse',
  label: 'Try it without the guest',
  help: 'Takes the device, with its group, from the host as a start of the guest would, looks whether it goes, and gives it back.',
  danger: true,
  offer: (subject) => {
    const device = subjectOf(subject);
    if (device === null) return null;
    const possible = passthroughOf(device, subject.seen.all);
    const users = groupOf(device, subject.seen).flatMap((one) => one.users);
    return { unavailable: subject.seen.runs(users) ?? (possible.kind === 'impossible' ? possible.why : null) };
  },
  plan: (subject) => {
    const device = subjectOf(subject);
    const group = device === null ? [] : groupOf(device, subject.seen);
    return {
      differences: group.map((one) => ({
        what: `Driver of ${nameOf(one)}`,
        from: one.driver ?? 'none',
        to: `VFIO, and then ${one.driver ?? 'none'} again`,
        effect: 'now',
      })),
      warnings: ['Some drivers, those of graphics cards above all, take a device back only when the host starts anew.'],
      losses: [
        `The host has to do without ${group.map(nameOf).join(', ')} for a moment.`,
        ...(device === null ? [] : losses(device, subject.seen)),
      ],
    };
  },
  run: async (subject, { report, signal, making }) => {
    const { host } = subject.seen;
    const device = subjectOf(subject);
    const taken: { readonly id: string; readonly note: Note }[] = [];
    try {
      for (const one of device === null ? [] : groupOf(device, subject.seen)) {
        if (one.driver === VFIO) continue;
        if (signal.aborted) throw cancelled();
        report(`Taking ${one.address} from the host`, null);
        const note = await making({ kind: 'borrowed', device: one.id, name: nameOf(one), driver: one.driver });
        taken.unshift({ id: one.id, note });
        host.withVfio.add(one.id);
        await note.made();
        await pause(host.delay);
      }
    } finally {
      for (const { id, note } of taken) {
        host.withVfio.delete(id);
        await note.gone();
      }
    }
    return { effect: 'now', why: null };
  },
};

const giveBack: HostAction = {
  key: 'give-back',
  label: 'Give back to the host',
  help: 'The host’s own driver takes the device again, which VFIO was left with.',
  danger: false,
  offer: (subject) => {
    const device = subjectOf(subject);
    return device?.driver === VFIO ? { unavailable: subject.seen.runs(device.users) } : null;
  },
  plan: (subject) => {
    const device = subjectOf(subject);
    if (device === null) return {};
    const managed = (subject.device.next ?? subject.device.running)?.['managed'] === true;
    return {
      differences: [{ what: `Driver of ${nameOf(device)}`, from: device.driver, to: 'the host’s own', effect: 'now' }],
      warnings: managed ? [] : ['The guest does not take it from the host by itself: it will not start until somebody does that again.'],
    };
  },
  run: async (subject, { report }) => {
    report('Giving it back', null);
    const device = subjectOf(subject);
    if (device === null) throw new BackendError('not-found', 'The host does not have it now.');
    subject.seen.host.withVfio.delete(device.id);
    return { effect: 'now', why: null };
  },
};

export const fakePciDevice: FakeKind = {
  kind: 'pci-device',
  group: 'host',
  title: 'PCI device of the host',
  help: 'A graphics card, a network card or another device in the host, for this guest alone while it runs.',
  removable: true,
  addable: true,
  single: false,
  live: true,
  blank: { device: null, managed: true },
  summary: ['device'],
  fields: [
    chosen('device', 'Device', []),
    toggle('managed', 'Taken from the host at start, and given back at the end', {
      help: 'Else somebody has to take its driver from it before, or the guest does not start.',
    }),
  ],
  host: {
    extra: [],
    choices: (key, seen) =>
      key === 'device'
        ? seen.pci
            .filter((one) => !isBridge(one))
            .map((one) => choice(one.address, nameOf(one), `IOMMU group ${one.iommuGroup}, driver ${one.driver}`, unavailable(one, seen)))
        : null,
    initial: () => ({}),
    unavailable: () => null,
    warnings: ({ device: address }: FieldValues, seen) => {
      const device = found(address, seen);
      if (device === null) return [];
      const mates = missing(device, seen).filter(({ address: other }) => other !== address);
      const together = mates.map((mate) => `“${nameOf(mate)}”`).join(', ');
      return [
        ...(mates.length > 0
          ? [
              `It reaches memory together with ${together} (IOMMU group ${device.iommuGroup}). Give the guest all of them, or it will not start.`,
            ]
          : []),
        ...losses(device, seen),
        ...seen.shared(device),
      ];
    },
    notes: ({ device: address }, seen) => {
      const device = found(address, seen);
      if (device === null) return ['The host does not have it now.'];
      const mates = matesOf(device, seen.all);
      return [
        `IOMMU group ${device.iommuGroup}: ${mates.length === 0 ? 'it is alone in it' : `also ${mates.map(nameOf).join(', ')}`}.`,
        device.driver === null ? 'No driver of the host has it now.' : `The host’s driver ${device.driver} has it now.`,
        ...(device.driver === VFIO && seen.runs(device.users) === null
          ? ['No running guest has it, and it was not given back: “Give back to the host” does that.']
          : []),
        ...seen.shared(device),
      ];
    },
    actions: [giveGroup, rehearse, giveBack],
  },
};
