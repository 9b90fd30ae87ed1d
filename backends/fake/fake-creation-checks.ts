import { guestSourceKinds } from '#model/guest-source';
import type { CreationOffer, GuestSpec, MachineWish, Objection } from '#model/guest-spec';
import type { GuestRequest } from '../backend.ts';
import { aboutContainer, containerOffer, fakeContainer, whyNotHere } from './fake-containers.ts';
import type { FakeHost } from './fake-host.ts';
import { aboutUsers } from './fake-use-checks.ts';

const vcpusMax = 64;
const bridges = ['br0'];
const devices = [
  { name: 'enp1s0', wifi: false },
  { name: 'wlp3s0', wifi: true },
];

/** What a guest gets when nobody asks for another machine. */
export const fakeMachineOn = ({ containers }: FakeHost): MachineWish => (containers ? fakeContainer : pc);
const pc: MachineWish = { type: 'kvm', abi: 'hvm', arch: 'x86_64', machine: 'pc-q35-7.2' };

export function fakeOffer(host: FakeHost, machine: MachineWish): CreationOffer {
  const load = host.load();
  const isPc = machine.arch === 'x86_64';
  return {
    acceleration: { kind: 'kvm' },
    roads: guestSourceKinds.map((kind) => ({ kind, why: whyNotHere(host, kind) })),
    machine,
    machines: [
      { type: 'kvm', abi: 'hvm', arch: 'x86_64', machines: ['pc-q35-7.2', 'pc-i440fx-7.2'] },
      { type: 'qemu', abi: 'hvm', arch: 'x86_64', machines: ['pc-q35-7.2', 'pc-i440fx-7.2', 'microvm'] },
      { type: 'qemu', abi: 'hvm', arch: 'aarch64', machines: ['virt-7.2'] },
    ],
    firmwares: isPc ? ['bios', 'uefi', 'uefi-secure-boot'] : ['uefi'],
    tpm: true,
    cpuModes: machine.type === 'kvm' ? ['host-passthrough', 'host-model', 'maximum'] : ['maximum'],
    graphics: ['vnc', 'spice', 'none'],
    cpus: host.facts.cpus,
    vcpusMax,
    memoryTotal: load.memory,
    memoryFree: load.memory - load.memoryUsed,
    pools: host.pools.map((pool) => ({ ...pool })),
    networks: host.networks.map((network) => ({ ...network })),
    bridges: [...bridges],
    devices: [...devices],
    readsLocalFiles: true,
    takenNames: [...host.guests.values()].map(({ guest }) => guest.name),
    ...(host.containers && containerOffer(host)),
  };
}

export function fakeObjections(host: FakeHost, request: GuestRequest): Objection[] {
  const { spec } = request;
  return [
    ...aboutMachine(host, spec),
    ...aboutContainer(host, request),
    ...poolsOf(request).flatMap((wish, at, all) => aboutPool(host, wish, all.slice(0, at))),
    ...aboutDrive(host, request),
    ...aboutNetworks(host, spec),
    ...aboutUsers(host, spec),
  ];
}

type About = Pick<Objection, 'field' | 'severity'>;
const objection = (about: About, message: string, remedy: string | null = null, mends: Objection['mends'] = []): Objection => ({
  ...about,
  message,
  remedy,
  mends,
});
const error = (field: Objection['field']): About => ({ field, severity: 'error' });
const warning = (field: Objection['field']): About => ({ field, severity: 'warning' });

function aboutMachine(host: FakeHost, spec: GuestSpec): Objection[] {
  const found: Objection[] = [];
  const load = host.load();
  if ([...host.guests.values()].some(({ guest }) => guest.name === spec.name)) {
    found.push(objection(error('name'), `There is already a guest named “${spec.name}”.`, 'Choose another name.'));
  }
  if (spec.vcpus > vcpusMax) found.push(objection(error('vcpus'), `The host takes at most ${vcpusMax} CPUs a guest.`));
  else if (spec.vcpus > host.facts.cpus) found.push(objection(warning('vcpus'), `The host has only ${host.facts.cpus} CPUs.`));
  if (spec.memory > load.memory)
    found.push(objection(error('memory'), 'The host has less memory than that.', 'Give the guest less memory.'));
  else if (spec.memory > load.memory - load.memoryUsed) {
    found.push(objection(warning('memory'), 'The host has less memory free than that right now.'));
  }
  const elsewhere = whyNotHere(host, spec.source.kind);
  if (elsewhere !== null) found.push(objection(error('host'), elsewhere));
  return found;
}

