import type { HostDevice, PciDevice } from '#model/host-device';
import type { FieldValues } from '#model/hardware-field';
import { BackendError } from '../errors.ts';
import { choice, chosen } from './fake-fields.ts';
import type { SeenDevices } from './fake-host-devices.ts';
import type { FakeKind, HostAction, HostSubject } from './fake-kind.ts';

type MediatedDevice = Extract<HostDevice, { kind: 'mediated' }>;

interface Part {
  readonly card: PciDevice;
  readonly type: PciDevice['mediatedTypes'][number];
}

const partsOf = ({ pci }: SeenDevices): Part[] => pci.flatMap((card) => card.mediatedTypes.map((type) => ({ card, type })));
const keyOf = ({ card, type }: Part): string => `${card.id} ${type.id}`;
const nameOf = ({ card, type }: Part): string => `${type.name} of ${card.name} (${card.address})`;
const freeParts = (seen: SeenDevices): Part[] => partsOf(seen).filter(({ type }) => type.available > 0);
const wanted = (values: FieldValues, seen: SeenDevices): Part | undefined =>
  values['whence'] === 'new' ? partsOf(seen).find((part) => keyOf(part) === values['part']) : undefined;

const mediated = ({ all }: SeenDevices): MediatedDevice[] => all.filter((one): one is MediatedDevice => one.kind === 'mediated');
const found = (uuid: unknown, seen: SeenDevices): MediatedDevice | null => mediated(seen).find((one) => one.uuid === uuid) ?? null;
const subjectOf = ({ device: { next, running }, seen }: HostSubject): MediatedDevice | null => found((next ?? running)?.['device'], seen);

const takeOff: HostAction = {
  key: 'take-off-host',
  label: 'Remove and take off the host',
  help: 'Removes it from the guest, and makes the part of the card free for others.',
  danger: true,
  offer: (subject) => {
    const device = subjectOf(subject);
    if (device === null) return null;
    const others = device.users.length > 1 ? (subject.seen.shared(device)[0] ?? null) : null;
    return { unavailable: others };
  },
  plan: (subject) => {
    const uuid = subjectOf(subject)?.uuid ?? null;
    return {
      differences: [{ what: 'Mediated device', from: uuid, to: null, effect: subject.device.running === null ? 'next-start' : 'now' }],
      losses: [`The host’s mediated device ${uuid ?? ''} is no more.`],
    };
  },
  run: async (subject, { report, making }) => {
    const device = subjectOf(subject);
    const uuid = device?.uuid ?? '';
    const note = await making({ kind: 'mediated', id: uuid, name: device?.type ?? '' });
    report('Taking it off the host', null);
    return { effect: 'now', why: null, removes: { note, afterwards: () => void subject.seen.host.parts.delete(uuid) } };
  },
};

export const fakeMediatedDevice: FakeKind = {
  kind: 'mediated-device',
  group: 'host',
  title: 'Mediated device (vGPU)',
  help: 'A part of one of the host’s devices, usually of a graphics card that is divided among several guests.',
  removable: true,
  addable: true,
  single: false,
  live: true,
  blank: { device: null },
  summary: ['device'],
  fields: [chosen('device', 'Device', [], { when: [{ field: 'whence', is: [null, 'existing'] }] })],
  host: {
    extra: [
      chosen('whence', 'Device', [choice('existing', 'One that the host has'), choice('new', 'Make a new one on the host')]),
      chosen('part', 'Part of a card', [], {
        help: 'It stays on the host, also when the guest is deleted, until it is taken off there.',
        when: [{ field: 'whence', is: ['new'] }],
      }),
    ],
    choices: (key, seen) => {
      if (key === 'device')
        return mediated(seen).map((one) => choice(one.uuid, `${one.type} (${one.uuid ?? ''})`, null, seen.takenBy(one)));
      if (key !== 'part') return null;
      return partsOf(seen).map((part) =>
        choice(
          keyOf(part),
          nameOf(part),
          `${part.type.available} more can be made.`,
          part.type.available > 0 ? null : 'The card has no room for another one of this type.',
        ),
      );
    },
    initial: (seen) => {
      const [first] = freeParts(seen);
      const whence = mediated(seen).length > 0 || first === undefined ? 'existing' : 'new';
      return { whence, part: first === undefined ? null : keyOf(first) };
    },
    unavailable: () => null,
    warnings: (values, seen) => {
      const part = wanted(values, seen);
      return part === undefined
        ? []
        : [
            `A part “${part.type.name}” of ${part.card.name} (${part.card.address}) is made on the host, and is there again after its restart.`,
          ];
    },
    notes: ({ device: uuid }, seen) => {
      const one = found(uuid, seen);
      if (one === null) return ['The host does not have it now.'];
      const card = seen.pci.find(({ id }) => id === one.parent);
      return [...(card === undefined ? [] : [`Part of ${card.name}.`]), ...seen.shared(one)];
    },
    prepare: async (values, seen, { report, making }) => {
      const { whence, part: key, ...rest } = values;
      if (whence !== 'new') return rest;
      const part = freeParts(seen).find((one) => keyOf(one) === key);
      if (part === undefined)
        throw new BackendError('bad-input', 'The card has no room for this part any more.', { remedy: 'Choose another.' });
      report('Making the part of the card', null);
      const uuid = crypto.randomUUID();
      const note = await making({ kind: 'mediated', id: uuid, name: nameOf(part) });
      seen.host.parts.set(uuid, { uuid, card: part.card.id, type: part.type.id });
      await note.made();
      return { ...rest, device: uuid };
    },
    actions: [takeOff],
  },
};
