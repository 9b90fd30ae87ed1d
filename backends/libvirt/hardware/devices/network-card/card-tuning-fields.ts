import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, child, element } from '../../../xml/document.ts';
import { withChild } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, numberAt, switchAt, textAt, type TextSaying } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { isContainer, isQemu } from '../../hardware-context.ts';
import { faithful, only } from '../../parts/part-fields.ts';
import { forTypes } from '../for-types.ts';
import { virtioOptions } from '../virtio-options.ts';

const virtio = [{ field: 'model', is: ['virtio', 'virtio-transitional', 'virtio-non-transitional'] }];

/** libvirt's names of what a card does in place of processors, with what each is. */
const offloads = [
  ['csum', 'checksums'],
  ['gso', 'segmentation'],
  ['tso4', 'TCP segmentation, IPv4'],
  ['tso6', 'TCP segmentation, IPv6'],
  ['ecn', 'congestion notices'],
  ['ufo', 'UDP fragmentation'],
] as const;

const offload = (who: 'host' | 'guest', name: string, what: string): BoundField =>
  switchAt(`${who}-${name}`, `driver/${who}/@${name}`, {
    label: `${who === 'host' ? 'The host' : 'The guest'} takes packets without ${what}`,
    section: 'Offloading',
    when: virtio,
    advanced: true,
    unset: 'As QEMU likes (yes)',
    words: ['on', 'off'],
  });

/** https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options */
const ofVirtio: readonly BoundField[] = only(
  isQemu,
  ...offloads.map(([name, what]) => offload('host', name, what)),
  switchAt('host-mrg_rxbuf', 'driver/host/@mrg_rxbuf', {
    label: 'Receive buffers may be joined',
    section: 'Offloading',
    when: virtio,
    advanced: true,
    unset: 'As QEMU likes (yes)',
    words: ['on', 'off'],
  }),
  ...offloads.filter(([name]) => name !== 'gso').map(([name, what]) => offload('guest', name, what)),
  choiceAt('txmode', 'driver/@txmode', {
    label: 'Sends',
    section: 'Virtio',
    when: virtio,
    advanced: true,
    unset: 'As QEMU likes',
    choices: [choice('iothread', 'In a thread beside'), choice('timer', 'By a timer')],
  }),
  ...(['ioeventfd', 'event_idx'] as const).map((name) =>
    switchAt(name, `driver/@${name}`, {
      label: name === 'ioeventfd' ? 'Signals by the kernel (ioeventfd)' : 'Fewer signals (event_idx)',
      section: 'Virtio',
      when: virtio,
      advanced: true,
      unset: 'As QEMU likes',
      words: ['on', 'off'],
    }),
  ),
  ...(['rss', 'rss_hash_report'] as const).map((name) => ({
    ...switchAt(name, `driver/@${name}`, {
      label: name === 'rss' ? 'Spread over queues by the card (RSS)' : 'Tell the guest by what (RSS)',
      section: 'Virtio',
      when: virtio,
      advanced: true,
      unset: 'As QEMU likes',
      words: ['on', 'off'],
    }),
    fits: ({ libvirt }: { readonly libvirt: number }) => libvirt >= 8_003_000,
  })),
  ...virtioOptions.map((bound): BoundField => ({ ...bound, field: (context) => ({ ...bound.field(context), when: virtio }) })),
  textAt('vhost', 'backend/@vhost', {
    label: 'vhost’s device',
    section: 'On the host',
    advanced: true,
    unset: '/dev/vhost-net',
    maxLength: 4096,
    when: virtio,
    pattern: { source: '/dev/.+', says: 'A device of the host, like /dev/vhost-net.' },
  }),
);

const PORT = 'Port of the switch';
const uuid = { pattern: { source: '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}', says: 'A UUID.' } };
const small = { pattern: { source: '[0-9]{1,3}', says: 'A number up to 255.' } };

/** What each sort of port has belongs to it alone: another sort begins anew. */
const portSort: BoundField = customField(
  (context) =>
    choiceField(
      'port',
      {
        label: 'Port of another switch',
        help: 'For bridges that are no bridges of the kernel’s, and switches that the host tells of each guest.',
        section: PORT,
        advanced: true,
        unset: 'None: a bridge of the kernel’s',
        choices: [
          choice('openvswitch', 'Open vSwitch'),
          choice('midonet', 'MidoNet'),
          choice('802.1Qbg', '802.1Qbg (VEPA)'),
          choice('802.1Qbh', '802.1Qbh (VN-Link)'),
        ],
      },
      context,
    ),
  {
    read: (card) => attribute(child(card, 'virtualport'), 'type'),
    write: (card, value) =>
      withChild(card, 'virtualport', (old) => {
        if (typeof value !== 'string') return null;
        return attribute(old, 'type') === value ? old : element('virtualport', { type: value });
      }),
  },
);

