import { choice, choiceAt, switchAt } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isQemu } from '../hardware-context.ts';
import { only } from '../parts/part-fields.ts';

const section = 'VirtIO';
const common = { section, advanced: true, unset: 'As QEMU likes', words: ['on', 'off'] } as const;

/** Which generations of VirtIO a device speaks, where it is no part of its sort. */
export const virtioModel = (label = 'Model'): BoundField =>
  choiceAt('model', '@model', {
    label,
    advanced: true,
    choices: [
      choice('virtio', 'VirtIO'),
      choice('virtio-transitional', 'VirtIO, old and new', 'Also for guests that know the first version of VirtIO only.'),
      choice('virtio-non-transitional', 'VirtIO, new only'),
    ],
  });

/** https://libvirt.org/formatdomain.html#virtio-related-options */
export const virtioOptions: readonly BoundField[] = only(
  isQemu,
  switchAt('iommu', 'driver/@iommu', {
    ...common,
    label: 'Behind the guest’s IOMMU',
    help: 'The device reaches memory only as the guest’s IOMMU lets it; encrypted guests need it.',
  }),
  switchAt('ats', 'driver/@ats', {
    ...common,
    label: 'Address translation (ATS)',
    help: 'The device keeps the IOMMU’s translations to itself. Only with an IOMMU in the guest.',
  }),
  switchAt('packed', 'driver/@packed', {
    ...common,
    label: 'Packed queues',
    help: 'A newer way in which guest and host hand each other work; the guest has to know it.',
  }),
  switchAt('pagePerQueue', 'driver/@page_per_vq', { ...common, label: 'A page for each queue' }),
);
