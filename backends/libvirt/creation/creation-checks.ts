import type { FaultCode } from '#model/fault';
import type { GuestSpec, Mend, NewDisk, NewNic, Objection } from '#model/guest-spec';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { StandingOffer } from './creation-offer.ts';
import { isBare } from './machine-choices.ts';
import { fileStores } from './new-volume.ts';
import { inWords } from '#model/byte-words';

/** An objection, and the code with which a creation that ignored it fails. */
export interface Finding extends Objection {
  readonly code: FaultCode;
}

type HostName = Pick<LibvirtHost, 'driverUri' | 'local'>;

/** What stands against the wish, as far as the host's offer tells. */
export function findObjections(spec: GuestSpec, offer: StandingOffer, host: HostName): Finding[] {
  return [
    ...aboutName(spec, offer),
    ...aboutRoad(spec, offer),
    ...aboutMachine(spec, offer),
    ...spec.disks.flatMap((disk) => aboutDisk(disk, offer, host)),
    ...aboutTarget(spec, offer, host),
    ...spec.nics.flatMap((nic) => aboutNic(nic, offer, host)),
    ...aboutContainer(spec),
  ];
}

/** What the daemon calls itself names it on its own host only: here the same words would reach this computer's. */
function startBy({ driverUri, local }: HostName, command: string): string {
  return `Start it${local ? '' : ' on the host'}: virsh -c ${driverUri} ${command}`;
}

type About = Pick<Finding, 'field' | 'code'>;
const error = (about: About, message: string, remedy: string | null, mends: Mend[] = []): Finding => ({
  ...about,
  severity: 'error',
  message,
  remedy,
  mends,
});
const warning = (about: About, message: string, remedy: string | null): Finding => ({
  ...error(about, message, remedy),
  severity: 'warning',
});

function aboutName({ name }: GuestSpec, { takenNames }: StandingOffer): Finding[] {
  if (!takenNames.includes(name)) return [];
  return [error({ field: 'name', code: 'exists' }, `There is a guest called “${name}” already.`, 'Choose another name.')];
}

function aboutRoad({ source }: GuestSpec, { roads }: StandingOffer): Finding[] {
  const why = roads.find(({ kind }) => kind === source.kind)?.why ?? null;
  return why === null ? [] : [error({ field: 'host', code: 'unsupported' }, why, 'Choose another host, or make the guest in another way.')];
}

function aboutMachine(spec: GuestSpec, offer: StandingOffer): Finding[] {
  return [...aboutAcceleration(offer), ...aboutFirmware(spec, offer), ...aboutXen(spec, offer), ...aboutSize(spec, offer)];
}

/** KVM where it is chosen although the host is known to run no ordinary system by it. */
function aboutAcceleration({ machine, acceleration }: StandingOffer): Finding[] {
  if (machine.type !== 'kvm' || acceleration.kind === 'kvm') return [];
  const remedy = 'Choose emulation under “Runs on”: it is much slower, and works.';
  return [warning({ field: 'machine', code: 'unsupported' }, `KVM does not serve here. ${acceleration.reason}`, remedy)];
}

/** A guest of Xen's without firmware is started with a kernel, which is in its disk or comes from a tree. */
function aboutXen({ source, start }: GuestSpec, { machine, roads }: StandingOffer): Finding[] {
  if (!isBare(machine.abi) || roads.some(({ kind, why }) => kind === source.kind && why !== null)) return [];
  if (source.kind === 'empty' && start) {
    const message = 'Such a guest is started with a kernel, and an empty disk has none.';
    const remedy = 'Choose “Network install” or an existing disk, or make the guest without starting it.';
    return [error({ field: 'machine', code: 'unsupported' }, message, remedy)];
  }
  if (source.kind !== 'iso' && source.kind !== 'pxe') return [];
  const message = 'This kind of Xen guest has no firmware that could boot a medium or from the network.';
  const remedy = 'Choose “Network install” or an existing disk, or a whole machine (HVM).';
  return [error({ field: 'machine', code: 'unsupported' }, message, remedy)];
}

const firmwareNames = { bios: 'BIOS', uefi: 'UEFI', 'uefi-secure-boot': 'UEFI with secure boot' } as const;

function aboutFirmware({ firmware, tpm, graphics, cpu }: GuestSpec, offer: StandingOffer): Finding[] {
  const found: Finding[] = [];
  if (firmware !== null && !offer.firmwares.includes(firmware)) {
    const remedy =
      firmware === 'bios' ? 'Choose UEFI.' : 'Install UEFI for guests on the host (edk2-ovmf on Fedora, ovmf on Debian), or choose BIOS.';
    found.push(error({ field: 'firmware', code: 'unsupported' }, `The host has no ${firmwareNames[firmware]} for such guests.`, remedy));
  }
  if (tpm && !offer.tpm) {
    const remedy = 'Install swtpm on the host (swtpm-tools on Fedora and Debian), or make the guest without a TPM.';
    found.push(error({ field: 'firmware', code: 'unsupported' }, 'The host cannot emulate a TPM for such guests.', remedy));
  }
  if (graphics !== null && !offer.graphics.includes(graphics)) {
    found.push(
      error({ field: 'machine', code: 'unsupported' }, `The host has no ${graphics.toUpperCase()} displays.`, 'Choose another display.'),
    );
  }
  if (cpu !== null && !offer.cpuModes.includes(cpu)) {
    found.push(error({ field: 'machine', code: 'unsupported' }, `Such guests have no processor of the kind “${cpu}”.`, 'Choose another.'));
  }
  return found;
}

