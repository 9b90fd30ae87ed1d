import type { Choice, FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, child, children, element as newElement, type XmlElement } from '../../../xml/document.ts';
import { replaced, withAttributes, withAttributesAt, withChild } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, numberAt, switchAt, textAt, textField } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { forTypes } from '../for-types.ts';
import { withoutForeignParts } from '../known-parts.ts';
import { sourceParts } from './source-types.ts';

const section = 'On the host';

interface SourceSaying {
  readonly types: (context: HardwareContext) => readonly Choice[];
  /** libvirt makes up a socket's path where none is said: for channels of virtio only. */
  readonly ownPath?: boolean;
}

/** The fields of what serial ports, consoles, channels and their like have in common. */
export function sourceFields({ types, ownPath = false }: SourceSaying): BoundField[] {
  return [
    typeField(types),
    forTypes(
      ['file', 'dev', 'pipe'],
      textAt('path', 'source/@path', { label: 'Path on the host', section, pattern: wholePath, maxLength: 4096 }),
    ),
    forTypes(
      ['file'],
      switchAt('append', 'source/@append', { label: 'Keep what is in the file', section, words: ['on', 'off'], unset: 'No' }),
    ),
    forTypes(['unix'], {
      ...textAt('socket', 'source/@path', {
        label: 'Socket',
        section,
        maxLength: 107,
        pattern: wholePath,
        ...(ownPath ? { unset: 'libvirt makes one' } : {}),
      }),
      given: ownPath,
    }),
    forTypes(['unix', 'tcp'], {
      ...choiceAt('begins', 'source/@mode', {
        label: 'Who begins',
        section,
        ...(ownPath ? { unset: 'The other program' } : {}),
        choices: [
          choice('bind', 'The other program', 'The guest’s end waits.'),
          choice('connect', 'The guest', 'Another program has to wait there.'),
        ],
      }),
      given: ownPath,
    }),
    forTypes(['tcp'], addressPart('host', 'host', 'connect', { label: 'Host', section, suggestions: hosts })),
    forTypes(['udp'], addressPart('sendTo', 'host', 'connect', { label: 'Host', section, unset: 'This one' })),
    forTypes(['tcp', 'udp'], addressPart('service', 'service', 'connect', { label: 'Port', section, pattern: portNumber })),
    forTypes(['udp'], addressPart('bindHost', 'host', 'bind', { label: 'Own address', section, unset: 'Any', advanced: true })),
    forTypes(
      ['udp'],
      addressPart('bindService', 'service', 'bind', { label: 'Own port', section, unset: 'Any', pattern: portNumber, advanced: true }),
    ),
    forTypes(
      ['tcp'],
      choiceAt('protocol', 'protocol/@type', {
        label: 'Spoken there',
        section,
        unset: 'Plain',
        choices: [choice('raw', 'Plain'), choice('telnet', 'Telnet'), choice('telnets', 'Telnet over TLS'), choice('tls', 'TLS')],
      }),
    ),
    forTypes(
      ['tcp'],
      switchAt('tls', 'source/@tls', {
        label: 'Encrypted',
        help: 'With the host’s certificate for it (qemu.conf).',
        section,
        unset: 'As the host is set up',
        advanced: true,
      }),
    ),
    forTypes(['unix', 'tcp'], reconnect),
    forTypes(
      ['spiceport', 'dbus'],
      textAt('channel', 'source/@channel', {
        label: 'Name for the viewer',
        section,
        suggestions: [
          choice('org.spice-space.webdav.0', 'org.spice-space.webdav.0', 'Shared folders'),
          choice('org.qemu.console.serial.0', 'org.qemu.console.serial.0', 'A console'),
          choice('org.qemu.monitor.qmp.0', 'org.qemu.monitor.qmp.0', 'QEMU’s monitor'),
        ],
      }),
    ),
    forTypes(
      ['qemu-vdagent'],
      switchAt('clipboard', 'source/clipboard/@copypaste', { label: 'Share the clipboard', section, unset: 'No' }),
    ),
    forTypes(
      ['qemu-vdagent'],
      choiceAt('mouse', 'source/mouse/@mode', {
        label: 'Mouse',
        section,
        unset: 'As QEMU likes',
        advanced: true,
        choices: [choice('client', 'Its place is told by the viewer'), choice('server', 'It is moved by the viewer')],
      }),
    ),
    textAt('log', 'log/@file', {
      label: 'Keep a copy in',
      help: 'All that comes out of the guest is also written to this file of the host.',
      section,
      unset: 'Nowhere',
      advanced: true,
      maxLength: 4096,
      pattern: wholePath,
    }),
  ];
}

