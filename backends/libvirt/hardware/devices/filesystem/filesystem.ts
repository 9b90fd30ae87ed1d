import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { GiB } from '#model/quantity';
import { attribute, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes } from '../../../xml/edit.ts';
import {
  choice,
  choiceAt,
  numberAt,
  numberIn,
  plain,
  presenceAt,
  readAt,
  switchAt,
  textAt,
  type TextSaying,
  writeAt,
} from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isContainer, isQemu, offered } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { sourceFields, typeOf } from './filesystem-source.ts';
import { idmapField } from './idmap-field.ts';
import { mountInGuest } from './mount-action.ts';
import { isVirtiofs, mountLine, tagOf } from './mount-line.ts';
import { sharesMemory, withSharedMemory } from './shared-memory.ts';

const only = (fits: (context: HardwareContext) => boolean, fields: readonly BoundField[]): BoundField[] =>
  fields.map((field) => ({ ...field, fits }));
const onVirtiofs = [{ field: 'driver', is: ['virtiofs'] }];
const on9p = [{ field: 'driver', is: ['path', null] }];
const speed = 'Performance';

/** libvirt: "virtiofs does not support fmode and dmode", and of 9p "fmode and dmode must be used with accessmode=mapped". */
const noted = { fmode: null, dmode: null } as const;
const withDriver = (share: XmlElement, driver: string | null): XmlElement => {
  const made = writeAt(share, 'driver/@type', driver);
  if (driver !== 'virtiofs') return made;
  const owners = attribute(share, 'accessmode') === null ? {} : { accessmode: 'passthrough' };
  return writeAt(withAttributes(made, { ...noted, ...owners, multidevs: null }), 'driver/@wrpolicy', null);
};

const createMode: Omit<TextSaying, 'label'> = {
  advanced: true,
  when: [...on9p, { field: 'access', is: ['mapped'] }],
  maxLength: 4,
  pattern: { source: '0[0-7]{3}|[0-7]{1,3}', says: 'Octal digits, like 0640.' },
};

const driver: BoundField = {
  ...choiceAt('driver', 'driver/@type', {
    label: 'Driver',
    unset: '9p (nothing is said)',
    choices: (context) => {
      const drivers = [
        choice(
          'virtiofs',
          'virtiofs',
          'As fast as a disk. Linux has its driver since 5.4, Windows needs one. The guest’s memory becomes shared for it.',
        ),
        choice('path', '9p', 'Slower, for Linux guests; needs nothing else.'),
      ];
      const told = enumOf(context, ['devices', 'filesystem'], 'driverType');
      return offered(drivers, told === null ? null : told.filter((one) => one === 'virtiofs' || one === 'path'));
    },
  }),
  write: (share, value) => withDriver(share, typeof value === 'string' ? value : null),
};

const access: BoundField = {
  ...choiceAt('access', '@accessmode', {
    label: 'Owners',
    help: 'How the owners and permissions of files are kept on the host.',
    advanced: true,
    when: on9p,
    unset: 'As they are in the guest',
    choices: [
      choice('passthrough', 'As they are in the guest', 'Needs a hypervisor that runs as root.'),
      choice('mapped', 'Noted beside the files', 'All files belong to the hypervisor’s user on the host.'),
      choice('squash', 'As in the guest, where that is allowed'),
    ],
  }),
  write: (share, value) =>
    withAttributes(share, { ...(value === 'mapped' ? {} : noted), accessmode: typeof value === 'string' ? value : null }),
};

