import type { FaultCode } from '#model/fault';
import type { CreationOffer, GuestSpec, Objection } from '#model/guest-spec';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { MachineFacts } from './machine-facts.ts';
import { emptyDiskBytes, fileStores } from './new-volume.ts';

/** An objection, and the code with which a creation that ignored it fails. */
export interface Finding extends Objection {
  readonly code: FaultCode;
}

type HostName = Pick<LibvirtHost, 'driverUri' | 'local'>;

const sizes = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function inWords(bytes: number): string {
  const power = Math.min(sizes.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${sizes[power]}`;
}

/** What stands against the wish, as far as the host's offer tells. */
export function findObjections(spec: GuestSpec, offer: CreationOffer, machine: MachineFacts, host: HostName): Finding[] {
  return [
    ...aboutName(spec, offer),
    ...aboutMachine(spec, offer, machine),
    ...aboutDisk(spec, offer, host),
    ...aboutNetwork(spec, offer, host),
  ];
}

/** What the daemon calls itself names it on its own host only: here the same words would reach this computer's. */
function startBy({ driverUri, local }: HostName, command: string): string {
  return `Start it${local ? '' : ' on the host'}: virsh -c ${driverUri} ${command}`;
}

type About = Pick<Finding, 'field' | 'code'>;

const error = (about: About, message: string, remedy: string | null): Finding => ({ ...about, severity: 'error', message, remedy });
const warning = (about: About, message: string, remedy: string | null): Finding => ({ ...about, severity: 'warning', message, remedy });

function aboutName({ name }: GuestSpec, { takenNames }: CreationOffer): Finding[] {
  if (!takenNames.includes(name)) return [];
  return [error({ field: 'name', code: 'exists' }, `There is a guest called “${name}” already.`, 'Choose another name.')];
}

function aboutMachine(spec: GuestSpec, offer: CreationOffer, machine: MachineFacts): Finding[] {
  const found: Finding[] = [];
  if (!machine.firmwares.includes(spec.firmware)) {
    const remedy =
      spec.firmware === 'uefi'
        ? 'Install UEFI for guests on the host (edk2-ovmf on Fedora, ovmf on Debian), or choose BIOS.'
        : 'Choose UEFI.';
    found.push(error({ field: 'firmware', code: 'unsupported' }, `The host has no ${spec.firmware.toUpperCase()} for guests.`, remedy));
  }
  if (spec.vcpus > offer.vcpusMax) {
    const message = `A guest on this host has at most ${offer.vcpusMax} processors.`;
    found.push(error({ field: 'vcpus', code: 'bad-input' }, message, 'Choose fewer.'));
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

function aboutDisk({ disk }: GuestSpec, { pools }: CreationOffer, host: HostName): Finding[] {
  if (disk === null) return [];
  const pool = pools.find((each) => each.name === disk.pool);
  if (pool === undefined) {
    return [error({ field: 'disk', code: 'not-found' }, `There is no storage pool called “${disk.pool}”.`, 'Choose another pool.')];
  }
  if (!pool.active) {
    const remedy = startBy(host, `pool-start '${pool.name}'`);
    return [error({ field: 'disk', code: 'pool-inactive' }, `The storage pool “${pool.name}” is not active.`, remedy)];
  }
  if (!fileStores.has(pool.kind)) {
    const message = `New disks are files, which a pool of kind “${pool.kind}” does not hold.`;
    return [error({ field: 'disk', code: 'unsupported' }, message, 'Choose a pool that is a folder.')];
  }
  if (pool.available < emptyDiskBytes(disk.size)) {
    return [
      error({ field: 'disk', code: 'no-space' }, noSpace(pool.name, pool.available, emptyDiskBytes(disk.size)), 'Choose another pool.'),
    ];
  }
  if (pool.available >= disk.size) return [];
  const message = `The disk can grow to ${inWords(disk.size)}, but “${pool.name}” has only ${inWords(pool.available)} free.`;
  return [warning({ field: 'disk', code: 'no-space' }, message, 'The guest will be paused when the pool is full.')];
}

export function noSpace(pool: string, available: number, needed: number): string {
  return `The storage pool “${pool}” is full: ${inWords(available)} free, ${inWords(needed)} needed for a new disk.`;
}

function aboutNetwork({ network }: GuestSpec, { networks }: CreationOffer, host: HostName): Finding[] {
  if (network === null) return [];
  const found = networks.find((each) => each.name === network);
  if (found === undefined) {
    return [error({ field: 'network', code: 'not-found' }, `There is no network called “${network}”.`, 'Choose another network.')];
  }
  if (found.active) return [];
  const remedy = startBy(host, `net-start '${network}'`);
  return [error({ field: 'network', code: 'network-inactive' }, `The network “${network}” is not active.`, remedy)];
}
