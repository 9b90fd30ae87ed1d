import { element, textAt as readText } from '../../../xml/document.ts';
import { numberAt, textAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { isQemu } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';

/** https://libvirt.org/formatdomain.html#device-leases */
export const lockLease: DeviceKind = {
  sort: 'device',
  kind: 'lease',
  group: 'other',
  title: 'Lease',
  help: 'A lock that the guest holds while it runs, so that no other host starts it: for hosts with a lock manager (sanlock).',
  fits: isQemu,
  is: ({ name }) => name === 'lease',
  identity: (lease) => [readText(lease, 'lockspace'), readText(lease, 'key')].join(' '),
  name: (lease) => `Lease ${readText(lease, 'key') ?? ''}`.trim(),
  summary: ({ lockspace }) => summaryWords(lockspace),
  fields: [
    textAt('lockspace', 'lockspace', { label: 'Lock space', maxLength: 255 }),
    textAt('key', 'key', { label: 'Key', maxLength: 255 }),
    textAt('path', 'target/@path', {
      label: 'File of the leases',
      maxLength: 4096,
      pattern: { source: '/.*', says: 'The whole path, from / on.' },
    }),
    numberAt('offset', 'target/@offset', { label: 'Place in it', unit: 'bytes', unset: 'Its beginning', min: 0, max: 2 ** 32 - 1 }),
  ],
  addition: {
    blank: () => element('lease'),
    unavailable: () => null,
    live: () => true,
  },
  removal: { live: () => true },
};
