import { element } from '../../../xml/document.ts';
import { choice, choiceAt, numberAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { enumOf, isQemu, offered } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { virtioOptions } from '../virtio-options.ts';

/** In the schema of libvirt 9.1, not yet in that of 9.0 (docs/formatdomain, "Crypto"). */
const SINCE = 9_001_000;

export const cryptoDevice: DeviceKind = {
  sort: 'device',
  kind: 'crypto',
  group: 'other',
  title: 'Crypto accelerator',
  help: 'The host encrypts and decrypts for the guest.',
  fits: isQemu,
  is: ({ name }) => name === 'crypto',
  identity: () => null,
  name: (_crypto, number) => (number === null ? 'Crypto accelerator' : `Crypto accelerator ${number}`),
  summary: ({ backend }) => summaryWords(backend === 'lkcf' ? 'the host’s kernel' : 'QEMU itself'),
  fields: [
    choiceAt('backend', 'backend/@model', {
      label: 'Who does it',
      choices: (context) =>
        offered(
          [choice('builtin', 'QEMU itself'), choice('lkcf', 'The host’s kernel', 'Also with what hardware it has for it.')],
          enumOf(context, ['devices', 'crypto'], 'backendModel'),
        ),
    }),
    numberAt('queues', 'backend/@queues', { label: 'Queues', unset: 'One', advanced: true, min: 1, max: 1024 }),
    ...virtioOptions,
  ],
  addition: {
    blank: () => element('crypto', { model: 'virtio', type: 'qemu' }, element('backend', { model: 'builtin' })),
    unavailable: ({ libvirt }) => (libvirt < SINCE ? 'The host’s libvirt is older than 9.1.' : null),
    live: () => false,
  },
  removal: { live: () => false },
};
