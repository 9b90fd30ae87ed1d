import { GiB } from '#model/quantity';
import { numberAt, switchAt } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { sizeAt } from '../../parts/part-fields.ts';
import { forValues } from '../for-values.ts';

const roots = ['pcie-root', 'pci-root'];
const ports = ['pcie-root-port', 'pcie-switch-downstream-port'];
const expanders = ['pcie-expander-bus', 'pci-expander-bus'];
const of = (models: readonly string[], field: BoundField): BoundField => forValues('pciModel', '@model', models, field);
const chosen = { advanced: true, unset: 'Chosen by libvirt' } as const;

/** https://libvirt.org/formatdomain.html#controllers, "PCI controllers". */
export const pciFields: readonly BoundField[] = [
  of(
    roots,
    sizeAt('hole', ['pcihole64'], {
      label: 'Room for devices above 4 GiB',
      help: 'Addresses that are kept for devices with much memory of their own, like graphics cards that are passed through. Nothing at all where it is 0, which some old systems need.',
      advanced: true,
      unset: 'As QEMU likes',
      min: 0,
      max: 1024 * 1024 * GiB,
    }),
  ),
  {
    ...of(
      ports,
      switchAt('plugging', 'target/@hotplug', {
        label: 'Devices are plugged while the guest runs',
        help: 'Where they are not, Windows does not offer to eject what is in this port.',
        advanced: true,
        words: ['on', 'off'],
        unset: 'Yes',
      }),
    ),
    fits: ({ libvirt }) => libvirt >= 6_003_000,
  },
  of(ports, numberAt('chassis', 'target/@chassis', { ...chosen, label: 'Chassis', help: 'Each port has another.', min: 0, max: 255 })),
  of(ports, numberAt('port', 'target/@port', { ...chosen, label: 'Port number', min: 0, max: 255 })),
  of(
    ['pci-bridge'],
    numberAt('bridge', 'target/@chassisNr', { ...chosen, label: 'Chassis', help: 'Each bridge has another.', min: 1, max: 255 }),
  ),
  of(
    expanders,
    numberAt('firstBus', 'target/@busNr', {
      ...chosen,
      label: 'First bus',
      help: 'What is behind it counts its buses from there.',
      min: 1,
      max: 254,
    }),
  ),
];