const machineFields = only(isQemu, [
  driver,
  access,
  textAt('fileMode', '@fmode', { ...createMode, label: 'Permissions of new files', help: 'On the host.', unset: '0600' }),
  textAt('folderMode', '@dmode', { ...createMode, label: 'Permissions of new folders', help: 'On the host.', unset: '0700' }),
  choiceAt('multidevs', '@multidevs', {
    label: 'More than one file system inside',
    help: 'Files of several file systems of the host may have the same number in the guest, which some programs take for the same file.',
    advanced: true,
    when: on9p,
    unset: 'As QEMU likes (warned about)',
    choices: [
      choice('default', 'As QEMU likes (said explicitly)'),
      choice('remap', 'Numbered anew', 'Always right, and a little slower.'),
      choice('forbid', 'Not shown', 'The guest sees the first one only.'),
      choice('warn', 'Warned about', 'In the log of QEMU.'),
    ],
  }),
  choiceAt('writing', 'driver/@wrpolicy', {
    label: 'Writing',
    section: speed,
    advanced: true,
    when: on9p,
    unset: 'When the host likes',
    choices: [choice('immediate', 'Begun at once', 'So that less is left in the host’s memory.')],
  }),
  choiceAt('cache', 'binary/cache/@mode', {
    label: 'Cache',
    help: 'What the guest may remember of files that the host changes as well.',
    section: speed,
    when: onVirtiofs,
    unset: 'A little (auto)',
    choices: [
      choice('always', 'Everything', 'The fastest. For folders that the guest alone changes.'),
      choice('none', 'Nothing', 'Each sees the other’s changes at once.'),
    ],
  }),
  switchAt('xattr', 'binary/@xattr', {
    label: 'Extended attributes',
    help: 'For access control lists and security labels of files.',
    when: onVirtiofs,
    unset: 'As virtiofsd likes (off)',
    words: ['on', 'off'],
  }),
  numberAt('threads', 'binary/thread_pool/@size', {
    label: 'Threads',
    section: speed,
    advanced: true,
    when: onVirtiofs,
    unset: 'As virtiofsd likes',
    min: 0,
    max: 1024,
  }),
  numberAt('queue', 'driver/@queue', {
    label: 'Queue length',
    section: speed,
    advanced: true,
    when: onVirtiofs,
    unset: 'As the hypervisor likes',
    min: 1,
    max: 65535,
  }),
  choiceAt('sandbox', 'binary/sandbox/@mode', {
    label: 'Confinement',
    help: 'How virtiofsd is kept inside of the folder.',
    advanced: true,
    when: onVirtiofs,
    unset: 'By namespaces',
    choices: [choice('namespace', 'By namespaces'), choice('chroot', 'By chroot', 'Where the host allows no namespaces.')],
  }),
  textAt('program', 'binary/@path', {
    label: 'virtiofsd',
    help: 'Path of another virtiofsd on the host.',
    advanced: true,
    when: onVirtiofs,
    unset: 'The host’s own',
    maxLength: 4096,
    pattern: { source: '/.*', says: 'A path, beginning with a slash.' },
  }),
  idmapField,
]);

const limit = (key: string, name: string, label: string): BoundField => ({
  field: (context) => ({
    ...plain(key, { label, advanced: true, unset: 'No limit' }, context),
    kind: 'size',
    min: 1024,
    max: 1024 * 1024 * GiB,
  }),
  read: (share) => numberIn(readAt(share, name)),
  write: (share, value) => writeAt(share, name, typeof value === 'number' ? String(value) : null),
  live: null,
  at: name,
  fits: isContainer,
});

const containerFields = [
  ...only(isContainer, [
    choiceAt('driver', 'driver/@type', {
      label: 'Opened by',
      when: [{ field: 'type', is: ['file'] }],
      unset: 'As libvirt likes (loop)',
      choices: [
        choice('loop', 'A loop device', 'Raw images only.'),
        choice('nbd', 'A network block device', 'Every format that QEMU knows.'),
      ],
    }),
    choiceAt('format', 'driver/@format', {
      label: 'Format',
      when: [{ field: 'type', is: ['file'] }],
      unset: 'raw',
      choices: ['raw', 'qcow2', 'qed', 'vmdk', 'vdi'].map((format) => choice(format, format)),
    }),
  ]),
];

