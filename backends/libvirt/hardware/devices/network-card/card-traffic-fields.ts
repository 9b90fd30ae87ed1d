import type { FieldRow } from '#model/hardware-field';
import { sameValue } from '#model/hardware-field';
import { attribute, child, children, element as newElement, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild, withList } from '../../../xml/edit.ts';
import { choice, choiceField, customField, listOf, numberAt, numberIn, plain, switchAt, textField } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { forTypes } from '../for-types.ts';

const section = 'Speed limits';

/** https://libvirt.org/formatnetwork.html#quality-of-service; a running card takes them (qemuDomainChangeNet). */
function speed(direction: 'inbound' | 'outbound', words: string): BoundField[] {
  const at = (name: string) => `bandwidth/${direction}/@${name}`;
  const common = { section, live: 'update', unset: 'No limit', min: 1, max: 2 ** 32 - 1 } as const;
  return [
    numberAt(`${direction}Average`, at('average'), { ...common, label: `${words}, on average`, unit: 'kB/s' }),
    numberAt(`${direction}Peak`, at('peak'), { ...common, label: `${words}, at most`, unit: 'kB/s', advanced: true }),
    numberAt(`${direction}Burst`, at('burst'), {
      ...common,
      label: `${words}, in one burst`,
      help: 'How much may go at the highest speed before the average counts.',
      unset: 'As the host likes',
      unit: 'KiB',
      advanced: true,
    }),
  ];
}

/** Filters that libvirt brings along (src/nwfilter/xml). */
const ownFilters = [
  choice('clean-traffic', 'clean-traffic', 'The guest can only use its own hardware and IP address.'),
  choice('clean-traffic-gateway', 'clean-traffic-gateway', 'As clean-traffic, and it reaches its gateway only.'),
  choice('no-mac-spoofing', 'no-mac-spoofing', 'The guest can only use its own hardware address.'),
  choice('no-ip-spoofing', 'no-ip-spoofing', 'The guest can only use its own IP address.'),
  choice('no-arp-spoofing', 'no-arp-spoofing'),
  choice('allow-dhcp', 'allow-dhcp'),
];

const filter: BoundField = customField(
  (context) =>
    textField(
      'filter',
      {
        label: 'Network filter',
        help: 'Rules of the host for what this card may send and get.',
        unset: 'None',
        advanced: true,
        live: 'update',
        suggestions: ownFilters,
      },
      context,
    ),
  {
    live: 'update',
    read: (card) => attribute(child(card, 'filterref'), 'filter') || null,
    // Its parameters mean nothing without it.
    write: (card, value) =>
      withChild(card, 'filterref', (old) =>
        typeof value === 'string' && value !== '' ? withAttributes(old ?? newElement('filterref'), { filter: value }) : null,
      ),
  },
);

const vlanColumns = (context: HardwareContext) => [
  { ...plain('id', { label: 'VLAN' }, context), kind: 'number' as const, min: 0, max: 4095, unit: null },
  choiceField(
    'native',
    {
      label: 'Untagged traffic',
      unset: 'No',
      choices: [choice('tagged', 'Belongs here, leaves tagged'), choice('untagged', 'Belongs here, leaves untagged')],
    },
    context,
  ),
];

const vlan: BoundField = listOf(
  'vlan',
  {
    label: 'VLANs',
    help: 'Open vSwitch, SR-IOV cards and macvtap passthrough can do it; with a bridge of Linux, libvirt 11 and later.',
    section: 'VLAN',
    advanced: true,
    columns: vlanColumns,
    add: { label: 'Add VLAN', row: { id: 1, native: null } },
    max: 4094,
  },
  tagsOf,
  (card, rows) => {
    if (sameValue(tagsOf(card), [...rows])) return card;
    return withChild(card, 'vlan', (old) => {
      if (rows.length === 0) return null;
      const tags = rows.map(({ id, native }) =>
        newElement('tag', { id: Number(id), nativeMode: typeof native === 'string' ? native : null }),
      );
      // libvirt takes several, or one with a native mode, of a trunk only (src/conf/netdev_vlan_conf.c).
      const trunk = rows.length > 1 || rows.some(({ native }) => typeof native === 'string');
      return withList(withAttributes(old ?? newElement('vlan'), { trunk: trunk ? 'yes' : null }), ['tag'], tags);
    });
  },
);

function tagsOf(card: XmlElement): FieldRow[] {
  return children(child(card, 'vlan'), 'tag').map((tag) => ({ id: numberIn(attribute(tag, 'id')), native: attribute(tag, 'nativeMode') }));
}

export const cardTrafficFields: readonly BoundField[] = [
  ...speed('inbound', 'Into the guest'),
  ...speed('outbound', 'Out of the guest'),
  // virNetDevBandwidthParse: "floor attribute is not supported for this config" with any other, and at the start "Bridge … has no QoS set".
  forTypes(
    ['network'],
    numberAt('inboundFloor', 'bandwidth/inbound/@floor', {
      label: 'Into the guest, at least',
      help: 'Kept free for it where others want more. Only in a network that is no bridge and limits its own speed on average.',
      section,
      advanced: true,
      unset: 'Nothing is kept',
      unit: 'kB/s',
      min: 1,
      max: 2 ** 32 - 1,
    }),
  ),
  // Other types have nowhere to filter, and libvirt forgets it.
  forTypes(['network', 'bridge', 'ethernet'], filter),
  switchAt('trust', '@trustGuestRxFilters', {
    label: 'Let the guest change its address',
    help: 'With macvtap: the host then passes on what the guest asks to get, like multicast, and takes a new hardware address from it.',
    unset: 'No',
    advanced: true,
  }),
  forTypes(
    ['network', 'bridge', 'ethernet', 'vhostuser'],
    numberAt('mtu', 'mtu/@size', {
      label: 'MTU',
      help: 'The largest packet. All in the network must agree; 9000 for jumbo frames.',
      unset: 'As the network has it',
      min: 68,
      max: 65_535,
      unit: 'bytes',
      advanced: true,
    }),
  ),
  vlan,
];
