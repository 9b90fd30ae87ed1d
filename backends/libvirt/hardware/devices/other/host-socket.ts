import { attribute, child, element } from '../../../xml/document.ts';
import { withAttributesAt } from '../../../xml/edit.ts';
import { customField, numberAt, plain } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, isQemu } from '../../hardware-context.ts';
import { faithful } from '../../parts/part-fields.ts';
import { summaryWords } from '../../summary-words.ts';
import { virtioModel, virtioOptions } from '../virtio-options.ts';

/** Chosen by libvirt at each start; then a number beside it is what it was last, and is not the person's. */
const automatic: BoundField = faithful(
  customField(
    (context) => ({
      ...plain(
        'auto',
        {
          label: 'Number chosen at each start',
          help: 'Else the guest always has the number below, which no other guest of the host may have.',
        },
        context,
      ),
      kind: 'toggle',
    }),
    {
      read: (vsock) => attribute(child(vsock, 'cid'), 'auto') === 'yes',
      write: (vsock, value) => withAttributesAt(vsock, ['cid'], value === true ? { auto: 'yes', address: null } : { auto: 'no' }),
    },
  ),
);

/** https://libvirt.org/formatdomain.html#vsock */
export const hostSocket: DeviceKind = {
  sort: 'device',
  kind: 'vsock',
  group: 'other',
  title: 'VSOCK',
  help: 'Lets programs of host and guest talk to each other by sockets, without any network between them.',
  fits: isQemu,
  is: ({ name }) => name === 'vsock',
  identity: () => null,
  name: () => 'VSOCK',
  summary: ({ auto, cid }) => (auto === true ? 'number chosen at each start' : summaryWords(cid === null ? '' : `number ${Number(cid)}`)),
  fields: [
    automatic,
    numberAt('cid', 'cid/@address', {
      label: 'Number (CID)',
      help: 'Under this number the host’s programs reach the guest. 0 to 2 have meanings of their own.',
      when: [{ field: 'auto', is: [false] }],
      unset: 'None',
      min: 3,
      max: 2 ** 32 - 1,
    }),
    virtioModel(),
    ...virtioOptions,
  ],
  problems: ({ auto, cid }) => (auto !== true && (cid ?? null) === null ? [{ field: 'cid', message: 'Which number?' }] : []),
  addition: {
    blank: () => element('vsock', { model: 'virtio' }, element('cid', { auto: 'yes' })),
    unavailable: ({ domain }) =>
      devicesOf(domain).some(({ name }) => name === 'vsock') ? 'The guest has one; there can be no more.' : null,
    live: () => true,
  },
  removal: { live: () => true },
};