/** https://libvirt.org/formatdomain.html#filesystems */
export const filesystem: DeviceKind = {
  sort: 'device',
  kind: 'filesystem',
  group: 'storage',
  title: 'Shared folder',
  help: 'A folder of the host in the guest. Of a container: one of its file systems.',
  fits: (context) => isContainer(context) || isQemu(context),
  is: ({ name }) => name === 'filesystem',
  identity: (share) => tagOf(share) || null,
  name: (share) => `Shared folder ${tagOf(share)}`,
  summary: ({ path, file, device, type, driver }) => summaryWords(path ?? file ?? device ?? type, driver),
  fields: [
    ...sourceFields,
    textAt('target', 'target/@dir', {
      label: 'Name in the guest',
      help: 'The name by which the guest mounts it, 36 characters at most; in a container the folder at which it appears.',
      maxLength: 4096,
    }),
    ...machineFields,
    ...containerFields,
    presenceAt('readonly', 'readonly', { label: 'Read-only', help: 'The guest cannot change what is in it.' }),
    limit('hardLimit', 'space_hard_limit', 'Limit'),
    limit('softLimit', 'space_soft_limit', 'Soft limit'),
  ],
  problems: (values, context) => problemsOf(values, context),
  warnings: (_from, to, context) =>
    to['driver'] === 'virtiofs' && isQemu(context) && !sharesMemory(context.domain)
      ? [
          'The guest’s memory becomes shared with the host’s virtiofsd (memory backing memfd). That takes effect at its next start, and so does the folder.',
        ]
      : [],
  notes: (share, context) => notesOf(share, context),
  needs: (domain, share, context) => (isQemu(context) ? withSharedMemory(domain, share) : domain),
  actions: [mountInGuest],
  addition: {
    blank: (context) =>
      isContainer(context)
        ? element('filesystem', { type: 'mount' })
        : element(
            'filesystem',
            { type: 'mount', accessmode: 'passthrough' },
            element('driver', { type: 'virtiofs' }),
            element('target', { dir: freeTag(context) }),
          ),
    unavailable: () => null,
    // qemu_hotplug.c, qemuDomainAttachFSDevice: virtiofs only, into memory that is shared already.
    live: (values, context) => isQemu(context) && values['driver'] === 'virtiofs' && sharesMemory(context.running),
  },
  removal: { live: (share, context) => isQemu(context) && isVirtiofs(share) },
};

function freeTag({ domain, running }: HardwareContext): string {
  const devices = [...devicesOf(domain), ...(running === null ? [] : devicesOf(running))];
  const taken = new Set(devices.filter(({ name }) => name === 'filesystem').map(tagOf));
  if (!taken.has('share')) return 'share';
  let number = 2;
  while (taken.has(`share${number}`)) number += 1;
  return `share${number}`;
}

function problemsOf(values: FieldValues, context: HardwareContext): FieldProblem[] {
  const { target, driver, readonly: readOnly } = values;
  if (isContainer(context)) {
    return typeof target === 'string' && !target.startsWith('/')
      ? [{ field: 'target', message: 'A folder in the container, beginning with a slash.' }]
      : [];
  }
  const problems: FieldProblem[] = [];
  if (typeof target === 'string' && Buffer.byteLength(target) > 36 && driver === 'virtiofs')
    problems.push({ field: 'target', message: 'At most 36 bytes.' });
  // qemu_validate.c, qemuValidateDomainDeviceDefFS: "virtiofs does not yet support read-only mode"; since 11.0 with a new virtiofsd.
  if (readOnly === true && driver === 'virtiofs' && context.libvirt < 11_000_000) {
    problems.push({
      field: 'readonly',
      message: 'virtiofs can do that from libvirt 11.0 on. Choose 9p, or have the guest mount it with “-o ro”.',
    });
  }
  return problems;
}

function notesOf(share: Parameters<typeof tagOf>[0], context: HardwareContext): string[] {
  if (isContainer(context) || typeOf(share) !== 'mount') return [];
  const unshared = isVirtiofs(share) && !sharesMemory(context.domain);
  return [
    `A Linux guest mounts it with: ${mountLine(share)}`,
    ...(unshared
      ? [
          'The guest’s memory is not shared, so it will not start with this folder. Turn on shared memory, or apply a change of this folder, which does it.',
        ]
      : []),
  ];
}
