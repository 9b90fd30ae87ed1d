import type { Choice } from '#model/hardware-field';
import { attribute, element } from '../../../xml/document.ts';
import { choice, choiceAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isQemu, isX86, offered } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';

/** pvpanic came with libvirt 9.1 (NEWS); which architecture has which: docs/formatdomain, "Panic device". */
function models(context: HardwareContext): readonly Choice[] {
  const { arch, libvirt } = context;
  const pci = libvirt >= 9_001_000 ? [choice('pvpanic', 'pvpanic (PCI)')] : [];
  if (arch === 's390x') return [choice('s390', 'S/390')];
  if (arch.startsWith('ppc64')) return [choice('pseries', 'pSeries')];
  if (arch === 'aarch64') return pci;
  if (!isX86({ arch })) return [];
  const pc = [
    choice('isa', 'pvpanic (ISA)', 'Linux has a driver.'),
    choice('hyperv', 'Hyper-V', 'For Windows: libvirt switches on the enlightenment that it needs.'),
    ...pci,
  ];
  return offered(pc, enumOf(context, ['devices', 'panic'], 'model'));
}

const taken = ({ domain }: HardwareContext): (string | null)[] =>
  devicesOf(domain)
    .filter(({ name }) => name === 'panic')
    .map((one) => attribute(one, 'model'));
const free = (context: HardwareContext) => models(context).find(({ value }) => !taken(context).includes(String(value)));

/** https://libvirt.org/formatdomain.html#panic-device */
export const panicNotifier: DeviceKind = {
  sort: 'device',
  kind: 'panic',
  group: 'other',
  title: 'Panic notifier',
  help: 'Lets the guest say that it has crashed. The host then does what “When it crashes” says, and shows the guest as crashed.',
  fits: isQemu,
  is: ({ name }) => name === 'panic',
  identity: () => null,
  name: (_panic, number) => (number === null ? 'Panic notifier' : `Panic notifier ${number}`),
  summary: ({ model }) => summaryWords(model),
  fields: [
    choiceAt('model', '@model', {
      label: 'Model',
      help: 'The guest needs a driver for it. There can be one of each.',
      unset: 'As libvirt likes',
      choices: models,
    }),
  ],
  addition: {
    blank: (context) => element('panic', { model: free(context)?.value?.toString() }),
    unavailable: (context) => {
      if (models(context).length === 0) return 'This architecture has none.';
      return free(context) === undefined ? 'The guest has all there are.' : null;
    },
    live: () => false,
  },
  removal: { live: () => false },
};
