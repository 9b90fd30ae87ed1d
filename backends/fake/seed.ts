import type { ExternalDisplay } from '#model/guest-console';
import type { Guest, GuestDisk, GuestState } from '#model/guest';
import { GiB, MiB } from '#model/quantity';
import { FakeGuest } from './fake-guest.ts';
import type { Workload } from './fake-guest.ts';

export const imageFolder = '/var/lib/libvirt/images';

interface Seed {
  readonly name: string;
  readonly os: string;
  readonly state: GuestState;
  readonly vcpus: number;
  readonly memory: number;
  readonly disks: readonly Partial<GuestDisk>[];
  readonly workload: Workload;
  readonly base?: string;
  readonly more?: Partial<Guest>;
  /** Where its network card hangs; without it, on the network “default”. */
  readonly nic?: string;
}

const idle: Workload = { cpu: 0.02, memory: 0.35, disk: 20_000, net: 4_000, period: 40_000 };
const desktop: Workload = { cpu: 0.25, memory: 0.6, disk: 2_000_000, net: 300_000, period: 15_000 };
const server: Workload = { cpu: 0.45, memory: 0.7, disk: 9_000_000, net: 6_000_000, period: 25_000 };
const vda = (name: string, capacity: number): Partial<GuestDisk> => ({ source: `${imageFolder}/${name}.qcow2`, capacity });

/** Guests as one finds them on a developer's machine: mixed systems, mixed states, and disks that must not be deleted lightly. */
const seeds: readonly Seed[] = [
  { name: 'debian-13', os: 'Debian 13', state: 'running', vcpus: 2, memory: 2 * GiB, disks: [vda('debian-13', 20 * GiB)], workload: idle },
  {
    name: 'fedora-workstation',
    os: 'Fedora Linux 43',
    state: 'running',
    vcpus: 4,
    memory: 8 * GiB,
    disks: [
      vda('fedora-workstation', 64 * GiB),
      { kind: 'cdrom', target: 'sda', bus: 'sata', source: '/srv/isos/fedora-43.iso', readOnly: true, capacity: 2 * GiB, format: 'raw' },
    ],
    workload: desktop,
    more: { autostart: true },
  },
  {
    name: 'windows-11',
    nic: 'direct enp65s0f0',
    os: 'Microsoft Windows 11',
    state: 'paused',
    vcpus: 4,
    memory: 8 * GiB,
    disks: [vda('windows-11', 128 * GiB)],
    workload: desktop,
  },
  {
    name: 'template',
    nic: 'network lab',
    os: 'AlmaLinux 10',
    state: 'shut-off',
    vcpus: 2,
    memory: 2 * GiB,
    disks: [vda('template', 10 * GiB)],
    workload: idle,
  },
  {
    name: 'build-runner-1',
    os: 'AlmaLinux 10',
    state: 'running',
    vcpus: 8,
    memory: 16 * GiB,
    disks: [vda('build-runner-1', 40 * GiB)],
    base: `${imageFolder}/template.qcow2`,
    workload: server,
  },
  {
    name: 'build-runner-2',
    os: 'AlmaLinux 10',
    state: 'shut-off',
    vcpus: 8,
    memory: 16 * GiB,
    disks: [vda('build-runner-2', 40 * GiB)],
    base: `${imageFolder}/template.qcow2`,
    workload: server,
    more: { saved: true },
  },
  {
    name: 'database',
    nic: 'network office',
    os: 'Debian 12',
    state: 'running',
    vcpus: 4,
    memory: 12 * GiB,
    disks: [vda('database', 100 * GiB), { ...vda('shared-data', 500 * GiB), target: 'vdb' }],
    workload: server,
    more: { autostart: true },
  },
  {
    name: 'database-standby',
    nic: 'network office',
    os: 'Debian 12',
    state: 'shut-off',
    vcpus: 4,
    memory: 12 * GiB,
    disks: [vda('database-standby', 100 * GiB), { ...vda('shared-data', 500 * GiB), target: 'vdb' }],
    workload: server,
  },
  {
    name: 'pfsense',
    os: 'FreeBSD 14',
    state: 'running',
    vcpus: 1,
    memory: 1 * GiB,
    disks: [vda('pfsense', 8 * GiB)],
    workload: idle,
    nic: 'bridge br0',
  },
  {
    name: 'kernel-test',
    nic: 'user',
    os: 'Fedora Rawhide',
    state: 'crashed',
    vcpus: 2,
    memory: 1 * GiB,
    disks: [vda('kernel-test', 6 * GiB), { ...vda('rootfs', 2 * GiB), target: 'vdb', readOnly: true }],
    workload: idle,
  },
  {
    name: 'live-rescue',
    os: 'SystemRescue 12',
    state: 'running',
    vcpus: 1,
    memory: 512 * MiB,
    disks: [],
    workload: idle,
    more: { persistent: false },
  },
];

