import type { Choice, Field } from '#model/hardware-field';
import { attribute, child, element as newElement } from '../../../xml/document.ts';
import { withAttributes, withAttributesAt, withChild } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, switchAt, textAt, textField, writeAt } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { type HardwareContext, isContainer, isQemu, isXen } from '../../hardware-context.ts';
import { forTypes } from '../for-types.ts';
import { withoutForeignParts, type KnownParts } from '../known-parts.ts';

/** What the <source> of each type of card can say (libvirt's schema, "interface"); the rest goes when the type is changed. */
const sourceParts: KnownParts = {
  network: ['@network', '@portgroup'],
  bridge: ['@bridge', '@macTableManager'],
  direct: ['@dev', '@mode'],
  user: [],
  ethernet: ['ip', 'route'],
  vhostuser: ['@type', '@path', '@mode', 'reconnect'],
  vdpa: ['@dev'],
  internal: ['@name'],
  hostdev: ['@missing', 'address', 'vendor', 'product'],
  mcast: ['@address', '@port'],
  server: ['@address', '@port'],
  client: ['@address', '@port'],
  udp: ['@address', '@port', 'local'],
  vds: ['@switchid', '@portid', '@portgroupid', '@connectionid'],
};
const cardParts: KnownParts = { user: ['portForward'] };
/** What libvirt adds to a running guest's card, and what is wrong as soon as it hangs on something else. */
const stale = { portid: null };

const types: readonly Choice[] = [
  choice('network', 'Virtual network', 'One of the host’s networks: its own addresses, and a way out as the network says.'),
  choice('bridge', 'Bridge of the host', 'The guest is in the same network as the host, with an address from its router.'),
  choice('direct', 'Interface of the host (macvtap)', 'As with a bridge, but guest and host do not reach each other.'),
  choice('user', 'User-mode', 'Needs no rights on the host. The guest gets out; in comes only what is forwarded to it.'),
  choice('ethernet', 'Ready-made interface', 'A tap device that somebody else has set up, or that a script does.'),
  choice('vhostuser', 'Another program (vhost-user)', 'A switch like Open vSwitch with DPDK. It needs the guest’s memory to be shared.'),
  choice('vdpa', 'vDPA device', 'A card that speaks virtio itself; the host only sets it up.'),
];

function typesOf(context: HardwareContext): readonly Choice[] {
  const values = isContainer(context)
    ? ['network', 'bridge', 'direct', 'ethernet']
    : isXen(context)
      ? ['network', 'bridge', 'ethernet']
      : isQemu(context)
        ? types.map(({ value }) => value)
        : ['network', 'bridge', 'user'];
  return [...types.filter(({ value }) => values.includes(String(value))), ...otherTypes];
}

/** Not for new cards; a card that is one is called so. */
const otherTypes: readonly Choice[] = [
  choice('hostdev', 'Card of the host (passthrough)', null, 'Give it to the guest under “Host device”.'),
  choice('mcast', 'Multicast group of QEMU guests', null, 'Its address can only be written by hand.'),
  choice('server', 'TCP tunnel, waiting', null, 'Its address can only be written by hand.'),
  choice('client', 'TCP tunnel, calling', null, 'Its address can only be written by hand.'),
  choice('udp', 'UDP tunnel', null, 'Its addresses can only be written by hand.'),
];

export const typeWord = (type: unknown): string => [...types, ...otherTypes].find(({ value }) => value === type)?.label ?? String(type);

/** libvirt moves a running card between networks and bridges (src/qemu/qemu_hotplug.c, qemuDomainChangeNet); else it says why not. */
const type: BoundField = {
  ...customField((context) => choiceField('type', { label: 'Connected to', live: 'update', choices: typesOf(context) }, context), {
    live: 'update',
    read: (card) => attribute(card, 'type'),
    write: (card, value) => {
      if (typeof value !== 'string' || value === attribute(card, 'type')) return card;
      const retyped = withoutForeignParts(withAttributes(card, { type: value }), cardParts, value);
      const rid = value === 'user' ? retyped : withAttributesAt(retyped, ['backend'], { type: null });
      // Only a virtual network can keep some of its speed free (libvirt: virNetDevBandwidthParse).
      const floored = value === 'network' ? rid : writeAt(rid, 'bandwidth/inbound/@floor', null);
      return withChild(floored, 'source', (old) => {
        if (old === null) return null;
        const kept = withoutForeignParts(withAttributes(old, stale), sourceParts, value);
        return kept.attributes.size === 0 && kept.children.every((node) => node.kind === 'text') ? null : kept;
      });
    },
  }),
  waits: (_context, change) => change !== null && ![change.from, change.to].every((one) => one === 'network' || one === 'bridge'),
};

