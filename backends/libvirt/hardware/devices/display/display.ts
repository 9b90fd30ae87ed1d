import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withAttributesAt } from '../../../xml/edit.ts';
import { choiceField, customField } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, type HardwareContext, isContainer } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { withoutForeignParts } from '../known-parts.ts';
import { passwordFields, passwordLimit } from './display-password.ts';
import { displayParts, displayTypes, displayWord } from './display-types.ts';
import { drawingFields } from './drawing-fields.ts';
import { isOpen, listenFields } from './listen-fields.ts';
import { forTypes } from '../for-types.ts';
import { viewerFields } from './viewer-fields.ts';

/** Those that somebody connects to. */
const reached = ['vnc', 'spice', 'rdp'];
const isReached = (sort: unknown): boolean => typeof sort === 'string' && reached.includes(sort);

const type: BoundField = customField((context) => choiceField('type', { label: 'Type', choices: displayTypes(context) }, context), {
  read: (display) => attribute(display, 'type'),
  write: (display, value) => {
    if (typeof value !== 'string' || value === attribute(display, 'type')) return display;
    const bare = withoutForeignParts(withAttributes(display, { type: value }), displayParts, value);
    if (value === 'egl-headless') return withAttributesAt(bare, ['gl'], { enable: null });
    if (!isReached(value)) return bare;
    return bare.attributes.has('port') ? bare : withAttributes(bare, { port: -1, autoport: 'yes' });
  },
});

/** https://libvirt.org/formatdomain.html#graphical-framebuffers */
export const display: DeviceKind = {
  sort: 'device',
  kind: 'display',
  group: 'display',
  title: 'Display',
  help: 'Brings the guest’s picture to whoever looks at it, and keyboard and mouse to the guest.',
  fits: (context) => !isContainer(context),
  is: ({ name }) => name === 'graphics',
  identity: (one) => attribute(one, 'type'),
  name: (one, number) => `Display ${number === null ? '' : `${number}, `}${displayWord(attribute(one, 'type'))}`,
  summary: ({ type: sort, address, port, listen }) =>
    summaryWords(displayWord(sort), listen === 'none' ? 'through libvirt only' : address, port),
  notes: (one, context) => notesOn(one, context),
  fields: [type, ...listenFields.map((bound) => forTypes(reached, bound)), ...passwordFields, ...drawingFields, ...viewerFields],
  problems: problemsOf,
  warnings: warningsOf,
  addition: {
    blank: (context) => {
      const [first] = displayTypes(context);
      const has = new Set(devicesOf(context.domain).map((one) => (one.name === 'graphics' ? attribute(one, 'type') : null)));
      const free = displayTypes(context).find(({ value }) => !has.has(String(value))) ?? first;
      const sort = String(free?.value ?? 'vnc');
      if (!isReached(sort)) return element('graphics', { type: sort });
      return element('graphics', { type: sort, port: -1, autoport: 'yes' }, element('listen', { type: 'address', address: '127.0.0.1' }));
    },
    unavailable: () => null,
    live: () => false,
  },
  removal: { live: () => false },
};

function problemsOf(values: FieldValues): FieldProblem[] {
  const { type: sort, password, port, tlsPort, connected } = values;
  const limit = passwordLimit(sort);
  return [
    ...(typeof password === 'string' && password.length > limit && isReached(sort)
      ? [{ field: 'password', message: `At most ${limit} characters.` }]
      : []),
    // QEMU counts VNC's ports from 5900 on (ui/vnc.c).
    ...(sort === 'vnc' && typeof port === 'number' && port < 5900 ? [{ field: 'port', message: 'VNC’s ports begin at 5900.' }] : []),
    ...(sort === 'spice' && typeof connected === 'string' && password === null
      ? [{ field: 'connected', message: 'There is no password that could change.' }]
      : []),
    ...(sort === 'spice' && typeof tlsPort === 'number' && port === null
      ? [{ field: 'tlsPort', message: 'Where the host finds the open port, it finds this one too.' }]
      : []),
    ...(typeof port === 'number' && port === tlsPort && sort === 'spice'
      ? [{ field: 'tlsPort', message: 'It cannot be the same as the open port.' }]
      : []),
  ];
}

function warningsOf(from: FieldValues, to: FieldValues, context: HardwareContext): string[] {
  const { type: sort, listen, address, password, gl } = to;
  const open = isOpen(listen, address) && !isOpen(from['listen'], from['address']);
  const others = devicesOf(context.domain)
    .filter((one) => one.name === 'graphics')
    .map((one) => attribute(one, 'type'));
  return [
    ...(open && password === null && isReached(sort) ? ['Whoever reaches the host can see and use this guest: there is no password.'] : []),
    ...(open && password !== null && sort === 'vnc' ? ['VNC sends what is seen and typed openly, and its password is soon guessed.'] : []),
    ...(from['type'] !== undefined && from['type'] !== sort ? changedType(from['type'], sort, context) : []),
    ...(sort === 'spice' && gl === true && from['gl'] !== true
      ? [
          'SPICE with OpenGL works only for a viewer on the host itself, over a socket: from elsewhere the picture stays black. VNC with an off-screen display beside it works from everywhere.',
        ]
      : []),
    ...(sort === 'egl-headless' && !others.includes('vnc') && !others.includes('spice')
      ? ['An off-screen display shows nothing by itself: add a VNC display beside it.']
      : []),
    ...(sort === 'rdp' && from['type'] !== 'rdp' ? ['Guesthouse does not show RDP displays: another program has to.'] : []),
  ];
}

function changedType(from: unknown, to: unknown, { domain }: HardwareContext): string[] {
  if (from !== 'spice' || to === 'spice') return [];
  const left = devicesOf(domain).filter((one) => attribute(one, 'type')?.startsWith('spice') === true && one.name !== 'graphics');
  if (left.length === 0) return [];
  const names = [...new Set(left.map(({ name }) => words.get(name) ?? name))].join(', ');
  return [`Without SPICE these have nobody to talk to, and keep the guest from starting: ${names}. Remove them too.`];
}

const words: ReadonlyMap<string, string> = new Map(
  Object.entries({
    channel: 'the channel of SPICE’s agent',
    redirdev: 'USB redirection',
    smartcard: 'the smartcard',
    audio: 'sound over SPICE',
  }),
);

function notesOn(one: XmlElement, { running }: HardwareContext): string[] {
  if (running === null) return [];
  const now = devicesOf(running).find((other) => other.name === 'graphics' && attribute(other, 'type') === attribute(one, 'type'));
  const port = Number(attribute(now ?? null, 'port') ?? -1);
  const tls = Number(attribute(now ?? null, 'tlsPort') ?? -1);
  return [...(port > 0 ? [`It is on port ${port} now.`] : []), ...(tls > 0 ? [`It is on port ${tls}, encrypted, now.`] : [])];
}
