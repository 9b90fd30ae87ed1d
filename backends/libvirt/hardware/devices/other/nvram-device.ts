import { element } from '../../../xml/document.ts';
import { textAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, isQemu } from '../../hardware-context.ts';

/** https://libvirt.org/formatdomain.html#nvram-device: not the UEFI's variables, which are said under <os>. */
export const nvramDevice: DeviceKind = {
  sort: 'device',
  kind: 'nvram',
  group: 'other',
  title: 'Firmware memory',
  help: 'Where the firmware of a POWER machine keeps its settings.',
  fits: (context) => isQemu(context) && context.arch.startsWith('ppc'),
  is: ({ name }) => name === 'nvram',
  identity: () => null,
  name: () => 'Firmware memory',
  summary: () => '',
  fields: [
    textAt('address', 'address/@reg', {
      label: 'Address',
      unset: 'As libvirt likes',
      pattern: { source: '0x[0-9a-fA-F]{1,16}', says: 'A hexadecimal number, like 0x3000.' },
    }),
  ],
  addition: {
    blank: () => element('nvram'),
    unavailable: ({ domain }) => (devicesOf(domain).some(({ name }) => name === 'nvram') ? 'The guest has one.' : null),
    live: () => false,
  },
  removal: { live: () => false },
};
