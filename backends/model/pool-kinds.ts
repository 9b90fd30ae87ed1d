import { z } from 'zod';

export const PoolKind = z.enum([
  'dir',
  'fs',
  'netfs',
  'logical',
  'disk',
  'iscsi',
  'iscsi-direct',
  'scsi',
  'mpath',
  'gluster',
  'rbd',
  'zfs',
]);
export type PoolKind = z.infer<typeof PoolKind>;

const textMax = 1024;
const listMax = 32;
const Line = z
  .string()
  .min(1, 'Fill this in')
  .max(textMax, `At most ${textMax} characters`)
  .refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), 'No characters that cannot be seen')
  .refine((text) => text.trim() === text, 'No spaces at the ends');
const Lines = z.array(Line).min(1, 'Fill this in').max(listMax, `At most ${listMax}`);

/** Where a pool is, in the words of libvirt's <source> and <target> (formatstorage.html). Which of them a kind has: `poolKinds`. */
export const PoolPlace = z.strictObject({
  /** Folder on the host under which the volumes appear. */
  target: Line.optional(),
  /** Devices of the host. */
  devices: Lines.optional(),
  /** Name of an iSCSI target. */
  iqn: Line.optional(),
  /** Folder of the server. */
  directory: Line.optional(),
  /** What the source is called where it is: a volume group, a Gluster volume, a Ceph or ZFS pool. */
  source: Line.optional(),
  format: Line.optional(),
  /** Servers, each "name" or "name:port"; an IPv6 address with a port in brackets. */
  hosts: Lines.optional(),
  initiator: Line.optional(),
  adapter: Line.optional(),
  parent: Line.optional(),
  wwnn: Line.optional(),
  wwpn: Line.optional(),
  protocolVersion: Line.optional(),
  mountOptions: Lines.optional(),
  user: Line.optional(),
  /** UUID of a secret that the host has. */
  secret: Line.optional(),
  /** Kept by the host in a secret that is made for the pool and goes with it. */
  password: Line.optional(),
});
export type PoolPlace = z.infer<typeof PoolPlace>;
export type PoolField = keyof PoolPlace;

interface FieldFacts {
  readonly label: string;
  readonly help: string;
  readonly example: string;
  /** How it is asked for: `list` is several lines. */
  readonly control: 'text' | 'choice' | 'list' | 'secret';
  /** What each value must look like. */
  readonly pattern?: RegExp;
  readonly mustBe?: string;
}