function aboutSize(spec: GuestSpec, offer: StandingOffer): Finding[] {
  const found: Finding[] = [];
  if (spec.vcpus > offer.vcpusMax) {
    const message = `A guest on this host has at most ${offer.vcpusMax} processors.`;
    found.push(error({ field: 'vcpus', code: 'bad-input' }, message, 'Choose fewer.'));
  } else if (spec.vcpus > offer.cpus) {
    const message = `The host has ${offer.cpus} processors: ${spec.vcpus} virtual ones wait for each other.`;
    found.push(
      warning({ field: 'vcpus', code: 'bad-input' }, message, `Choose ${offer.cpus} or fewer, unless the guest is to be tried with more.`),
    );
  }
  if (spec.memory > offer.memoryTotal) {
    const message = `The host has ${inWords(offer.memoryTotal)} of memory in all.`;
    found.push(error({ field: 'memory', code: 'bad-input' }, message, 'Choose less.'));
  } else if (spec.memory > offer.memoryFree) {
    const message = `Only ${inWords(offer.memoryFree)} of the host's memory is free now: it may begin to swap.`;
    found.push(warning({ field: 'memory', code: 'bad-input' }, message, 'Choose less, or end something else first.'));
  }
  return found;
}

function aboutDisk(disk: NewDisk, offer: StandingOffer, host: HostName): Finding[] {
  if (disk.kind === 'volume') return aboutPool('disk', disk.volume.pool, offer, host);
  const standing = aboutPool('disk', disk.pool, offer, host);
  const pool = offer.pools.find((each) => each.name === disk.pool);
  if (standing.length > 0 || pool === undefined) return standing;
  const makes = makers.has(pool.kind) || pool.kind === 'rbd';
  if (!makes || (disk.format === 'qcow2' && !fileStores.has(pool.kind))) {
    const message = `A pool of kind “${pool.kind}” holds no new disks in the format ${disk.format}.`;
    return [error({ field: 'disk', code: 'unsupported' }, message, 'Choose a pool that is a folder, or the format raw.')];
  }
  return [];
}

/** Pools in which volumes are made under names of our choice, and filled: into Ceph's nobody writes by libvirt. */
const makers: ReadonlySet<string> = new Set([...fileStores, 'logical', 'zfs']);

/** The pool that the source's image goes into. */
function aboutTarget({ source }: GuestSpec, offer: StandingOffer, host: HostName): Finding[] {
  const into = 'into' in source ? source.into : null;
  const from = 'from' in source && source.from.kind === 'volume' ? aboutPool('media', source.from.volume.pool, offer, host) : [];
  if (into === null) return from;
  const standing = aboutPool('media', into, offer, host);
  const kind = offer.pools.find((each) => each.name === into)?.kind ?? '';
  if (standing.length > 0 || makers.has(kind)) return [...from, ...standing];
  return [
    ...from,
    error({ field: 'media', code: 'unsupported' }, `Images cannot be put into a pool of kind “${kind}”.`, 'Choose another pool.'),
  ];
}

function aboutPool(field: 'disk' | 'media', name: string, { pools }: StandingOffer, host: HostName): Finding[] {
  const pool = pools.find((each) => each.name === name);
  if (pool === undefined) {
    return [error({ field, code: 'not-found' }, `There is no storage pool called “${name}”.`, 'Choose another pool.')];
  }
  if (pool.active) return [];
  const remedy = startBy(host, `pool-start '${name}'`);
  const mends: Mend[] = [{ kind: 'start-pool', pool: name }];
  return [error({ field, code: 'pool-inactive' }, `The storage pool “${name}” is not active.`, remedy, mends)];
}

export function noSpace(pool: string, available: number, needed: number): string {
  return `The storage pool “${pool}” is full: ${inWords(available)} free, ${inWords(needed)} needed for a new disk.`;
}

function aboutNic(nic: NewNic, { networks, machine }: StandingOffer, host: HostName): Finding[] {
  // libvirt: src/libxl/libxl_conf.c, libxlMakeNic.
  if (machine.type === 'xen' && (nic.kind === 'user' || nic.kind === 'direct')) {
    const message = 'A guest of Xen’s hangs on a network of libvirt’s or on a bridge of the host, and on nothing else.';
    return [error({ field: 'network', code: 'unsupported' }, message, 'Choose a network or a bridge.')];
  }
  if (nic.kind !== 'network') return [];
  const found = networks.find((each) => each.name === nic.name);
  if (found === undefined) {
    return [error({ field: 'network', code: 'not-found' }, `There is no network called “${nic.name}”.`, 'Choose another network.')];
  }
  if (found.active) return [];
  const remedy = startBy(host, `net-start '${nic.name}'`);
  const mends: Mend[] = [{ kind: 'start-network', network: nic.name }];
  return [error({ field: 'network', code: 'network-inactive' }, `The network “${nic.name}” is not active.`, remedy, mends)];
}

function aboutContainer({ source }: GuestSpec): Finding[] {
  if (source.kind !== 'container-app' && source.kind !== 'container-os') return [];
  if (source.kind === 'container-app' && source.idMap !== null) {
    // libvirt 9.0 makes its /.oldroot in the root it is given, which the mapped users may not do in the host's own (lxc_container.c).
    const why = 'libvirt maps no users in a container that sees the host’s own files.';
    return [
      error({ field: 'host', code: 'unsupported' }, why, 'Leave the map out, or give the container a folder of its own as its root.'),
    ];
  }
  if (source.idMap !== null) return [];
  const message = 'Without a map of users, root in the container is root on the host.';
  return [warning({ field: 'host', code: 'bad-input' }, message, 'Let nothing run in it that you would not run as root on the host.')];
}
