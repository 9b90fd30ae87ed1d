import { element } from '../../../xml/document.ts';
import { Affect } from '../../../guests/both-definitions.ts';
import { remote } from '../../../protocol/remote.ts';
import { choice, choiceAt, numberAt, switchAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, isContainer, isXen } from '../../hardware-context.ts';
import { virtioOptions } from '../virtio-options.ts';

const virtio = [
  choice('virtio', 'VirtIO'),
  choice('virtio-transitional', 'VirtIO, old and new', 'Also for guests that know the first version of VirtIO only.'),
  choice('virtio-non-transitional', 'VirtIO, new only'),
];
const when = [{ field: 'model', is: virtio.map(({ value }) => value) }];

/** https://libvirt.org/formatdomain.html#memory-balloon-device */
export const memoryBalloon: DeviceKind = {
  sort: 'device',
  kind: 'memballoon',
  group: 'other',
  title: 'Memory balloon',
  help: 'Lets the guest give memory back to the host while it runs, and tells how much of it is in use.',
  fits: (context) => !isContainer(context),
  is: ({ name }) => name === 'memballoon',
  identity: () => null,
  name: () => 'Memory balloon',
  summary: ({ model }) => (model === 'none' ? 'none' : model === 'xen' ? 'Xen' : 'VirtIO'),
  fields: [
    choiceAt('model', '@model', {
      label: 'Model',
      choices: (context) => [
        ...(isXen(context) ? [choice('xen', 'Xen')] : virtio),
        choice('none', 'None', 'The guest’s memory stays as large as it was at its start, and nobody can see how much of it is in use.'),
      ],
    }),
    switchAt('autodeflate', '@autodeflate', {
      label: 'Give memory back when the guest runs out of it',
      help: 'Just before the guest would have to end one of its programs, it gets back what the balloon has taken.',
      words: ['on', 'off'],
      unset: 'No',
      when,
    }),
    switchAt('reporting', '@freePageReporting', {
      label: 'Tell the host what is free',
      help: 'What the guest does not use is free for others on the host at once, without the balloon being blown up.',
      words: ['on', 'off'],
      unset: 'No',
      when,
    }),
    numberAt('period', 'stats/@period', {
      label: 'Ask how much is in use',
      help: 'How often the guest’s driver tells; without it the host does not know what is free in the guest.',
      unset: 'Never',
      unit: 'seconds',
      min: 1,
      max: 3600,
      when: [{ field: 'model', is: [...virtio.map(({ value }) => value), 'xen'] }],
      // Zero switches it off (virDomainSetMemoryStatsPeriod).
      live: async ({ host, dom }, value) => {
        await host.job(remote.domainSetMemoryStatsPeriod, { dom, period: typeof value === 'number' ? value : 0, flags: Affect.live });
      },
    }),
    ...virtioOptions.map((bound) => ({
      ...bound,
      field: (context: Parameters<typeof bound.field>[0]) => ({ ...bound.field(context), when }),
    })),
  ],
  warnings: (from, { model }) =>
    from['model'] !== model && model === 'none' ? ['The guest’s memory cannot be changed any more while it runs.'] : [],
  addition: {
    blank: (context) => element('memballoon', { model: isXen(context) ? 'xen' : 'virtio' }),
    unavailable: ({ domain }) =>
      devicesOf(domain).some(({ name }) => name === 'memballoon') ? 'The guest has one; there can be no more.' : null,
    live: () => false,
  },
  // libvirt gives every guest one that has none (virDomainDefPostParse): only the model "none" is none.
  removal: { live: () => false, fixed: () => 'libvirt would add another at once. Choose the model “None” instead.' },
};
