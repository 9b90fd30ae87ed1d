import { attribute, child, element, text, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceField, customField, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { isContainer } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { forTypes } from '../for-types.ts';
import { withoutForeignParts, type KnownParts } from '../known-parts.ts';

const types = [
  choice('storage', 'Block device', 'Its programs find it under the same path.'),
  choice('misc', 'Character device', 'Its programs find it under the same path.'),
  choice('net', 'Network card', 'The host does not have it while the container runs.'),
];
const sourceParts: KnownParts = { storage: ['block'], misc: ['char'], net: ['interface'] };
const ownParts: KnownParts = { storage: [], misc: [], net: ['ip', 'route'] };

const type: BoundField = customField((context) => choiceField('type', { label: 'Sort', choices: types }, context), {
  read: (hostdev) => attribute(hostdev, 'type'),
  write: (hostdev, value) => {
    if (typeof value !== 'string' || value === attribute(hostdev, 'type')) return hostdev;
    const retyped = withoutForeignParts(withAttributes(hostdev, { type: value }), ownParts, value);
    return withChild(retyped, 'source', (old) => withoutForeignParts(old ?? element('source'), sourceParts, value));
  },
});

const device = { source: '/dev/.+', says: 'A device of the host, like /dev/sdb1.' };

const named = (hostdev: XmlElement): string | null => {
  const source = child(hostdev, 'source');
  return ['block', 'char', 'interface'].map((name) => text(child(source, name))).find((one) => one !== '') ?? null;
};

/** https://libvirt.org/formatdomain.html#block-character-devices */
export const containerDevice: DeviceKind = {
  sort: 'device',
  kind: 'container-device',
  group: 'host',
  title: 'Device of the host',
  help: 'A disk, another device or a network card of the host that the container may use.',
  fits: isContainer,
  is: (one) => one.name === 'hostdev' && attribute(one, 'mode') === 'capabilities',
  identity: named,
  name: (hostdev) => `Device ${named(hostdev) ?? ''}`.trim(),
  summary: ({ type: sort }) => summaryWords(types.find(({ value }) => value === sort)?.label ?? sort),
  fields: [
    type,
    forTypes(['storage'], textAt('block', 'source/block', { label: 'Block device', maxLength: 4096, pattern: device })),
    forTypes(['misc'], textAt('char', 'source/char', { label: 'Character device', maxLength: 4096, pattern: device })),
    forTypes(
      ['net'],
      textAt('interface', 'source/interface', {
        label: 'Network card',
        pattern: { source: '[^\\s/]{1,15}', says: 'The name of an interface, like eth1.' },
        suggestions: ({ links }) => links.filter(({ bridge }) => !bridge).map(({ name }) => choice(name, name)),
      }),
    ),
  ],
  warnings: (from, { type: sort, interface: name }) =>
    sort === 'net' && typeof name === 'string' && from['interface'] !== name
      ? [`The host loses its network card ${name} while the container runs. If it is reached over it, it cannot be reached any more.`]
      : [],
  addition: {
    blank: () => element('hostdev', { mode: 'capabilities', type: 'misc' }, element('source')),
    unavailable: () => null,
    // lxcDomainAttachDeviceHostdevCapsLive: block and character devices, no cards.
    live: ({ type: sort }) => sort !== 'net',
  },
  removal: { live: (hostdev) => attribute(hostdev, 'type') !== 'net' },
};
