import type { HostDevice } from '#model/host-device';
import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, numberAt, presenceAt, switchAt, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, type HardwareContext, isQemu } from '../../hardware-context.ts';
import { faithful } from '../../parts/part-fields.ts';
import { summaryWords } from '../../summary-words.ts';
import { withScsiBus } from '../disk/scsi-needs.ts';
import { forValues } from '../for-values.ts';
import { MISSING, sharedWords, takenBy } from './device-users.ts';
import { diskFindings, NOTHING_FOUND } from './disk-findings.ts';

type ScsiDevice = Extract<HostDevice, { kind: 'scsi' }>;
const scsiDevices = ({ hostDevices }: Pick<HardwareContext, 'hostDevices'>): ScsiDevice[] =>
  hostDevices.filter((device): device is ScsiDevice => device.kind === 'scsi');

const lunParts = ['bus', 'target', 'unit'] as const;

/** "2:0:0:1", as lsscsi has it. */
function addressIn(hostdev: XmlElement): string | null {
  const source = child(hostdev, 'source');
  const host = /^scsi_host(\d+)$/.exec(attribute(child(source, 'adapter'), 'name') ?? '')?.[1];
  const rest = lunParts.map((name) => attribute(child(source, 'address'), name));
  return host === undefined || rest.includes(null) ? null : [host, ...rest].join(':');
}

const found = (address: unknown, context: HardwareContext) => scsiDevices(context).find((one) => one.address === address) ?? null;

/** The disk or drive that the unit is, where the host shows one. */
function wordFor(device: ScsiDevice, { hostDevices }: HardwareContext): string {
  const block = hostDevices.find((one) => one.kind === 'storage' && one.parent === device.id);
  const name = block?.kind === 'storage' ? `${block.name} ${block.path}`.trim() : device.type;
  return `${name} (${device.address})`;
}

const device: BoundField = faithful(
  customField(
    (context) =>
      choiceField(
        'device',
        {
          label: 'Device',
          choices: scsiDevices(context).map((one) =>
            choice(one.address, wordFor(one, context), sharedWords(one, context).join(' ') || null, takenBy(one, context)),
          ),
        },
        context,
      ),
    {
      read: addressIn,
      write: (hostdev, value) => {
        const parts = typeof value === 'string' && /^\d+(?::\d+){3}$/.test(value) ? value.split(':') : null;
        if (parts === null) return hostdev;
        const [host, bus, target, unit] = parts;
        return withChild(hostdev, 'source', (old) => {
          const named = withChild(old ?? element('source'), 'adapter', (adapter) =>
            withAttributes(adapter ?? element('adapter'), { name: `scsi_host${host}` }),
          );
          return withChild(named, 'address', (address) => withAttributes(address ?? element('address'), { bus, target, unit }));
        });
      },
    },
  ),
);

const local = (bound: BoundField): BoundField => forValues('protocol', 'source/@protocol', ['', 'adapter'], bound);
const iscsi = (bound: BoundField): BoundField => forValues('protocol', 'source/@protocol', ['iscsi'], bound);

/** https://libvirt.org/formatdomain.html#usb-pci-scsi-devices */
export const scsiHostDevice: DeviceKind = {
  sort: 'device',
  kind: 'scsi-device',
  group: 'host',
  title: 'SCSI device of the host',
  help: 'A disk, tape or drive that the guest talks SCSI to directly, also with commands that a disk image does not know.',
  fits: isQemu,
  is: (one) => one.name === 'hostdev' && attribute(one, 'type') === 'scsi' && attribute(one, 'mode') !== 'capabilities',
  identity: addressIn,
  name: (hostdev, number) => `SCSI device ${addressIn(hostdev) ?? number ?? ''}`.trim(),
  summary: ({ device: address, iscsiName }, context) => {
    const one = found(address, context);
    return summaryWords(one === null ? address : wordFor(one, context), iscsiName);
  },
  fields: [
    choiceAt('protocol', 'source/@protocol', {
      label: 'Where it is',
      unset: 'At the host',
      advanced: true,
      fixed: 'Remove it, and add another.',
      choices: [choice('adapter', 'At the host (said so)'), choice('iscsi', 'At an iSCSI server', 'QEMU reaches it itself.')],
    }),
    local(device),
    iscsi(textAt('iscsiName', 'source/@name', { label: 'Target and unit', help: 'Like iqn.2025-01.org.example:disks/1.', maxLength: 255 })),
    iscsi(textAt('iscsiHost', 'source/host/@name', { label: 'Server', maxLength: 255 })),
    iscsi(numberAt('iscsiPort', 'source/host/@port', { label: 'Port', unset: '3260', min: 1, max: 65_535 })),
    iscsi(
      textAt('initiator', 'source/initiator/iqn/@name', {
        label: 'Name of this side',
        unset: 'As QEMU likes',
        maxLength: 223,
        advanced: true,
      }),
    ),
    presenceAt('readonly', 'readonly', { label: 'Read-only' }),
    presenceAt('shareable', 'shareable', {
      label: 'Shared with other guests',
      help: 'They have to know how to share it, or what is on it is destroyed.',
    }),
    choiceAt('sgio', '@sgio', {
      label: 'Commands of SCSI',
      unset: 'As libvirt likes (filtered)',
      advanced: true,
      choices: [choice('filtered', 'Those that are safe'), choice('unfiltered', 'All')],
    }),
    switchAt('rawio', '@rawio', { label: 'Raw access (CAP_SYS_RAWIO)', unset: 'No', advanced: true }),
    numberAt('bootOrder', 'boot/@order', {
      label: 'Place in the boot order',
      unset: 'Not booted from',
      fixed: 'The order of all devices is changed under “Boot”.',
      min: 1,
      max: 65_535,
    }),
  ],
  notes: (hostdev, context) => {
    const one = found(addressIn(hostdev), context);
    if (one === null) return addressIn(hostdev) === null ? [] : [MISSING];
    return sharedWords(one, context);
  },
  warnings: (from, { device: address }, context) => {
    const one = found(address, context);
    if (one === null || from['device'] === address) return [];
    const disk = context.hostDevices.find((other) => other.kind === 'storage' && other.parent === one.id);
    return [
      ...(disk?.kind === 'storage'
        ? [`The guest can overwrite all that is on ${disk.path}. If the host uses it too, both are damaged.`]
        : []),
      ...sharedWords(one, context),
    ];
  },
  check: async (_hostdev, { device: address }, guest) => {
    const one = found(address, guest.context);
    if (one === null) return NOTHING_FOUND;
    const has = devicesOf(guest.context.domain).some((other) => scsiHostDevice.is(other) && addressIn(other) === address);
    return diskFindings(one, wordFor(one, guest.context), guest, has);
  },
  needs: (domain, _hostdev, context) => (isQemu(context) ? withScsiBus(domain) : domain),
  addition: {
    blank: () => element('hostdev', { mode: 'subsystem', type: 'scsi', managed: 'no' }, element('source')),
    unavailable: () => null,
    live: () => true,
  },
  removal: { live: () => true },
};
