import { element } from '../../../xml/document.ts';
import { numberAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, isQemu, supports } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { sourceFields, sourceProblems } from './source-fields.ts';
import { sourceChoices, sourceWord } from './source-types.ts';

/** https://libvirt.org/formatdomain.html#redirected-devices */
export const redirectedUsb: DeviceKind = {
  sort: 'device',
  kind: 'redirected-usb',
  group: 'host',
  title: 'USB redirection',
  help: 'A socket for a USB device of whoever looks at the guest: with SPICE, the viewer plugs it in. One for each device at a time.',
  fits: (context) => isQemu(context) && supports(context, 'devices', 'redirdev'),
  is: ({ name }) => name === 'redirdev',
  identity: () => null,
  name: (_socket, number) => (number === null ? 'USB redirection' : `USB redirection ${number}`),
  summary: ({ type, host, service }) => summaryWords(sourceWord(type), host, service),
  fields: [
    ...sourceFields({ types: () => sourceChoices('spicevmc', 'tcp', 'unix', 'null') }),
    numberAt('bootOrder', 'boot/@order', {
      label: 'Place in the boot order',
      unset: 'Not booted from',
      fixed: 'The order of all devices is changed under “Boot”.',
      min: 1,
      max: 65_535,
    }),
  ],
  problems: sourceProblems,
  warnings: (_from, { type }, { domain }) =>
    type === 'spicevmc' && !devicesOf(domain).some((one) => one.name === 'graphics' && one.attributes.get('type') === 'spice')
      ? ['It needs a SPICE display, which this guest does not have.']
      : [],
  addition: {
    blank: () => element('redirdev', { bus: 'usb', type: 'spicevmc' }),
    unavailable: () => null,
    live: () => true,
  },
  removal: { live: () => true },
};
