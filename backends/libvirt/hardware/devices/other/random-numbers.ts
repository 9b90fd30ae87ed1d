import { attribute, child, children, element, text, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild, withText } from '../../../xml/edit.ts';
import { choice, choiceField, customField, numberAt, textAt, textField } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { enumOf, isQemu, offered, supports } from '../../hardware-context.ts';
import { faithful } from '../../parts/part-fields.ts';
import { summaryWords } from '../../summary-words.ts';
import { forValues } from '../for-values.ts';
import { virtioModel, virtioOptions } from '../virtio-options.ts';

const backends = [
  choice('random', 'A file of the host', 'The kernel’s generator, or that of a device.'),
  choice('builtin', 'QEMU itself', 'It asks the host’s kernel; nothing has to be opened.'),
  choice('egd', 'Another program (EGD)', 'A program that speaks the entropy gathering protocol.'),
];

const at = 'backend/@model';

/** What only the other backends know goes: a file's path is no daemon's address (libvirt's schema, "rng-backend"). */
const backend: BoundField = customField(
  (context) =>
    choiceField(
      'backend',
      {
        label: 'Where the numbers come from',
        choices: offered(backends, enumOf(context, ['devices', 'rng'], 'backendModel')),
      },
      context,
    ),
  {
    read: (rng) => attribute(child(rng, 'backend'), 'model'),
    write: (rng, value) => {
      const old = child(rng, 'backend');
      if (typeof value !== 'string' || value === attribute(old, 'model')) return rng;
      const made = value === 'egd' ? egd : element('backend', { model: value }, ...(value === 'random' ? ['/dev/urandom'] : []));
      const strangers = children(old).filter(({ name }) => !egdParts.includes(name));
      return withChild(rng, 'backend', () => ({ ...made, children: [...made.children, ...strangers] }));
    },
  },
);
const egdParts = ['source', 'protocol', 'log'];
const egd: XmlElement = element('backend', { model: 'egd', type: 'unix' }, element('source', { mode: 'connect' }));

const file: BoundField = faithful(
  customField(
    (context) =>
      textField(
        'file',
        {
          label: 'File',
          help: '/dev/urandom never makes the guest wait. /dev/hwrng is a device of the host, where it has one.',
          unset: 'As libvirt likes (/dev/urandom)',
          pattern: { source: '/.*', says: 'The whole path, from / on.' },
          suggestions: [choice('/dev/urandom', '/dev/urandom'), choice('/dev/random', '/dev/random'), choice('/dev/hwrng', '/dev/hwrng')],
        },
        context,
      ),
    {
      read: (rng) => text(child(rng, 'backend')) || null,
      write: (rng, value) => withChild(rng, 'backend', (old) => old && withText(old, typeof value === 'string' ? value : null)),
    },
  ),
);

const way: BoundField = customField(
  (context) =>
    choiceField('reachedBy', { label: 'Reached by', choices: [choice('unix', 'A socket of the host'), choice('tcp', 'TCP')] }, context),
  {
    read: (rng) => attribute(child(rng, 'backend'), 'type'),
    write: (rng, value) => {
      if (typeof value !== 'string' || attribute(child(rng, 'backend'), 'type') === value) return rng;
      const gone = value === 'unix' ? { host: null, service: null } : { path: null };
      return withChild(rng, 'backend', (old) => {
        const retyped = withAttributes(old ?? egd, { type: value });
        return withChild(retyped, 'source', (source) => withAttributes(source ?? element('source', { mode: 'connect' }), gone));
      });
    },
  },
);

const whenUnix = (bound: BoundField) => forValues('reachedBy', 'backend/@type', ['unix'], bound);
const whenTcp = (bound: BoundField) => forValues('reachedBy', 'backend/@type', ['tcp'], bound);

/** https://libvirt.org/formatdomain.html#random-number-generator-device */
export const randomNumbers: DeviceKind = {
  sort: 'device',
  kind: 'rng',
  group: 'other',
  title: 'Random numbers',
  help: 'Gives the guest true random numbers of the host’s. Without it a new guest may wait at its first start until it has gathered enough.',
  fits: (context) => isQemu(context) && supports(context, 'devices', 'rng'),
  is: ({ name }) => name === 'rng',
  identity: () => null,
  name: (_rng, number) => (number === null ? 'Random numbers' : `Random numbers ${number}`),
  summary: ({ backend: chosen, file: path, socket, host, service }) =>
    summaryWords(chosen === 'random' ? (path ?? '/dev/urandom') : chosen === 'builtin' ? 'QEMU itself' : 'EGD', socket, host, service),
  fields: [
    backend,
    forValues('backend', at, ['random'], file),
    forValues('backend', at, ['egd'], way),
    whenUnix(
      textAt('socket', 'backend/source/@path', { label: 'Socket', pattern: { source: '/.{1,106}', says: 'The whole path of a socket.' } }),
    ),
    whenTcp(textAt('host', 'backend/source/@host', { label: 'Host', maxLength: 255 })),
    whenTcp(
      textAt('service', 'backend/source/@service', { label: 'Port', pattern: { source: '[0-9]{1,5}', says: 'A number up to 65535.' } }),
    ),
    numberAt('bytes', 'rate/@bytes', {
      label: 'At most',
      help: 'So that one guest does not take all that the host gathers.',
      unset: 'As much as it asks for',
      unit: 'bytes',
      min: 1,
      max: 2 ** 31 - 1,
    }),
    numberAt('period', 'rate/@period', { label: 'In each', unset: 'Second', unit: 'ms', min: 1, max: 2 ** 31 - 1 }),
    virtioModel(),
    ...virtioOptions,
  ],
  problems: ({ bytes, period }) =>
    (bytes ?? null) === null && (period ?? null) !== null ? [{ field: 'bytes', message: 'How much in that time?' }] : [],
  addition: {
    blank: () => element('rng', { model: 'virtio' }, element('backend', { model: 'random' }, '/dev/urandom')),
    unavailable: () => null,
    live: () => true,
  },
  removal: { live: () => true },
};
