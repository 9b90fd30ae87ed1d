import { attribute, child, element as newElement, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceField, customField, numberAt, numberIn, plain, textField } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { forTypes } from '../for-types.ts';

const section = 'Where it listens';
/** What each sort of <listen> says; src/conf/domain_conf.c, virDomainGraphicsListenDefParseXML. */
const listenAttributes = { address: 'address', network: 'network', socket: 'socket' } as const;

/**
 * libvirt also writes the first address to the display itself, for clients of the last decade, and refuses one that differs there
 * (virDomainGraphicsListensParseXML); it is left out of what is changed, and libvirt adds it again.
 */
function withListen(display: XmlElement, make: (old: XmlElement) => XmlElement): XmlElement {
  const bare = withAttributes(display, { listen: null, socket: null });
  return withChild(bare, 'listen', (old) => make(old ?? newElement('listen', oldListen(display))));
}

function oldListen(display: XmlElement): Readonly<Record<string, string | null>> {
  const socket = attribute(display, 'socket');
  return socket === null ? { type: 'address', address: attribute(display, 'listen') } : { type: 'socket', socket };
}

function sortOf(display: XmlElement): string {
  const said = attribute(child(display, 'listen'), 'type');
  return said ?? (attribute(display, 'socket') === null ? 'address' : 'socket');
}

const sort: BoundField = customField(
  (context) =>
    choiceField(
      'listen',
      {
        label: 'Listens on',
        section,
        choices: [
          choice('address', 'An address'),
          choice('none', 'Nothing', 'Only who may use libvirt on the host reaches it, as Guesthouse does.'),
          choice('network', 'The host’s address in a virtual network'),
          choice('socket', 'A socket of the host'),
        ],
      },
      context,
    ),
  {
    read: sortOf,
    write: (display, value) => {
      if (typeof value !== 'string' || value === sortOf(display)) return display;
      const gone = Object.entries(listenAttributes).flatMap(([name, key]) => (name === value ? [] : [[key, null] as const]));
      return withListen(display, (listen) => withAttributes(listen, { ...Object.fromEntries(gone), type: value }));
    },
  },
);

/** The attribute of <listen> of one sort, where the display listens so. */
function listenPart(name: keyof typeof listenAttributes, make: Parameters<typeof customField>[0]): BoundField {
  const read = (display: XmlElement): string | null => {
    if (sortOf(display) !== name) return null;
    const listen = child(display, 'listen') ?? newElement('listen', oldListen(display));
    return attribute(listen, listenAttributes[name]) || null;
  };
  return {
    given: true,
    ...customField(
      (context) => {
        const field = make(context);
        return { ...field, when: [{ field: 'listen', is: [name] }, ...field.when] };
      },
      {
        read,
        write: (display, value) => {
          const wanted = typeof value === 'string' && value !== '' ? value : null;
          if (sortOf(display) !== name || read(display) === wanted) return display;
          return withListen(display, (listen) => withAttributes(listen, { type: name, [listenAttributes[name]]: wanted }));
        },
      },
    ),
  };
}

/** A port that libvirt gives at each start is -1 in the definition, and a number while the guest runs, beside autoport="yes". */
const port: BoundField = customField(
  (context) => ({
    ...plain(
      'port',
      {
        label: 'Port',
        help: 'Leave it to the host unless something outside has to know it.',
        section,
        when: [{ field: 'listen', is: ['address', 'network'] }],
        unset: 'The host finds a free one',
      },
      context,
    ),
    kind: 'number',
    min: 1,
    max: 65_535,
    unit: null,
  }),
  {
    read: portIn,
    write: (display, value) => {
      if (value === portIn(display)) return display;
      return withAttributes(
        display,
        typeof value === 'number' ? { port: value, autoport: 'no' } : { port: -1, autoport: 'yes', tlsPort: null },
      );
    },
  },
);

function portIn(display: XmlElement): number | null {
  const number = numberIn(attribute(display, 'port'));
  return attribute(display, 'autoport') === 'yes' || number === null || number <= 0 ? null : number;
}

const ownPort = (bound: BoundField, positive: boolean): BoundField => ({
  ...bound,
  read: (display, context) => {
    const value = bound.read(display, context);
    const given = attribute(display, 'autoport') === 'yes' && positive;
    return given || (positive && typeof value === 'number' && value <= 0) ? null : value;
  },
  write: (display, value, context) =>
    value === null && positive && attribute(display, 'autoport') === 'yes' ? display : bound.write(display, value, context),
});

const addresses = [
  choice('127.0.0.1', '127.0.0.1', 'This host only. From elsewhere it is reached through SSH.'),
  choice('0.0.0.0', '0.0.0.0', 'All addresses of the host: whoever reaches the host reaches the display.'),
  choice('::1', '::1', 'This host only, IPv6.'),
  choice('::', '::', 'All addresses, IPv6 as well.'),
];

/** https://libvirt.org/formatdomain.html#graphical-framebuffers, "listen". */
export const listenFields: readonly BoundField[] = [
  sort,
  listenPart('address', (context) =>
    textField('address', { label: 'Address', section, unset: 'As the host is set up', maxLength: 255, suggestions: addresses }, context),
  ),
  listenPart('network', (context) =>
    choiceField('network', { label: 'Network', section, choices: context.networks.map(({ name }) => choice(name, name)) }, context),
  ),
  listenPart('socket', (context) =>
    textField(
      'socket',
      {
        label: 'Socket',
        section,
        unset: 'libvirt makes one',
        maxLength: 107,
        pattern: { source: '/.*', says: 'The whole path, from / on.' },
      },
      context,
    ),
  ),
  port,
  forTypes(
    ['spice'],
    ownPort(
      numberAt('tlsPort', '@tlsPort', {
        label: 'Encrypted port',
        section,
        when: [{ field: 'listen', is: ['address', 'network'] }],
        unset: 'None, or as the host finds one',
        advanced: true,
        min: 1,
        max: 65_535,
      }),
      true,
    ),
  ),
  forTypes(
    ['vnc'],
    numberAt('websocket', '@websocket', {
      label: 'Port for browsers',
      help: 'VNC over a web socket, for pages like noVNC. −1: the host finds a free one.',
      section,
      when: [{ field: 'listen', is: ['address', 'network'] }],
      unset: 'None',
      advanced: true,
      min: -1,
      max: 65_535,
    }),
  ),
];

/** Whether others than the host itself reach it. */
export function isOpen(listen: unknown, address: unknown): boolean {
  if (listen === 'network') return true;
  return listen === 'address' && typeof address === 'string' && !['127.0.0.1', '::1', 'localhost', ''].includes(address);
}
