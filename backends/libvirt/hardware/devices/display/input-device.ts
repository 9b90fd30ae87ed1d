import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, switchAt, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, type HardwareContext, isContainer, isQemu, isX86, isXen } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { forTypes } from '../for-types.ts';
import { withoutForeignParts, type KnownParts } from '../known-parts.ts';

const types = [
  choice('tablet', 'Tablet', 'A pointer that is where the viewer’s is: without it, the mouse has to be caught.'),
  choice('mouse', 'Mouse'),
  choice('keyboard', 'Keyboard'),
  choice('passthrough', 'Device of the host (virtio)', 'The guest gets a device’s events as they are.'),
  choice('evdev', 'Device of the host (evdev)', 'Shared between host and guest; both control keys at once give it to the other.'),
];
const typeWord = (type: unknown) => types.find(({ value }) => value === type)?.label ?? String(type);

const parts: KnownParts = {
  tablet: ['@model', 'driver'],
  mouse: ['@model', 'driver'],
  keyboard: ['@model', 'driver'],
  passthrough: ['@model', 'driver', 'source'],
  evdev: ['source'],
};

const type: BoundField = customField(
  (context) =>
    choiceField(
      'type',
      { label: 'Type', choices: types.filter(({ value }) => isQemu(context) || !ofHost.includes(String(value))) },
      context,
    ),
  {
    read: (input) => attribute(input, 'type'),
    write: (input, value) => {
      if (typeof value !== 'string' || value === attribute(input, 'type')) return input;
      const bus = value === 'evdev' ? { bus: null } : value === 'passthrough' ? { bus: 'virtio' } : {};
      const retyped = withoutForeignParts(withAttributes(input, { type: value, ...bus }), parts, value);
      // The two name their device differently.
      const sourced = withChild(retyped, 'source', () => null);
      return withChild(sourced, 'address', () => null);
    },
  },
);
const ofHost: readonly string[] = ['passthrough', 'evdev'];

const bus: BoundField = customField(
  (context) => choiceField('bus', { label: 'Connected by', unset: 'As libvirt likes', choices: busesOf(context) }, context),
  {
    read: (input) => attribute(input, 'bus'),
    write: (input, value) => {
      const wanted = typeof value === 'string' ? value : null;
      if (wanted === attribute(input, 'bus')) return input;
      const moved = withAttributes(input, { bus: wanted, ...(wanted === 'virtio' ? {} : { model: null }) });
      return withChild(moved, 'address', () => null);
    },
  },
);

function busesOf(context: HardwareContext) {
  if (isXen(context)) return [choice('xen', 'Xen'), choice('ps2', 'PS/2'), choice('usb', 'USB')];
  const ps2 = isX86(context) ? [choice('ps2', 'PS/2', null, 'A PC has its keyboard and mouse there already.')] : [];
  return [choice('usb', 'USB'), choice('virtio', 'Virtio', 'Without USB, which costs the host less; the guest needs a driver.'), ...ps2];
}

const devicePath = { source: '/dev/.+', says: 'A device of the host, like /dev/input/event4.' };

/** https://libvirt.org/formatdomain.html#input-devices */
export const inputDevice: DeviceKind = {
  sort: 'device',
  kind: 'input',
  group: 'input',
  title: 'Keyboard, mouse or tablet',
  help: 'What the guest is typed and pointed into with.',
  fits: (context) => !isContainer(context),
  is: ({ name }) => name === 'input',
  identity: () => null,
  name: (input, number) => `${typeWord(attribute(input, 'type'))}${isBuiltIn(input) ? ' of the PC' : number === null ? '' : ` ${number}`}`,
  summary: ({ bus: chosen, event, device }) => summaryWords(chosen === 'ps2' ? 'PS/2' : chosen === 'usb' ? 'USB' : chosen, event ?? device),
  fields: [
    type,
    forTypes(['tablet', 'mouse', 'keyboard'], bus),
    forTypes(['passthrough'], textAt('event', 'source/@evdev', { label: 'Device of the host', pattern: devicePath, maxLength: 255 })),
    forTypes(['evdev'], textAt('device', 'source/@dev', { label: 'Device of the host', pattern: devicePath, maxLength: 255 })),
    forTypes(
      ['evdev'],
      choiceAt('grab', 'source/@grab', {
        label: 'Together with it goes',
        unset: 'Nothing else',
        choices: [choice('all', 'All such devices of the guest')],
      }),
    ),
    forTypes(
      ['evdev'],
      choiceAt('toggle', 'source/@grabToggle', {
        label: 'Given to the other side by',
        unset: 'Both control keys',
        choices: [
          choice('ctrl-ctrl', 'Both control keys'),
          choice('alt-alt', 'Both Alt keys'),
          choice('shift-shift', 'Both shift keys'),
          choice('meta-meta', 'Both Windows keys'),
          choice('scrolllock', 'Scroll Lock'),
          choice('ctrl-scrolllock', 'Control and Scroll Lock'),
        ],
      }),
    ),
    forTypes(['evdev'], switchAt('repeat', 'source/@repeat', { label: 'Held keys repeat', words: ['on', 'off'], unset: 'No' })),
    choiceAt('model', '@model', {
      label: 'Version of virtio',
      when: [{ field: 'bus', is: ['virtio'] }],
      unset: 'As libvirt likes',
      advanced: true,
      choices: [
        choice('virtio', 'As the machine likes'),
        choice('virtio-transitional', 'Old and new'),
        choice('virtio-non-transitional', 'New only'),
      ],
    }),
  ],
  problems: busProblems,
  addition: {
    blank: () => element('input', { type: 'tablet', bus: 'usb' }),
    unavailable: () => null,
    // src/qemu/qemu_hotplug.c, qemuDomainAttachInputDevice.
    live: ({ type: sort, bus: chosen }) => sort === 'passthrough' || chosen === 'usb' || chosen === 'virtio',
  },
  removal: {
    live: (input) => ['usb', 'virtio'].includes(attribute(input, 'bus') ?? ''),
    fixed: (input, { domain }) =>
      isBuiltIn(input) && devicesOf(domain).some(({ name }) => name === 'graphics')
        ? 'Every PC with a display has it: libvirt would add it again.'
        : null,
  },
};

const isBuiltIn = (input: XmlElement): boolean => ['ps2', 'xen'].includes(attribute(input, 'bus') ?? '');

function busProblems({ type: sort, bus: chosen }: FieldValues): FieldProblem[] {
  return sort === 'tablet' && chosen === 'ps2' ? [{ field: 'bus', message: 'There are no tablets for PS/2.' }] : [];
}
