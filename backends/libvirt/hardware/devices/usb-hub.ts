import type { DeviceKind } from '../device-kind.ts';
import { textAt } from '../bound-fields.ts';

/** https://libvirt.org/formatdomain.html#hub-devices */
export const usbHub: DeviceKind = {
  sort: 'device',
  kind: 'hub',
  group: 'other',
  title: 'USB hub',
  help: 'libvirt adds one when a controller has too few ports.',
  fits: () => true,
  is: ({ name }) => name === 'hub',
  identity: () => null,
  name: (_hub, number) => (number === null ? 'USB hub' : `USB hub ${number}`),
  summary: () => '',
  fields: [textAt('type', '@type', { label: 'Type', fixed: 'There is no other.' })],
  addition: null,
  removal: { live: () => false },
};
