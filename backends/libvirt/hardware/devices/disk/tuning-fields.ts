import { attribute, child, element } from '../../../xml/document.ts';
import { withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceAt, customField, numberAt, plain, presenceAt, switchAt, textAt } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { STORAGE } from './source-fields.ts';

const given = { field: STORAGE, is: [null, 'existing'] };
const onVirtio = { field: 'bus', is: ['virtio'] };
const onScsiOrUsb = { field: 'bus', is: ['scsi', 'usb'] };
const speed = 'Performance';
const identity = 'Identity';
const faults = 'Errors';

/** https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms, "driver" and below. */
export const formatField: BoundField = choiceAt('format', 'driver/@type', {
  label: 'Format',
  help: 'How the image is written on the host. An image that is opened in the wrong format is destroyed, or names other files of the host as its own.',
  section: 'Source',
  when: [given],
  unset: 'Raw (nothing is said)',
  choices: ['raw', 'qcow2', 'qed', 'vmdk', 'vdi', 'vpc', 'vhdx'].map((format) => choice(format, format)),
});

export const cacheField: BoundField = choiceAt('cache', 'driver/@cache', {
  label: 'Cache',
  help: 'Whether the host’s memory stands between the guest and its disk.',
  section: speed,
  unset: 'As the hypervisor likes (writeback)',
  choices: [
    choice('none', 'None', 'Straight to the storage. Needed for live migration with most storage.'),
    choice('writeback', 'Writeback', 'Fast. Safe as long as the guest flushes its disk, as all newer systems do.'),
    choice('writethrough', 'Writethrough', 'Each write waits for the storage: slow, and safe for old guests.'),
    choice('directsync', 'Directsync', 'Writethrough without the host’s memory.'),
    choice(
      'unsafe',
      'Unsafe',
      'Never waits for the storage. What was written last is lost when the host fails: for installations and trials only.',
    ),
  ],
});

const ioField: BoundField = choiceAt('io', 'driver/@io', {
  label: 'I/O mode',
  help: 'How the hypervisor talks to the host’s kernel.',
  section: speed,
  advanced: true,
  unset: 'As the hypervisor likes (threads)',
  choices: (context) => [
    choice('threads', 'Threads'),
    choice('native', 'Native (Linux AIO)', 'Fast with block devices. Needs the cache to be none or directsync.'),
    // libvirt 6.3, QEMU 5.0.
    choice(
      'io_uring',
      'io_uring',
      'The kernel’s newest way.',
      context.libvirt < 6_003_000 ? 'The host’s libvirt is older than 6.3.' : null,
    ),
  ],
});

export const discardField: BoundField = choiceAt('discard', 'driver/@discard', {
  label: 'Discard (TRIM)',
  help: 'Whether space that the guest frees is given back to the host.',
  section: speed,
  unset: 'As the hypervisor likes (ignore)',
  choices: [choice('unmap', 'Give it back', 'The image grows smaller when the guest trims its disk.'), choice('ignore', 'Ignore')],
});

const zeroesField: BoundField = choiceAt('detectZeroes', 'driver/@detect_zeroes', {
  label: 'Detect zeros',
  help: 'Whether blocks of zeros are written as holes.',
  section: speed,
  advanced: true,
  unset: 'Off',
  choices: [
    choice('off', 'Off (said explicitly)'),
    choice('on', 'On', 'Takes some of the processor’s time.'),
    choice('unmap', 'On, and given back', 'As a discard would. Needs discard to be on.'),
  ],
});

const queuesField = numberAt('queues', 'driver/@queues', {
  label: 'Queues',
  help: 'How many processors of the guest may write at once. Best is one for each of its processors.',
  section: speed,
  advanced: true,
  when: [onVirtio],
  unset: 'One for each processor, where the hypervisor can',
  min: 1,
  max: 1024,
});

const iothreadField = numberAt('iothread', 'driver/@iothread', {
  label: 'I/O thread',
  help: 'The number of the host’s thread that does this disk’s work. The threads themselves are set up with the processors. Disks on a SCSI controller use that of their controller.',
  section: speed,
  advanced: true,
  when: [onVirtio],
  unset: 'None of its own',
  min: 1,
  max: (context: HardwareContext) => Math.max(1, ioThreads(context)),
});

/** How many there are: iothreads' ids may be any, but they are counted from 1 where nobody chose them. */
export function ioThreads({ domain }: Pick<HardwareContext, 'domain'>): number {
  const ids = child(domain, 'iothreadids');
  const chosen = ids === null ? [] : ids.children.flatMap((node) => (node.kind === 'element' ? [Number(attribute(node, 'id'))] : []));
  const count = Number(
    child(domain, 'iothreads')
      ?.children.map((node) => (node.kind === 'text' ? node.text : ''))
      .join('') ?? 0,
  );
  return Math.max(0, ...chosen.filter(Number.isFinite), Number.isFinite(count) ? count : 0);
}

const copyOnRead = switchAt('copyOnRead', 'driver/@copy_on_read', {
  label: 'Copy on read',
  help: 'What is read from the image below is kept in this one, so that slow base images are read once.',
  section: speed,
  advanced: true,
  words: ['on', 'off'],
});