const remoteDesktop: ExternalDisplay = {
  kind: 'external',
  name: 'rdp0-external',
  title: 'Remote desktop (RDP)',
  why: 'It speaks the Remote Desktop Protocol, which Guesthouse does not.',
  remedy: 'Open it in a remote-desktop program.',
  command: "xfreerdp /v:'127.0.0.1:3389'",
  opens: { kind: 'rdp', at: '127.0.0.1:3389' },
};

/** The believable guests, then as many plain ones as it takes to have `count`. */
export function seedGuests(count = seeds.length): FakeGuest[] {
  const guests = seeds.slice(0, count).map((seed, index) => fakeGuest(seed, index));
  const rescue = guests.find(({ guest }) => guest.name === 'live-rescue');
  if (rescue !== undefined) rescue.external = [remoteDesktop];
  for (let index = guests.length; index < count; index++) guests.push(plainGuest(index));
  return guests;
}

/** One more guest out of many, decided by its number alone. */
export function plainGuest(index: number): FakeGuest {
  const name = `guest-${String(index).padStart(5, '0')}`;
  return fakeGuest(
    {
      name,
      os: index % 2 === 0 ? 'Debian 13' : 'Fedora Linux 43',
      state: index % 3 === 0 ? 'shut-off' : 'running',
      vcpus: 1 + (index % 4),
      memory: (1 + (index % 8)) * GiB,
      disks: [vda(name, 20 * GiB)],
      workload: [idle, desktop, server][index % 3] ?? idle,
    },
    index,
  );
}

/** A fixed id for the guest with this number, so that pictures and tests are the same each time. */
export function guestId(index: number): string {
  // A multiplier coprime to 2^32 spreads neighbouring numbers over all of the first group without ever meeting twice.
  const spread = Math.imul(index + 1, 0x9e3779b1) >>> 0;
  return `${spread.toString(16).padStart(8, '0')}-feed-4bed-8000-${index.toString(16).padStart(12, '0')}`;
}

function fakeGuest(seed: Seed, index: number): FakeGuest {
  const { name, state, vcpus, memory } = seed;
  return new FakeGuest(
    { id: guestId(index), name, state, vcpus, memory, persistent: true, autostart: false, saved: false, ...seed.more },
    {
      title: null,
      description: null,
      os: seed.os,
      virtualization: 'KVM',
      arch: 'x86_64',
      machine: 'pc-q35-7.2',
      firmware: seed.os.includes('Windows') ? 'uefi' : 'bios',
      cpuModel: 'host-passthrough',
      nics: [
        {
          mac: macOf(index),
          model: 'virtio',
          source: seed.nic ?? 'network default',
          addresses: state === 'running' ? [addressOf(index)] : [],
        },
      ],
    },
    seed.disks.map((disk) => ({
      target: 'vda',
      bus: 'virtio',
      kind: 'disk',
      format: 'qcow2',
      source: null,
      capacity: null,
      readOnly: false,
      ...disk,
    })),
    { ...seed.workload, period: seed.workload.period + index * 137 },
    seed.base ?? null,
  );
}

const macOf = (index: number): string =>
  `52:54:00:${[16, 8, 0].map((shift) => ((index >> shift) & 0xff).toString(16).padStart(2, '0')).join(':')}`;
const addressOf = (index: number): string => `192.168.${122 + Math.floor(index / 250)}.${2 + (index % 250)}`;
