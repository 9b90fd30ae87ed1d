import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withPath } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, numberAt, switchAt, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { isQemu, isXen } from '../../hardware-context.ts';
import { faithful, only } from '../../parts/part-fields.ts';
import { summaryWords } from '../../summary-words.ts';
import { giveBack, giveGroup, rehearse } from './pci-actions.ts';
import { pciAddressOf, pciAttributes } from './pci-address.ts';
import { groupOf, pciFindings } from './pci-findings.ts';
import {
  given,
  hasHostDriver,
  pciConsequences,
  pciDevice,
  pciDevices,
  pciHelp,
  pciName,
  pciNotes,
  pciUnavailable,
} from './pci-consequences.ts';

const addressIn = (hostdev: XmlElement): string | null => pciAddressOf(child(child(hostdev, 'source'), 'address'));

const device: BoundField = faithful(
  customField(
    (context) =>
      choiceField(
        'device',
        {
          label: 'Device',
          choices: pciDevices(context)
            .filter((one) => one.class?.startsWith('06') !== true)
            .map((one) => choice(one.address, pciName(one), pciHelp(one, context), pciUnavailable(one, context))),
        },
        context,
      ),
    {
      read: addressIn,
      write: (hostdev, value) => {
        const said = typeof value === 'string' ? pciAttributes(value) : null;
        return said === null ? hostdev : withPath(hostdev, ['source', 'address'], (old) => withAttributes(old ?? element('address'), said));
      },
    },
  ),
);

const section = 'Its own firmware (ROM)';

const fields: readonly BoundField[] = [
  device,
  switchAt('managed', '@managed', {
    label: 'Taken from the host at start, and given back at the end',
    help: 'Else somebody has to take its driver from it before, or the guest does not start.',
  }),
  ...only(
    isQemu,
    choiceAt('driver', 'driver/@name', {
      label: 'Way of giving',
      unset: 'As libvirt likes (VFIO)',
      advanced: true,
      choices: [choice('vfio', 'VFIO')],
    }),
    {
      ...textAt('driverModel', 'driver/@model', {
        label: 'Driver of the host',
        help: 'A driver that belongs to this sort of device, where the kernel has one; vfio-pci is for all.',
        unset: 'The best that fits',
        advanced: true,
        pattern: { source: '[A-Za-z0-9_-]{1,64}', says: 'The name of a kernel module.' },
      }),
      fits: ({ libvirt }) => libvirt >= 10_000_000,
    },
  ),
  switchAt('rom', 'rom/@enabled', {
    label: 'Shown to the guest',
    help: 'Without it the guest does not see the device’s own firmware at all: some devices hang with it, others need it.',
    section,
    unset: 'As QEMU likes (yes)',
    advanced: true,
  }),
  switchAt('romBar', 'rom/@bar', {
    label: 'In the guest’s memory (ROM BAR)',
    section,
    words: ['on', 'off'],
    unset: 'As QEMU likes (on)',
    advanced: true,
  }),
  textAt('romFile', 'rom/@file', {
    label: 'Read from a file',
    help: 'Of the host, instead of from the device: graphics cards that the host has started itself may need it.',
    section,
    unset: 'From the device',
    advanced: true,
    maxLength: 4096,
    pattern: { source: '/.*', says: 'The whole path, from / on.' },
  }),
  ...only(
    isXen,
    switchAt('filtering', 'source/@writeFiltering', { label: 'Guard its settings', unset: 'As Xen likes (yes)', advanced: true }),
  ),
  numberAt('bootOrder', 'boot/@order', {
    label: 'Place in the boot order',
    unset: 'Not booted from',
    fixed: 'The order of all devices is changed under “Boot”.',
    min: 1,
    max: 65_535,
  }),
];

/** https://libvirt.org/formatdomain.html#usb-pci-scsi-devices */
export const pciHostDevice: DeviceKind = {
  sort: 'device',
  kind: 'pci-device',
  group: 'host',
  title: 'PCI device of the host',
  help: 'A graphics card, a network card or another device in the host, for this guest alone while it runs.',
  fits: (context) => isQemu(context) || isXen(context),
  is: (one) => one.name === 'hostdev' && attribute(one, 'type') === 'pci' && attribute(one, 'mode') !== 'capabilities',
  identity: addressIn,
  name: (hostdev) => `PCI device ${addressIn(hostdev) ?? ''}`.trim(),
  summary: ({ device: address }, context) => {
    const found = pciDevice(address, context);
    return summaryWords(found === null ? address : found.name || found.address);
  },
  fields,
  notes: (hostdev, context) => pciNotes(addressIn(hostdev), context),
  warnings: (from, to, context) => {
    const found = pciDevice(to['device'], context);
    if (found === null || from['device'] === to['device']) return [];
    const taken =
      to['managed'] === true && hasHostDriver(found)
        ? [
            `When the guest starts, the host’s driver ${found.driver} lets go of it and VFIO takes it; when it ends, or does not start, it goes back.`,
          ]
        : [];
    return [...taken, ...pciConsequences(found, context)];
  },
  check: async (_hostdev, { device: address }, guest) => {
    const { context } = guest;
    const found = pciDevice(address, context);
    if (found === null) return { warnings: [], problems: [] };
    const { warnings, problems } = await pciFindings(groupOf(found, context), guest);
    // What it has already can be changed in other ways.
    if (!given(context).has(found.address)) return { warnings, problems };
    return { warnings: [...warnings, ...problems.map(({ message }) => message)], problems: [] };
  },
  actions: [giveGroup, rehearse, giveBack],
  addition: {
    blank: () => element('hostdev', { mode: 'subsystem', type: 'pci', managed: 'yes' }, element('source')),
    unavailable: (context) => {
      const all = pciDevices(context).filter((one) => one.class?.startsWith('06') !== true);
      if (all.length === 0) return 'The host shows no PCI devices.';
      const reasons = all.map((one) => pciUnavailable(one, context));
      if (reasons.includes(null)) return null;
      return new Set(reasons).size === 1 ? (reasons[0] ?? null) : 'All devices that could be given are in use.';
    },
    live: () => true,
  },
  removal: { live: () => true },
};
