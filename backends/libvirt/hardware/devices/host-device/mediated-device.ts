import type { FieldProblem } from '#model/hardware-field';
import type { HostDevice } from '#model/host-device';
import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withPath } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, switchAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { type HardwareContext, isQemu } from '../../hardware-context.ts';
import { faithful } from '../../parts/part-fields.ts';
import { summaryWords } from '../../summary-words.ts';
import { MISSING, sharedWords, takenBy } from './device-users.ts';
import { canMake, given, makingWords, newMediated, newMediatedProblems } from './new-mediated.ts';
import { pciDevices } from './pci-consequences.ts';
import { takeOffAction } from './take-off-action.ts';

type MediatedDevice = Extract<HostDevice, { kind: 'mediated' }>;
const mediated = ({ hostDevices }: Pick<HardwareContext, 'hostDevices'>): MediatedDevice[] =>
  hostDevices.filter((device): device is MediatedDevice => device.kind === 'mediated' && device.uuid !== null);

const uuidIn = (hostdev: XmlElement): string | null => attribute(child(child(hostdev, 'source'), 'address'), 'uuid')?.toLowerCase() ?? null;
const found = (uuid: unknown, context: HardwareContext) => mediated(context).find((one) => one.uuid?.toLowerCase() === uuid) ?? null;

/** The names that cards have for what they can be divided into: "GRID P4-1Q". */
function typeName(device: MediatedDevice, context: HardwareContext): string {
  const types = pciDevices(context).flatMap(({ mediatedTypes }) => mediatedTypes);
  return types.find(({ id }) => id === device.type)?.name ?? device.type;
}

function unavailable(device: MediatedDevice, context: HardwareContext): string | null {
  return takenBy(device, context) ?? (device.active ? null : 'It is defined on the host, but not there now: it has to be started first.');
}

const device: BoundField = faithful(
  customField(
    (context) =>
      choiceField(
        'device',
        {
          label: 'Device',
          when: [given],
          choices: mediated(context).map((one) =>
            choice(
              one.uuid?.toLowerCase() ?? '',
              `${typeName(one, context)} (${one.uuid ?? ''})`,
              sharedWords(one, context).join(' ') || null,
              unavailable(one, context),
            ),
          ),
        },
        context,
      ),
    {
      read: uuidIn,
      write: (hostdev, value) =>
        typeof value === 'string'
          ? withPath(hostdev, ['source', 'address'], (old) => withAttributes(old ?? element('address'), { uuid: value }))
          : hostdev,
    },
  ),
);

const onPci = [{ field: 'model', is: ['vfio-pci'] }];
const defaultModel = ({ arch }: HardwareContext): string => (arch === 's390x' ? 'vfio-ccw' : 'vfio-pci');

/** https://libvirt.org/formatdomain.html#usb-pci-scsi-devices */
export const mediatedDevice: DeviceKind = {
  sort: 'device',
  kind: 'mediated-device',
  group: 'host',
  title: 'Mediated device (vGPU)',
  help: 'A part of one of the host’s devices, usually of a graphics card that is divided among several guests.',
  fits: isQemu,
  is: (one) => one.name === 'hostdev' && attribute(one, 'type') === 'mdev' && attribute(one, 'mode') !== 'capabilities',
  identity: uuidIn,
  name: (hostdev, number) => (number === null ? 'Mediated device' : `Mediated device ${uuidIn(hostdev)?.slice(0, 8) ?? number}`),
  summary: ({ device: uuid }, context) => {
    const one = found(uuid, context);
    return summaryWords(one === null ? uuid : typeName(one, context));
  },
  fields: [
    device,
    choiceAt('model', '@model', {
      label: 'Way of giving',
      advanced: true,
      choices: ({ arch }) =>
        arch === 's390x'
          ? [choice('vfio-ccw', 'vfio-ccw', 'A disk of an S/390.'), choice('vfio-ap', 'vfio-ap', 'A crypto card of an S/390.')]
          : [choice('vfio-pci', 'vfio-pci')],
    }),
    switchAt('display', '@display', {
      label: 'Its picture is the guest’s',
      help: 'What the guest draws with it is seen in the guest’s display, which needs OpenGL or SPICE for it.',
      words: ['on', 'off'],
      unset: 'No',
      when: onPci,
    }),
    switchAt('ramfb', '@ramfb', {
      label: 'Also while the guest starts',
      help: 'A plain picture until the guest’s driver has taken over.',
      words: ['on', 'off'],
      unset: 'No',
      when: onPci,
    }),
  ],
  problems: ({ display, ramfb, ...values }): FieldProblem[] => [
    ...(ramfb === 'on' && display !== 'on' ? [{ field: 'ramfb', message: 'Only where its picture is the guest’s.' }] : []),
    ...newMediatedProblems(values),
  ],
  warnings: (_from, to, context) => makingWords(to, context),
  notes: (hostdev, context) => {
    const one = found(uuidIn(hostdev), context);
    if (one === null) return [MISSING];
    const parent = pciDevices(context).find(({ id }) => id === one.parent);
    return [
      ...(parent === undefined ? [] : [`Part of ${parent.name || parent.address}.`]),
      ...(one.active ? [] : ['It is defined on the host, but not there now: the guest does not start without it.']),
      ...sharedWords(one, context),
    ];
  },
  actions: [takeOffAction],
  addition: {
    ...newMediated,
    blank: (context) =>
      element('hostdev', { mode: 'subsystem', type: 'mdev', managed: 'no', model: defaultModel(context) }, element('source')),
    unavailable: (context) => {
      if (mediated(context).length > 0 || canMake(context)) return null;
      const cards = pciDevices(context).filter(({ mediatedTypes }) => mediatedTypes.length > 0);
      const names = cards.map(({ name, address }) => name || address).join(', ');
      return cards.length === 0 ? 'The host has none.' : `The host has none yet. ${names} could be divided into some (mdevctl).`;
    },
    live: () => true,
  },
  removal: { live: () => true },
};
