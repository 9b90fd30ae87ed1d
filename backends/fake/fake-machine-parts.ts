import { GiB, MiB } from '#model/quantity';
import type { FakeKind } from './fake-kind.ts';
import { choice, chosen, list, number, size, text, toggle } from './fake-fields.ts';

const part = { group: 'machine', removable: false, live: false, addable: false, single: true } as const;

/** What every machine of a fake host has. */
export const fakeMachineParts: readonly FakeKind[] = [
  {
    ...part,
    kind: 'overview',
    title: 'Overview',
    help: null,
    blank: { title: null, description: null, os: 'http://debian.org/debian/12', machine: 'q35' },
    summary: ['machine'],
    fields: [
      text('title', 'Title', { unset: 'None', live: true, maxLength: 200 }),
      text('description', 'Description', { unset: 'None', live: true, lines: 4 }),
      text('os', 'Operating system', {
        unset: 'Not said',
        live: true,
        picks: 'system',
        help: 'Which system is in it, by its libosinfo address.',
      }),
      chosen('machine', 'Chipset', [choice('q35', 'Q35', 'PCI Express, as in computers of today.'), choice('i440fx', 'i440FX')], {
        help: 'The board that all else is plugged into. A system that was installed on one may not start on the other.',
      }),
    ],
  },
  {
    ...part,
    kind: 'cpus',
    title: 'Processors',
    help: 'How many processors the guest has, and what they look like to it.',
    blank: { count: 2, model: 'host-passthrough', sockets: null, features: [] },
    summary: ['count', 'model'],
    fields: [
      number('count', 'Processors', { min: 1, max: 64 }, { live: true }),
      number(
        'sockets',
        'Sockets',
        { min: 1, max: 16 },
        { unset: 'As many as processors', section: 'Topology', help: 'Some systems are licensed by the socket.' },
      ),
      chosen(
        'model',
        'Model',
        [
          choice('host-passthrough', 'As the host’s', 'Fastest; the guest can move only to hosts with the same processor.'),
          choice('host-model', 'Close to the host’s', 'Can move to hosts that have at least the same features.'),
          choice('EPYC', 'EPYC', null, 'The host’s processor has not all of its features.'),
        ],
        { help: 'What the guest takes its processors for.' },
      ),
      list(
        'features',
        'Features',
        [
          text('name', 'Feature', {
            suggestions: [choice('pdpe1gb', 'pdpe1gb', '1 GiB pages'), choice('vmx', 'vmx', 'Guests within the guest')],
          }),
          chosen('policy', 'Is', [choice('require', 'required'), choice('disable', 'hidden')]),
        ],
        { advanced: true, add: { label: 'Add feature', row: { name: null, policy: 'require' } } },
      ),
    ],
  },
  {
    ...part,
    kind: 'memory',
    title: 'Memory',
    help: null,
    blank: { current: 2 * GiB, maximum: 4 * GiB, shared: false, hugepages: null },
    summary: ['current'],
    fields: [
      size('current', 'Memory', { min: 16 * MiB, max: 64 * GiB }, { live: true, help: 'What the guest has to work with.' }),
      size('maximum', 'At most', { min: 16 * MiB, max: 64 * GiB }, { help: 'A running guest can be given up to this.' }),
      toggle('shared', 'Shared with helpers', { section: 'Backing', help: 'Folders that are shared with the guest (virtiofs) need it.' }),
      chosen('hugepages', 'Page size', [choice(2048, '2 MiB'), choice(1048576, '1 GiB')], {
        section: 'Backing',
        advanced: true,
        unset: 'As the host likes',
      }),
    ],
  },
  {
    ...part,
    kind: 'boot',
    title: 'Boot',
    help: 'What the guest starts from, in this order.',
    blank: {
      order: [
        { device: 'Disk vda', boots: true },
        { device: 'Network card', boots: false },
      ],
      menu: false,
      timeout: null,
    },
    summary: ['order'],
    fields: [
      list('order', 'Order', [text('device', 'Device', { fixed: 'The name of a device.' }), toggle('boots', 'Starts from it')], {
        ordered: true,
      }),
      toggle('menu', 'Boot menu', { help: 'Whoever looks at the screen can choose.' }),
      number(
        'timeout',
        'Shown for',
        { min: 0, max: 65_535 },
        { unset: 'As the firmware likes', unit: 'ms', when: [{ field: 'menu', is: [true] }] },
      ),
    ],
  },
];