/** An attribute of <source>; a running guest's other connection goes with it. */
function sourceAt(name: string, make: (context: HardwareContext) => Field): BoundField {
  return customField(make, {
    live: 'update',
    read: (card) => attribute(child(card, 'source'), name) || null,
    write: (card, value) => {
      const wanted = typeof value === 'string' && value !== '' ? value : null;
      if ((attribute(child(card, 'source'), name) || null) === wanted) return card;
      return withChild(card, 'source', (old) => withAttributes(old ?? newElement('source'), { ...stale, [name]: wanted }));
    },
  });
}

const links = ({ links: all }: HardwareContext, bridge: boolean): Choice[] =>
  all.filter((link) => link.bridge === bridge).map(({ name }) => choice(name, name));

const deviceName = { source: '[^\\s/]{1,15}', says: 'The name of an interface, like br0: up to 15 characters, without blanks.' };

/** <source type="unix" path="…" mode="…"/>: libvirt wants the type said. */
const socket = customField(
  (context) =>
    textField(
      'socket',
      {
        label: 'Socket',
        help: 'Where the switch and the guest meet, on the host.',
        pattern: { source: '/.{1,106}', says: 'The whole path of a socket, up to 107 characters.' },
      },
      context,
    ),
  {
    read: (card) => attribute(child(card, 'source'), 'path') || null,
    write: (card, value) =>
      typeof value === 'string' && value !== '' ? withAttributesAt(card, ['source'], { type: 'unix', path: value }) : card,
  },
);

export const cardSourceFields: readonly BoundField[] = [
  type,
  forTypes(
    ['network'],
    sourceAt('network', (context) => {
      const choices = context.networks.map(({ name, active }) => choice(name, active ? name : `${name} (not started)`));
      return choiceField('network', { label: 'Network', live: 'update', choices }, context);
    }),
  ),
  forTypes(
    ['network'],
    textAt('portgroup', 'source/@portgroup', {
      label: 'Port group',
      help: 'A network can have groups of ports with a VLAN or a speed limit of their own.',
      unset: 'The network’s own',
      advanced: true,
    }),
  ),
  forTypes(
    ['bridge'],
    sourceAt('bridge', (context) =>
      textField('bridge', { label: 'Bridge', live: 'update', pattern: deviceName, suggestions: links(context, true) }, context),
    ),
  ),
  forTypes(
    ['direct'],
    textAt('link', 'source/@dev', {
      label: 'Interface of the host',
      pattern: deviceName,
      suggestions: (context) => links(context, false),
    }),
  ),
  forTypes(
    ['direct'],
    choiceAt('mode', 'source/@mode', {
      label: 'Mode',
      unset: 'As libvirt likes (VEPA)',
      choices: [
        choice('bridge', 'Bridge', 'Guests on the same interface reach each other directly.'),
        choice('vepa', 'VEPA', 'All goes over the switch outside, which has to send back what is for a neighbour.'),
        choice('private', 'Private', 'Guests on the same interface never reach each other.'),
        choice('passthrough', 'Passthrough', 'This guest has the interface for itself.'),
      ],
    }),
  ),
  forTypes(['vhostuser'], socket),
  forTypes(
    ['vhostuser'],
    choiceAt('socketMode', 'source/@mode', {
      label: 'Who waits at the socket',
      choices: [choice('client', 'The switch'), choice('server', 'The guest')],
    }),
  ),
  forTypes(
    ['vdpa'],
    textAt('vdpa', 'source/@dev', {
      label: 'vDPA device',
      pattern: { source: '/dev/.{1,250}', says: 'A device of the host, like /dev/vhost-vdpa-0.' },
    }),
  ),
  {
    ...textAt('device', 'target/@dev', {
      label: 'Its name on the host',
      help: 'What the host calls its end of the cable. Names like vnet0 are given by libvirt at each start.',
      unset: 'libvirt gives one',
      advanced: true,
      pattern: deviceName,
    }),
    given: true,
  },
  forTypes(['ethernet'], switchAt('managed', 'target/@managed', { label: 'libvirt makes the interface', unset: 'Yes', advanced: true })),
];