const parameter = (
  key: string,
  name: string,
  label: string,
  sorts: readonly string[],
  more: Pick<TextSaying, 'pattern'> = {},
): BoundField =>
  textAt(key, `virtualport/parameters/@${name}`, {
    label,
    section: PORT,
    advanced: true,
    unset: 'None said',
    maxLength: 128,
    when: [{ field: 'port', is: [...sorts] }],
    ...more,
  });

const portFields: readonly BoundField[] = [
  portSort,
  parameter('port-interface', 'interfaceid', 'Interface', ['openvswitch', 'midonet'], uuid),
  parameter('port-profile', 'profileid', 'Profile', ['openvswitch', '802.1Qbh']),
  parameter('port-manager', 'managerid', 'Manager', ['802.1Qbg'], small),
  parameter('port-type', 'typeid', 'Type', ['802.1Qbg'], { pattern: { source: '[0-9]{1,8}', says: 'A number.' } }),
  parameter('port-version', 'typeidversion', 'Version of the type', ['802.1Qbg'], small),
  parameter('port-instance', 'instanceid', 'Instance', ['802.1Qbg'], uuid),
];

/** https://libvirt.org/formatdomain.html#network-interfaces; what a running card takes: qemuDomainChangeNet. */
const ofHost: readonly BoundField[] = [
  forTypes(
    ['bridge', 'network'],
    switchAt('isolated', 'port/@isolated', {
      label: 'Kept apart from other guests',
      help: 'Guests that are kept apart on the same bridge do not reach each other.',
      section: 'On the host',
      live: 'update',
    }),
  ),
  ...only(
    isQemu,
    numberAt('coalesce', 'coalesce/rx/frames/@max', {
      label: 'Packets at once',
      help: 'How many the host gathers for the guest before it tells it.',
      section: 'On the host',
      advanced: true,
      live: 'update',
      unset: 'As the host likes',
      min: 1,
      max: 4_294_967_295,
    }),
    numberAt('sndbuf', 'tune/sndbuf', {
      label: 'Send buffer',
      help: 'How much of what the guest sends may wait on the host. 0: as much as it likes.',
      section: 'On the host',
      advanced: true,
      unset: 'As the host likes',
      min: 0,
      max: 4_294_967_295,
      unit: 'bytes',
    }),
    choiceAt('teaming', 'teaming/@type', {
      label: 'Pairs with another card',
      help: 'While the guest moves to another host, its virtio card stands in for one of the host’s own.',
      section: 'Pair',
      advanced: true,
      unset: 'No',
      choices: [choice('persistent', 'It stays'), choice('transient', 'It is unplugged for a move')],
    }),
    textAt('teaming-with', 'teaming/@persistent', {
      label: 'With the card',
      help: 'The alias of the one that stays, like ua-net.',
      section: 'Pair',
      advanced: true,
      unset: 'None said',
      when: [{ field: 'teaming', is: ['transient'] }],
      pattern: { source: 'ua-[A-Za-z0-9_.-]{1,64}', says: 'An alias, which begins with “ua-”.' },
    }),
  ),
  ...portFields,
];

/** What few cards need. */
export const cardTuningFields: readonly BoundField[] = [...only((context) => !isContainer(context), ...ofHost.map(faithful)), ...ofVirtio];

/** libvirt: virDomainActualNetDefValidate, virDomainNetDefValidate. */
export function tuningProblems({ isolated, port, teaming, 'teaming-with': partner }: FieldValues): FieldProblem[] {
  return [
    ...(isolated === true && typeof port === 'string'
      ? [{ field: 'isolated', message: 'Only bridges of the kernel’s keep guests apart: it has a port of another switch.' }]
      : []),
    ...(teaming === 'transient' && typeof partner !== 'string'
      ? [{ field: 'teaming-with', message: 'Say which card stays when this one is unplugged.' }]
      : []),
  ];
}