function aboutDrive(host: FakeHost, { spec: { source }, drive: agreed }: GuestRequest): Objection[] {
  if ((source.kind !== 'iso' && source.kind !== 'disk') || source.from.kind !== 'drive') return [];
  const { drive: wanted } = source.from;
  const drive = host.drives.find(({ id }) => id === wanted);
  if (drive === undefined) return [objection(error('media'), 'The host does not have this drive any more.', 'Choose another.')];
  const fits = (drive.kind === 'cdrom') === (source.kind === 'iso') && source.into === null;
  if (!fits) return [objection(error('media'), `${drive.path} cannot be used so.`, 'Choose another.')];
  if (agreed !== undefined && agreed.name !== drive.name) {
    return [objection(error('media'), `${drive.path} is not the drive any more that you agreed to.`, 'Choose it again.')];
  }
  const found = drive.why === null ? [] : [objection(error('media'), drive.why, 'Choose another disk, or end that on the host first.')];
  if (drive.loaded) return found;
  return [...found, objection(error('media'), `No disc is in the drive ${drive.path}.`, 'Put the disc into the host’s drive.')];
}

interface PoolWish {
  readonly field: 'media' | 'disk';
  readonly pool: string;
  readonly size: number;
}

function poolsOf({ spec: { source, disks }, files }: GuestRequest): PoolWish[] {
  const into = 'into' in source ? source.into : null;
  return [
    ...(into === null ? [] : [{ field: 'media', pool: into, size: files.image?.size ?? files.fetched?.size ?? 0 } as const]),
    ...disks.map((disk) =>
      disk.kind === 'new'
        ? ({ field: 'disk', pool: disk.pool, size: disk.size } as const)
        : ({ field: 'disk', pool: disk.volume.pool, size: 0 } as const),
    ),
  ];
}

/** `before`: what is to be put into pools already. */
function aboutPool(host: FakeHost, { field, pool: name, size }: PoolWish, before: readonly PoolWish[]): Objection[] {
  const pool = host.pools.find((other) => other.name === name);
  if (pool === undefined) return [objection(error(field), `There is no pool named “${name}”.`, 'Choose another pool.')];
  if (!pool.active) {
    return [
      objection(error(field), `The pool “${name}” is not active.`, 'Start the pool or choose another.', [
        { kind: 'start-pool', pool: name },
      ]),
    ];
  }
  const others = before.filter((wish) => wish.pool === name).reduce((sum, wish) => sum + wish.size, 0);
  if (size + others <= pool.available) return [];
  const what = others === 0 ? 'this disk' : 'all that is made for this guest';
  return [objection(error(field), `The pool “${name}” has too little space for ${what}.`, 'Make the disk smaller or choose another pool.')];
}

function aboutNetworks(host: FakeHost, { nics }: GuestSpec): Objection[] {
  return nics.flatMap((nic) => {
    const there = nic.kind === 'bridge' ? bridges : nic.kind === 'direct' ? devices.map(({ name }) => name) : null;
    if (there !== null && nic.kind !== 'network' && nic.kind !== 'user' && !there.includes(nic.device)) {
      const what = nic.kind === 'bridge' ? 'bridge' : 'network device';
      return [objection(error('network'), `The host has no ${what} “${nic.device}”.`, 'Choose another connection.')];
    }
    if (nic.kind !== 'network') return [];
    const network = host.networks.find((other) => other.name === nic.name);
    if (network === undefined) {
      return [objection(error('network'), `There is no network named “${nic.name}”.`, 'Choose another network.')];
    }
    if (network.active) return [];
    return [
      objection(error('network'), `The network “${nic.name}” is not active.`, 'Start the network or choose another.', [
        { kind: 'start-network', network: nic.name },
      ]),
    ];
  });
}