const wholePath = { source: '/.*', says: 'The whole path, from / on.' };
const hosts = [
  choice('127.0.0.1', '127.0.0.1', 'Only programs of this host.'),
  choice('0.0.0.0', '0.0.0.0', 'Whoever reaches the host, where the other program begins.'),
];
const portNumber = { source: '[0-9]{1,5}', says: 'A number up to 65535.' };

function typeField(types: SourceSaying['types']): BoundField {
  return customField((context) => choiceField('type', { label: 'The other end', section, choices: types(context) }, context), {
    read: (line) => attribute(line, 'type'),
    write: (line, value) => {
      if (typeof value !== 'string' || value === attribute(line, 'type')) return line;
      // "tty" is what libvirt tells of a running terminal.
      const retyped = withAttributes(line, { type: value, tty: null });
      const spoken = value === 'tcp' ? retyped : withChild(retyped, 'protocol', () => null);
      return children(spoken, 'source').reduce((made, one, index) => {
        const bare = withoutForeignParts(one, sourceParts, value);
        // Who talked there, either way, is who a UDP line sends to.
        const kept = value === 'udp' && bare.attributes.has('mode') ? withAttributes(bare, { mode: 'connect' }) : bare;
        const empty = kept.attributes.size === 0 && children(kept).length === 0;
        // Of several, the others are a UDP line's.
        return replaced(made, one, empty || (index > 0 && value !== 'udp') ? null : kept);
      }, spoken);
    },
  });
}

/** UDP has a <source> for where it sends, and one for where it listens; all others have one. */
function addressPart(key: string, name: 'host' | 'service', end: 'connect' | 'bind', saying: Parameters<typeof textField>[1]): BoundField {
  return customField((context) => textField(key, saying, context), {
    read: (line) => attribute(endOf(line, end), name) || null,
    write: (line, value) => {
      const old = endOf(line, end);
      const wanted = typeof value === 'string' && value !== '' ? value : null;
      if ((attribute(old, name) || null) === wanted) return line;
      const udp = attribute(line, 'type') === 'udp';
      const next = withAttributes(old ?? newElement('source', { mode: udp ? end : null }), { [name]: wanted });
      const empty = udp && !next.attributes.has('host') && !next.attributes.has('service');
      return replaced(line, old, empty ? null : next);
    },
  });
}

function endOf(line: XmlElement, end: 'connect' | 'bind'): XmlElement | null {
  if (attribute(line, 'type') !== 'udp') return child(line, 'source');
  return children(line, 'source').find((one) => (attribute(one, 'mode') ?? 'connect') === end) ?? null;
}

/** <reconnect enabled="yes" timeout="10"/>, of who calls. */
const reconnect: BoundField = {
  ...numberAt('reconnect', 'source/reconnect/@timeout', {
    label: 'Try again after',
    section,
    when: [{ field: 'begins', is: ['connect'] }],
    unset: 'Never',
    min: 1,
    max: 86_400,
    unit: 'seconds',
    advanced: true,
  }),
  at: null,
  write: (line, value) =>
    withAttributesAt(
      line,
      ['source', 'reconnect'],
      typeof value === 'number' ? { enabled: 'yes', timeout: value } : { enabled: null, timeout: null },
    ),
};

/** What stands against the source as a whole. */
export function sourceProblems({ type, begins, socket, service, bindService, protocol, tls }: FieldValues): FieldProblem[] {
  const beyond = (field: string, value: unknown): FieldProblem[] =>
    typeof value === 'string' && Number(value) > 65_535 ? [{ field, message: 'A number up to 65535.' }] : [];
  const both = type === 'tcp' && tls === 'yes' && (protocol === 'tls' || protocol === 'telnets');
  return [
    ...(type === 'tcp' || type === 'udp' ? [...beyond('service', service), ...beyond('bindService', bindService)] : []),
    ...(type === 'unix' && begins === 'connect' && typeof socket !== 'string' ? [{ field: 'socket', message: 'Where does it wait?' }] : []),
    ...(both ? [{ field: 'tls', message: 'What is spoken there is encrypted already.' }] : []),
  ];
}
