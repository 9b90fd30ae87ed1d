import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withPath } from '../../../xml/edit.ts';
import { customField, numberAt, switchAt, textAt, textField, type TextSaying } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { faithful } from '../../parts/part-fields.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const WEB = ['http', 'https', 'ftp', 'ftps'];

const protocolOf = (disk: XmlElement): string | null =>
  attribute(disk, 'type') === 'network' ? attribute(child(disk, 'source'), 'protocol') : null;

const saying = (protocols: readonly string[], more: TextSaying): TextSaying => ({
  section: 'Account and way',
  advanced: true,
  unset: 'None',
  when: [
    { field: 'source', is: ['network'] },
    { field: 'protocol', is: [...protocols] },
  ],
  ...more,
});

/** What another protocol does not have reads as nothing, and writes nothing. */
const forProtocols = (protocols: readonly string[], bound: BoundField): BoundField => ({
  ...faithful({
    ...bound,
    read: (disk, context) => (protocols.includes(protocolOf(disk) ?? '') ? bound.read(disk, context) : null),
    write: (disk, value, context) => (protocols.includes(protocolOf(disk) ?? '') ? bound.write(disk, value, context) : disk),
  }),
});

/** libvirt keeps the password, under an id or under what it is for; what sort of secret it is goes with the protocol. */
const secret: BoundField = customField(
  (context) =>
    textField(
      'secret',
      saying(['rbd', 'iscsi'], {
        label: 'Its secret on the host',
        help: 'The UUID of a secret that libvirt keeps, or what that says it is for. The password itself is not in the guest.',
        maxLength: 256,
      }),
      context,
    ),
  {
    read: (disk) => {
      const found = child(child(child(disk, 'source'), 'auth'), 'secret');
      return attribute(found, 'uuid') ?? attribute(found, 'usage');
    },
    write: (disk, value) =>
      withPath(disk, ['source', 'auth', 'secret'], (old) => {
        if (typeof value !== 'string' || value === '') return null;
        const named = UUID.test(value) ? { uuid: value, usage: null } : { uuid: null, usage: value };
        return withAttributes(old ?? element('secret'), { type: protocolOf(disk) === 'rbd' ? 'ceph' : 'iscsi', ...named });
      }),
  },
);

/** https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms, "source" */
export const networkAccessFields: readonly BoundField[] = [
  forProtocols(
    ['rbd', 'iscsi'],
    textAt(
      'account',
      'source/auth/@username',
      saying(['rbd', 'iscsi'], { label: 'Account', help: 'By which the host logs in there.', maxLength: 256 }),
    ),
  ),
  forProtocols(['rbd', 'iscsi'], secret),
  forProtocols(
    ['iscsi'],
    textAt(
      'initiator',
      'source/initiator/iqn/@name',
      saying(['iscsi'], {
        label: 'Initiator',
        help: 'As which the host asks there.',
        maxLength: 223,
        pattern: { source: String.raw`iqn\.\d{4}-\d{2}\..+`, says: 'Like iqn.2020-07.com.example:attic.' },
      }),
    ),
  ),
  forProtocols(
    ['rbd'],
    textAt(
      'cephSnapshot',
      'source/snapshot/@name',
      saying(['rbd'], { label: 'Snapshot', help: 'Of the image, which is read-only then.', maxLength: 256 }),
    ),
  ),
  forProtocols(
    ['rbd'],
    textAt(
      'cephConfig',
      'source/config/@file',
      saying(['rbd'], {
        label: 'Ceph’s configuration',
        unset: 'The host’s own',
        maxLength: 4096,
        pattern: { source: '/.+', says: 'A whole path on the host, from /.' },
      }),
    ),
  ),
  forProtocols(
    ['https', 'ftps'],
    switchAt('certificate', 'source/ssl/@verify', {
      ...saying(['https', 'ftps'], {
        label: 'Server’s certificate is checked',
        help: 'Without, anybody on the way can give the guest another disk.',
      }),
      unset: 'As QEMU likes (yes)',
    }),
  ),
  forProtocols(
    WEB,
    numberAt('readahead', 'source/readahead/@size', {
      ...saying(WEB, { label: 'Read ahead' }),
      unset: 'As QEMU likes',
      min: 1,
      max: 2 ** 32,
      unit: 'bytes',
    }),
  ),
  forProtocols(
    WEB,
    numberAt('answersWithin', 'source/timeout/@seconds', {
      ...saying(WEB, { label: 'Answers within' }),
      unset: 'As QEMU likes',
      min: 1,
      max: 2 ** 31,
      unit: 's',
    }),
  ),
];

export function networkAccessProblems({ source, account, secret: named }: FieldValues): FieldProblem[] {
  if (source !== 'network' || (typeof account === 'string') === (typeof named === 'string')) return [];
  return typeof account === 'string'
    ? [{ field: 'secret', message: 'An account goes with its secret.' }]
    : [{ field: 'account', message: 'A secret goes with its account.' }];
}