const errorField = (key: string, at: string, label: string, context: 'write' | 'read'): BoundField =>
  choiceAt(key, at, {
    label,
    section: faults,
    advanced: true,
    unset: 'As the hypervisor likes',
    choices: [
      choice('stop', 'Pause the guest', 'It goes on when somebody resumes it.'),
      choice('report', 'Tell the guest'),
      choice('ignore', 'Ignore it', 'The guest believes that all went well.'),
      ...(context === 'write' ? [choice('enospace', 'Pause the guest when the storage is full', 'And tell it of all other errors.')] : []),
    ],
  });

export const readOnlyField = (fixed: string | null = null): BoundField =>
  presenceAt('readonly', 'readonly', { label: 'Read-only', help: 'The guest cannot write to it.', ...(fixed === null ? {} : { fixed }) });

export const shareableField: BoundField = presenceAt('shareable', 'shareable', {
  label: 'Shared with other guests',
  help: 'Several guests may have it at once. Only for file systems that are made for that (GFS2, OCFS2) or for reading; it also allows other guests to be given it.',
});

const removableField: BoundField = customField(
  (context) => ({
    ...plain(
      'removable',
      { label: 'Removable', help: 'The guest treats it as a stick that may be pulled out.', when: [onScsiOrUsb] },
      context,
    ),
    kind: 'toggle',
  }),
  {
    read: (disk) => attribute(child(disk, 'target'), 'removable') === 'on',
    write: (disk, value) =>
      withChild(disk, 'target', (target) =>
        (attribute(target, 'removable') === 'on') === (value === true)
          ? target
          : withAttributes(target ?? element('target'), { removable: value === true ? 'on' : null }),
      ),
  },
);

const transientField: BoundField = presenceAt('transient', 'transient', {
  label: 'Forget all changes',
  help: 'What the guest writes is thrown away when it is shut down.',
  advanced: true,
});

const rotation = numberAt('rotationRate', 'target/@rotation_rate', {
  label: 'Rotation rate',
  help: '1 means: it is an SSD. Others are the turns per minute of a hard disk.',
  section: identity,
  advanced: true,
  when: [{ field: 'bus', is: ['scsi', 'sata', 'ide'] }],
  unset: 'Not told',
  min: 1,
  max: 65534,
  unit: 'rpm',
});

const serialField = textAt('serial', 'serial', {
  label: 'Serial number',
  help: 'By which the guest can tell its disks apart: /dev/disk/by-id in Linux. VirtIO takes the first 20 characters.',
  section: identity,
  unset: 'None',
  maxLength: 36,
  pattern: { source: String.raw`[A-Za-z0-9_.+ \-]+`, says: 'Letters, digits, spaces and _ . + - only.' },
});

const wwnField = textAt('wwn', 'wwn', {
  label: 'World wide name',
  section: identity,
  advanced: true,
  when: [{ field: 'bus', is: ['scsi', 'ide', 'sata'] }],
  unset: 'None',
  maxLength: 18,
  pattern: { source: '(0x)?[0-9a-fA-F]{16}', says: '16 hexadecimal digits.' },
});

const printed = String.raw`[\x20-\x7E]+`;
const vendorField = textAt('vendor', 'vendor', {
  label: 'Vendor',
  section: identity,
  advanced: true,
  when: [{ field: 'bus', is: ['scsi'] }],
  unset: 'QEMU',
  maxLength: 8,
  pattern: { source: printed, says: 'Letters, digits and signs only.' },
});
const productField = textAt('product', 'product', {
  label: 'Product',
  section: identity,
  advanced: true,
  when: [{ field: 'bus', is: ['scsi'] }],
  unset: 'QEMU HARDDISK',
  maxLength: 16,
  pattern: { source: printed, says: 'Letters, digits and signs only.' },
});

const snapshotField = choiceAt('snapshot', '@snapshot', {
  label: 'In snapshots',
  help: 'What a snapshot of the guest does with it.',
  advanced: true,
  unset: 'As its image allows',
  choices: [
    choice('internal', 'Within its image'),
    choice('external', 'In a file of its own'),
    choice('no', 'Left out'),
    choice('manual', 'Made by somebody else'),
  ],
});

export const bootOrder: BoundField = numberAt('bootOrder', 'boot/@order', {
  label: 'Place in the boot order',
  unset: 'Not in it',
  fixed: 'It is changed under “Boot”, where the whole order is seen.',
  advanced: true,
  min: 1,
  max: 9999,
});

export const drivenFields: readonly BoundField[] = [
  cacheField,
  discardField,
  ioField,
  zeroesField,
  copyOnRead,
  iothreadField,
  queuesField,
  numberAt('queueSize', 'driver/@queue_size', {
    label: 'Queue length',
    section: speed,
    advanced: true,
    when: [onVirtio],
    unset: 'As the hypervisor likes',
    min: 2,
    max: 32768,
  }),
  errorField('errorPolicy', 'driver/@error_policy', 'When writing fails', 'write'),
  errorField('readErrorPolicy', 'driver/@rerror_policy', 'When reading fails', 'read'),
];

export const identityFields: readonly BoundField[] = [
  removableField,
  transientField,
  serialField,
  rotation,
  wwnField,
  vendorField,
  productField,
  snapshotField,
];