const absolute = { pattern: /^\//, mustBe: 'Begin with a slash' };
const server = /^(\[[0-9a-f:.%\w]+\](:\d{1,5})?|[\p{L}\p{N}._-]+(:\d{1,5})?|[0-9a-f]*:[0-9a-f:.]+)$/iu;
const iqn = { pattern: /^(iqn\.\d{4}-\d{2}\.|eui\.|naa\.)\S+$/, mustBe: 'A name as iqn.2024-01.com.example:disks' };
const wwn = { pattern: /^[0-9a-f]{16}$/i, mustBe: '16 hexadecimal digits' };

/** Each field as a form shows it; a kind may have words of its own for it. */
export const poolFields: Readonly<Record<PoolField, FieldFacts>> = {
  target: { label: 'Folder on the host', help: 'Volumes appear here.', example: '/srv/images', control: 'text', ...absolute },
  devices: { label: 'Device', help: 'A block device of the host.', example: '/dev/sdb1', control: 'list', ...absolute },
  iqn: {
    label: 'Target name (IQN)',
    help: 'What the server calls this target.',
    example: 'iqn.2024-01.com.example:disks',
    control: 'text',
    ...iqn,
  },
  directory: { label: 'Folder on the server', help: 'What the server exports.', example: '/export/images', control: 'text' },
  source: {
    label: 'Name',
    help: 'What it is called where it is.',
    example: 'guests',
    control: 'text',
    pattern: /^[^-]/,
    mustBe: 'No dash first',
  },
  format: { label: 'Format', help: 'Automatic lets the host find out.', example: 'auto', control: 'choice' },
  hosts: {
    label: 'Server',
    help: 'Name or address, with :port where it is not the usual one.',
    example: 'nas.example.com',
    control: 'list',
    pattern: server,
    mustBe: 'A name or an address, as nas.example.com or [2001:db8::1]:3260',
  },
  initiator: {
    label: 'Initiator name (IQN)',
    help: 'What this host calls itself to the server.',
    example: 'iqn.2024-01.com.example:host1',
    control: 'text',
    ...iqn,
  },
  adapter: {
    label: 'Adapter',
    help: 'A SCSI host adapter.',
    example: 'scsi_host2',
    control: 'text',
    pattern: /^[\w:.-]+$/,
    mustBe: 'As scsi_host2',
  },
  parent: {
    label: 'Parent adapter',
    help: 'The Fibre Channel adapter under which a virtual one is made.',
    example: 'scsi_host4',
    control: 'text',
    pattern: /^[\w:.-]+$/,
    mustBe: 'As scsi_host4',
  },
  wwnn: { label: 'Node name (WWNN)', help: 'Of a virtual Fibre Channel adapter.', example: '20000000c9831b4b', control: 'text', ...wwn },
  wwpn: { label: 'Port name (WWPN)', help: 'Of a virtual Fibre Channel adapter.', example: '10000000c9831b4b', control: 'text', ...wwn },
  protocolVersion: {
    label: 'NFS version',
    help: 'Empty: the host and the server agree on one.',
    example: '4.2',
    control: 'text',
    pattern: /^\d+(\.\d+)?$/,
    mustBe: 'A number as 3 or 4.2',
  },
  mountOptions: {
    label: 'Mount options',
    help: 'One on each line, as in fstab.',
    example: 'nosuid',
    control: 'list',
    pattern: /^[^,]+$/,
    mustBe: 'One on each line, without commas',
  },
  user: { label: 'User', help: 'Empty: the server asks for none.', example: 'libvirt', control: 'text' },
  secret: {
    label: 'Secret of the host',
    help: 'UUID of a secret that holds the password.',
    example: '2ec115d7-3a88-3ceb-bc12-0ac909a6fd87',
    control: 'text',
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    mustBe: 'A UUID',
  },
  password: { label: 'Password', help: 'Kept by the host in a secret that goes with the pool.', example: '', control: 'secret' },
};

interface KindField {
  readonly name: PoolField;
  readonly required: boolean;
  readonly label?: string;
  readonly help?: string;
  readonly example?: string;
  /** Used where the field is left empty. */
  readonly fallback?: string;
}

export interface PoolKindFacts {
  readonly title: string;
  readonly what: string;
  readonly fields: readonly KindField[];
  /** Allowed values of `format`; the first is the usual one. */
  readonly formats: readonly string[];
  /** What "build" does to the place: nothing, makes the folder, or writes a file system, a table or a volume group to the devices. */
  readonly builds: 'nothing' | 'folder' | 'devices';
  /** One source only, or several devices or servers. */
  readonly many: readonly PoolField[];
  /** Sources can be looked for; what must be told first. */
  readonly discovery: { readonly needs: readonly PoolField[] } | null;
  /** Of its volumes. `files`: any format, sparse, growing. */
  readonly volumes: {
    readonly files: boolean;
    readonly make: boolean;
    readonly resize: boolean;
    readonly clone: boolean;
    readonly wipe: boolean;
    readonly delete: boolean;
    /** The host, not the person, gives them their names. */
    readonly namedByHost?: boolean;
    /** What is not written takes no room, though they are no files (rbd create). */
    readonly thin?: boolean;
    /** Its devices have snapshots, which keep what was in their origin, and only as much of it as there was room given for. */
    readonly snapshots?: boolean;
  };
}

const need = (name: PoolField, words: Omit<KindField, 'name' | 'required'> = {}): KindField => ({ name, required: true, ...words });
const may = (name: PoolField, words: Omit<KindField, 'name' | 'required'> = {}): KindField => ({ name, required: false, ...words });

const files = { files: true, make: true, resize: true, clone: true, wipe: true, delete: true } as const;
const devices = { files: false, make: true, resize: false, clone: true, wipe: true, delete: true } as const;
const given = { files: false, make: false, resize: false, clone: false, wipe: true, delete: false } as const;
const cephUser = { help: 'What follows “client.” in its name. Empty: the cluster asks for none.' };
const cephKey = {
  label: 'Key',
  help: 'As “ceph auth get-key client.USER” prints it. Kept by the host in a secret that goes with the pool.',
};
const credentials = [may('user'), may('secret'), may('password')];

/**
 * What libvirt takes for each kind of pool: docs/formatstorage.rst, src/conf/storage_conf.c (options and flags of each kind), and the
 * operations each has from src/storage/storage_backend_*.c (libvirt 9.0 to 11.3).
 */
export const poolKinds: Readonly<Record<PoolKind, PoolKindFacts>> = {
  dir: {
    title: 'Folder',
    what: 'Disk images as files in a folder of the host.',
    fields: [need('target')],
    formats: [],
    builds: 'folder',
    many: [],
    discovery: null,
    volumes: files,
  },
  fs: {
    title: 'Formatted device',
    what: 'Disk images as files on a partition that the host mounts.',
    fields: [need('devices'), may('format'), need('target', { label: 'Mount point' }), may('mountOptions')],
    formats: ['auto', 'ext4', 'xfs', 'ext3', 'ext2', 'ufs', 'iso9660', 'udf', 'gfs', 'gfs2', 'vfat', 'hfs+', 'ocfs2', 'vmfs'],
    builds: 'devices',
    many: [],
    discovery: null,
    volumes: files,
  },
  netfs: {
    title: 'Network share',
    what: 'Disk images as files on an NFS, GlusterFS or CIFS share that the host mounts.',
    fields: [
      need('hosts'),
      need('directory'),
      may('format'),
      need('target', { label: 'Mount point' }),
      may('protocolVersion'),
      may('mountOptions'),
    ],
    formats: ['auto', 'nfs', 'glusterfs', 'cifs'],
    builds: 'folder',
    many: [],
    discovery: { needs: ['hosts'] },
    volumes: files,
  },
  // Of this kind and of ZFS libvirt takes no folder: it is that of the group's name, whatever is said (virStoragePoolDefParseXML).
  logical: {
    title: 'LVM volume group',
    what: 'Logical volumes of a volume group on the host.',
    fields: [
      need('source', { label: 'Volume group' }),
      may('devices', { label: 'Physical volumes', help: 'Only to make a new volume group.' }),
    ],
    formats: [],
    builds: 'devices',
    many: ['devices'],
    discovery: { needs: [] },
    volumes: { ...devices, snapshots: true },
  },
  disk: {
    title: 'Partitions of a disk',
    what: 'Each volume is a partition of one disk.',
    fields: [
      need('devices', { label: 'Disk', example: '/dev/sdb' }),
      may('format', { label: 'Partition table', fallback: 'gpt' }),
      may('target', { label: 'Device folder', help: 'Where the partitions appear.', example: '/dev', fallback: '/dev' }),
    ],
    formats: ['gpt', 'dos', 'dvh', 'mac', 'bsd', 'pc98', 'sun', 'lvm2', 'unknown'],
    builds: 'devices',
    many: [],
    discovery: null,
    volumes: { ...devices, namedByHost: true },
  },
  iscsi: {
    title: 'iSCSI target',
    what: 'Units of an iSCSI server, as block devices of the host.',
    fields: [
      need('hosts'),
      need('iqn'),
      may('initiator'),
      may('target', {
        label: 'Device folder',
        help: 'Where the units appear.',
        example: '/dev/disk/by-path',
        fallback: '/dev/disk/by-path',
      }),
      ...credentials,
    ],
    formats: [],
    builds: 'nothing',
    many: [],
    discovery: { needs: ['hosts'] },
    volumes: given,
  },
  'iscsi-direct': {
    title: 'iSCSI target, by QEMU itself',
    what: 'Units of an iSCSI server that guests reach without the host seeing them as devices.',
    fields: [need('hosts'), need('iqn'), need('initiator'), ...credentials],
    formats: [],
    builds: 'nothing',
    many: [],
    // libvirt's search ends the daemon where a server has more than one target: virISCSIDirectUpdateTargets of 7.1 to at least 9.1 writes
    // outside of its list (seen with 9.0).
    discovery: null,
    volumes: given,
  },
  scsi: {
    title: 'SCSI or Fibre Channel adapter',
    what: 'The disks behind an adapter of the host, or behind a virtual Fibre Channel port.',
    fields: [
      may('adapter', { help: 'A SCSI host adapter. Leave it empty for a virtual Fibre Channel port.' }),
      may('wwnn'),
      may('wwpn'),
      may('parent'),
      may('target', {
        label: 'Device folder',
        help: 'Where the disks appear.',
        example: '/dev/disk/by-path',
        fallback: '/dev/disk/by-path',
      }),
    ],
    formats: [],
    builds: 'nothing',
    many: [],
    // libvirt's driver for adapters has no search (virStorageBackendSCSI of storage_backend_scsi.c; "does not support source discovery").
    discovery: null,
    volumes: given,
  },
  mpath: {
    title: 'Multipath devices',
    what: 'All multipath devices of the host.',
    fields: [may('target', { label: 'Device folder', help: 'Where the devices appear.', example: '/dev/mapper', fallback: '/dev/mapper' })],
    formats: [],
    builds: 'nothing',
    many: [],
    discovery: null,
    volumes: given,
  },
  gluster: {
    title: 'Gluster volume',
    what: 'Images on a Gluster volume that guests reach without the host mounting it.',
    fields: [
      need('hosts'),
      need('source', { label: 'Gluster volume' }),
      may('directory', { label: 'Folder in the volume', help: 'Empty: all of it.', example: '/images' }),
    ],
    formats: [],
    builds: 'nothing',
    many: [],
    discovery: { needs: ['hosts'] },
    volumes: { ...given, wipe: false, delete: true },
  },
  rbd: {
    title: 'Ceph pool (RBD)',
    what: 'Block devices in a Ceph cluster.',
    fields: [
      need('source', { label: 'Ceph pool', example: 'rbd' }),
      need('hosts', { label: 'Monitors' }),
      may('user', cephUser),
      may('secret'),
      may('password', cephKey),
    ],
    formats: [],
    builds: 'nothing',
    many: ['hosts'],
    discovery: null,
    volumes: { ...devices, resize: true, thin: true },
  },
  zfs: {
    title: 'ZFS',
    what: 'ZFS volumes of a pool or of a dataset.',
    fields: [
      need('source', { label: 'ZFS pool or dataset', example: 'tank/guests' }),
      may('devices', { label: 'Devices', help: 'Only to make a new ZFS pool.' }),
    ],
    formats: [],
    builds: 'devices',
    many: ['devices'],
    discovery: null,
    volumes: { ...devices, clone: false, wipe: false },
  },
};
