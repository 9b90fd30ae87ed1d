import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { choice, choiceField, customField, numberAt, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isQemu, isXen } from '../../hardware-context.ts';
import { withAttributes, withChild } from '../../../xml/edit.ts';
import { summaryWords } from '../../summary-words.ts';
import { forValues } from '../for-values.ts';
import { type KnownParts, withoutForeignParts } from '../known-parts.ts';
import { sourceFields, sourceProblems } from './source-fields.ts';
import { sourceChoices, sourceWord } from './source-types.ts';

const AGENT = 'org.qemu.guest_agent.0';
const SPICE_AGENT = 'com.redhat.spice.0';

/** Names that programs in guests look for. */
const names = [
  choice(AGENT, AGENT, 'QEMU’s guest agent'),
  choice(SPICE_AGENT, SPICE_AGENT, 'SPICE’s agent: clipboard, size of the picture'),
  choice('org.spice-space.webdav.0', 'org.spice-space.webdav.0', 'Shared folders over SPICE'),
  choice('org.libguestfs.channel.0', 'org.libguestfs.channel.0', 'libguestfs'),
];

/** A field for channels whose end in the guest is of these types. */
const ofTarget = (types: readonly string[], bound: BoundField): BoundField => forValues('target', 'target/@type', types, bound);

const targetParts: KnownParts = { virtio: ['@name', '@state'], xen: ['@name', '@state'], guestfwd: ['@address', '@port'] };

const target: BoundField = customField(
  (context) =>
    choiceField(
      'target',
      {
        label: 'In the guest',
        choices: isXen(context)
          ? [choice('xen', 'Channel of Xen')]
          : [
              choice('virtio', 'Port with a name (virtio)'),
              choice('guestfwd', 'Address in a user-mode network', 'What the guest sends there comes out on the host.'),
            ],
      },
      context,
    ),
  {
    read: (line) => attribute(child(line, 'target'), 'type'),
    write: (line, value) => {
      if (typeof value !== 'string' || value === attribute(child(line, 'target'), 'type')) return line;
      const moved = withChild(line, 'target', (old) =>
        withoutForeignParts(withAttributes(old ?? element('target'), { type: value }), targetParts, value),
      );
      return withChild(moved, 'address', () => null);
    },
  },
);

/** https://libvirt.org/formatdomain.html#channel */
export const channel: DeviceKind = {
  sort: 'device',
  kind: 'channel',
  group: 'input',
  title: 'Channel',
  help: 'A line between a program of the host and one in the guest: guest agents are reached over it.',
  fits: (context) => isQemu(context) || isXen(context),
  is: ({ name }) => name === 'channel',
  identity: nameIn,
  name: (line, number) => {
    const known = names.find(({ value }) => value === nameIn(line))?.help?.split(':')[0];
    return known === undefined ? `Channel${number === null ? '' : ` ${number}`}` : `Channel of ${known}`;
  },
  summary: ({ name, type, address }) => summaryWords(name ?? address, sourceWord(type)),
  notes: (line, { running }) => (running === null ? [] : stateNote(line, running)),
  fields: [
    target,
    ofTarget(['virtio', 'xen'], textAt('name', 'target/@name', { label: 'Name', unset: 'None', suggestions: names, maxLength: 255 })),
    ofTarget(
      ['guestfwd'],
      textAt('address', 'target/@address', {
        label: 'IP address',
        pattern: { source: '[0-9.]{7,15}', says: 'An IPv4 address, like 10.0.2.1.' },
      }),
    ),
    ofTarget(['guestfwd'], numberAt('port', 'target/@port', { label: 'Port', min: 1, max: 65_535 })),
    ...sourceFields({ types: typesOf, ownPath: true }),
  ],
  problems: (values, context) => [...sourceProblems(values), ...channelProblems(values, context)],
  warnings: (_from, { type }, context) => (type === 'qemu-vdagent' ? clipboardWarnings(context) : []),
  addition: {
    blank: ({ domain }) => {
      const has = (name: string) => devicesOf(domain).some((one) => one.name === 'channel' && nameIn(one) === name);
      return element(
        'channel',
        { type: 'unix' },
        element('target', { type: 'virtio', name: has(AGENT) ? 'org.example.channel.0' : AGENT }),
      );
    },
    unavailable: () => null,
    live: ({ target }) => target === 'virtio',
  },
  removal: { live: (line) => attribute(child(line, 'target'), 'type') === 'virtio' },
};

function nameIn(line: XmlElement): string | null {
  const target = child(line, 'target');
  return attribute(target, 'name') ?? attribute(target, 'address');
}

function typesOf(context: HardwareContext) {
  const known = sourceChoices(
    context,
    'unix',
    'pty',
    'spicevmc',
    'spiceport',
    'qemu-vdagent',
    'tcp',
    'udp',
    'file',
    'pipe',
    'null',
    'dbus',
  );
  const told = enumOf(context, ['devices', 'channel'], 'type');
  // The capability (libvirt 9.0) names the usual ones only; of those that stand for a display it says whether the host has it.
  return known.filter(({ value }) => value !== 'spicevmc' || told === null || told.includes('spicevmc'));
}

/** libvirt tells of running channels whether the guest has somebody at the other end. */
function stateNote(line: XmlElement, running: XmlElement): string[] {
  const now = devicesOf(running).find((one) => one.name === 'channel' && nameIn(one) !== null && nameIn(one) === nameIn(line));
  const state = attribute(child(now ?? null, 'target'), 'state');
  if (state === 'connected') return ['A program in the guest has it open.'];
  return state === 'disconnected' ? ['No program in the guest has it open: what belongs there is not installed, or does not run.'] : [];
}

function channelProblems({ type, target: at, name, socket }: FieldValues, { libvirt }: HardwareContext): FieldProblem[] {
  if (at !== 'virtio' && type === 'spicevmc') return [{ field: 'type', message: 'It takes a port with a name in the guest.' }];
  // libvirt makes up sockets of virtio's channels only.
  if (at !== 'virtio') return type === 'unix' && typeof socket !== 'string' ? [{ field: 'socket', message: 'At which socket?' }] : [];
  // libvirt gives SPICE's agent this name itself, and refuses others for it (src/conf/domain_validate.c).
  if (type === 'spicevmc' && name !== SPICE_AGENT && name !== null)
    return [{ field: 'name', message: `SPICE’s agent looks for ${SPICE_AGENT}.` }];
  return type === 'qemu-vdagent' && libvirt < 8_004_000 ? [{ field: 'type', message: 'It takes libvirt 8.4 or later on the host.' }] : [];
}

function clipboardWarnings({ domain }: HardwareContext): string[] {
  const shown = devicesOf(domain).some((one) => one.name === 'graphics' && attribute(one, 'type') === 'vnc');
  return shown
    ? ['The guest needs SPICE’s agent (spice-vdagent), though its display is VNC.']
    : ['It belongs to a VNC display, which this guest does not have.'];
}
