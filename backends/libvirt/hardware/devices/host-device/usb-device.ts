import type { HostDevice } from '#model/host-device';
import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { withChild, withList } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, numberAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, type HardwareContext, isContainer, isQemu, isXen } from '../../hardware-context.ts';
import { faithful, only } from '../../parts/part-fields.ts';
import { summaryWords } from '../../summary-words.ts';
import { MISSING, sharedWords, takenBy } from './device-users.ts';
import { diskFindings } from './disk-findings.ts';

type UsbDevice = Extract<HostDevice, { kind: 'usb' }>;
const usbDevices = ({ hostDevices }: Pick<HardwareContext, 'hostDevices'>): UsbDevice[] =>
  hostDevices.filter((device): device is UsbDevice => device.kind === 'usb');

/** "046d:0825", "046d:0825@1.4" or "@1.4": by what the definition knows the device. Null for none. */
function named(hostdev: XmlElement): string | null {
  const source = child(hostdev, 'source');
  const [vendor, product] = ['vendor', 'product'].map((name) => hex(attribute(child(source, name), 'id')));
  const [bus, number] = ['bus', 'device'].map((name) => Number(attribute(child(source, 'address'), name) ?? Number.NaN));
  const model = vendor === null || product === null ? '' : `${vendor}:${product}`;
  const place = Number.isInteger(bus) && Number.isInteger(number) ? `@${bus}.${number}` : '';
  return `${model}${place}` || null;
}

function hex(id: string | null): string | null {
  const found = /^(?:0x)?([0-9a-f]{1,4})$/i.exec(id ?? '')?.[1];
  return found === undefined ? null : found.toLowerCase().padStart(4, '0');
}

function sourceParts(value: string): XmlElement[] {
  const found = /^(?:([0-9a-f]{4}):([0-9a-f]{4}))?(?:@(\d{1,3})\.(\d{1,3}))?$/.exec(value);
  const [, vendor, product, bus, device] = found ?? [];
  return [
    ...(vendor === undefined ? [] : [element('vendor', { id: `0x${vendor}` }), element('product', { id: `0x${product}` })]),
    ...(bus === undefined ? [] : [element('address', { bus, device })]),
  ];
}

const modelOf = ({ vendor, product }: UsbDevice): string => `${vendor}:${product}`;
const placeOf = ({ bus, device }: UsbDevice): string => `@${bus}.${device}`;

function matching(value: unknown, context: HardwareContext): UsbDevice[] {
  if (typeof value !== 'string') return [];
  return usbDevices(context).filter((one) => {
    const [model = '', place] = value.split('@');
    return (model === '' || model === modelOf(one)) && (place === undefined || placeOf(one) === `@${place}`);
  });
}

/** One that has no twin is known by vendor and product: so it is found wherever it is plugged in next time. */
function choicesOf(context: HardwareContext) {
  const all = usbDevices(context);
  return all.map((one) => {
    const twins = all.filter((other) => modelOf(other) === modelOf(one)).length > 1;
    const value = twins ? `${modelOf(one)}${placeOf(one)}` : modelOf(one);
    const where = `Plugged in at bus ${one.bus}, device ${one.device}.`;
    const help = twins
      ? `${where} There are several of this model: it is only known until it is plugged in anew.`
      : [where, ...sharedWords(one, context)].join(' ');
    return choice(value, `${one.name || 'USB device'} (${modelOf(one)})`, help, takenBy(one, context));
  });
}

const device: BoundField = faithful(
  customField((context) => choiceField('device', { label: 'Device', choices: choicesOf(context) }, context), {
    read: named,
    write: (hostdev, value) =>
      typeof value !== 'string' || sourceParts(value).length === 0
        ? hostdev
        : withChild(hostdev, 'source', (old) => withList(old ?? element('source'), ['vendor', 'product', 'address'], sourceParts(value))),
  }),
);

const hasNoUsb = ({ domain }: HardwareContext): boolean =>
  devicesOf(domain).some((one) => one.name === 'controller' && attribute(one, 'type') === 'usb' && attribute(one, 'model') === 'none');

/** https://libvirt.org/formatdomain.html#usb-pci-scsi-devices */
export const usbHostDevice: DeviceKind = {
  sort: 'device',
  kind: 'usb-device',
  group: 'host',
  title: 'USB device of the host',
  help: 'A device that is plugged into the host, for this guest alone while it runs.',
  fits: (context) => isQemu(context) || isXen(context) || isContainer(context),
  is: (one) => one.name === 'hostdev' && attribute(one, 'type') === 'usb' && attribute(one, 'mode') !== 'capabilities',
  // A running guest's has its place beside its model (virHostdevPrepareUSBDevices).
  identity: (hostdev) => named(hostdev)?.replace(/^([0-9a-f:]+)@.*$/, '$1') ?? null,
  name: (hostdev, number) => `USB device ${named(hostdev) ?? number ?? ''}`.trim(),
  summary: ({ device: value }, context) => summaryWords(matching(value, context)[0]?.name ?? value),
  fields: [
    device,
    ...only(
      (context) => !isContainer(context),
      choiceAt('startup', 'source/@startupPolicy', {
        label: 'When it is not plugged in',
        unset: 'The guest does not start',
        choices: [
          choice('mandatory', 'The guest does not start (said so)'),
          choice(
            'requisite',
            'The guest only goes on if it was running already',
            'It is left out after a move to another host, and needed at a start.',
          ),
          choice('optional', 'The guest starts without it'),
        ],
      }),
    ),
    ...only(
      isQemu,
      choiceAt('reset', 'source/@guestReset', {
        label: 'When the guest resets it',
        unset: 'As QEMU likes (it is reset)',
        advanced: true,
        choices: [
          choice('on', 'It is reset'),
          choice('uninitialized', 'It is reset the first time only'),
          choice('off', 'It is not reset', 'Some devices do not live through it.'),
        ],
      }),
      numberAt('bootOrder', 'boot/@order', {
        label: 'Place in the boot order',
        unset: 'Not booted from',
        fixed: 'The order of all devices is changed under “Boot”.',
        min: 1,
        max: 65_535,
      }),
    ),
  ],
  notes: (hostdev, context) => {
    const [found] = matching(named(hostdev), context);
    return found === undefined ? [MISSING] : sharedWords(found, context);
  },
  problems: (_values, context) => (hasNoUsb(context) ? [{ field: '', message: 'The guest has no USB. Add a USB controller first.' }] : []),
  warnings: (from, to, context) => {
    const [found] = matching(to['device'], context);
    return found === undefined || from['device'] === to['device'] ? [] : sharedWords(found, context);
  },
  check: async (_hostdev, { device: value }, guest) => {
    const all = matching(value, guest.context);
    const has = devicesOf(guest.context.domain).some((other) => usbHostDevice.is(other) && named(other) === value);
    const findings = await Promise.all(all.map(async (one) => diskFindings(one, one.name || `USB device ${modelOf(one)}`, guest, has)));
    return { warnings: findings.flatMap(({ warnings }) => warnings), problems: findings.flatMap(({ problems }) => problems) };
  },
  addition: {
    blank: (context) =>
      element(
        'hostdev',
        { mode: 'subsystem', type: 'usb', managed: 'yes' },
        element('source', { startupPolicy: isContainer(context) ? null : 'optional' }),
      ),
    unavailable: (context) => (usbDevices(context).length === 0 ? 'Nothing is plugged into the host’s USB.' : null),
    live: (_values, context) => !isXen(context),
  },
  removal: { live: (_hostdev, context) => !isXen(context) },
};
