import { element } from '../../../xml/document.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { isQemu, supports } from '../../hardware-context.ts';
import { bootOrder, bootOrderProblems } from '../boot-order.ts';
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
  fields: [...sourceFields({ types: (context) => sourceChoices(context, 'spicevmc', 'tcp', 'unix', 'null') }), bootOrder],
  problems: (values, context) => [...sourceProblems(values), ...bootOrderProblems(values, context)],
  addition: {
    blank: () => element('redirdev', { bus: 'usb', type: 'spicevmc' }),
    unavailable: () => null,
    live: () => true,
  },
  removal: { live: () => true },
};
