import type { CpuMode, Firmware, GuestAbi, Graphics, MachineChoice, MachineWish, VirtType } from '#model/guest-spec';
import { BackendError } from '../../errors.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, parseXml, path, text, textAt, type XmlElement } from '../xml/document.ts';
import { bestMachine, isBare, isPc, machineChoicesOf, offeredMachine } from './machine-choices.ts';

/** The machine that a new guest gets on this host, and what it can have: libvirt's domain capabilities. */
export interface MachineFacts {
  readonly type: VirtType;
  readonly abi: GuestAbi;
  readonly emulator: string | null;
  readonly arch: string;
  readonly machine: string | null;
  /** Xen's own firmware for whole machines; null elsewhere. */
  readonly loader: string | null;
  readonly firmwares: readonly Firmware[];
  readonly tpm: boolean;
  readonly vcpusMax: number;
  /** CPU modes that libvirt supports here: host-passthrough, maximum … */
  readonly cpuModes: ReadonlySet<string>;
  readonly videoModels: ReadonlySet<string>;
  readonly graphics: ReadonlySet<string>;
}

/** What was asked for (null: the best that there is), and all that there would be. */
export interface HostMachine {
  readonly facts: MachineFacts;
  readonly wish: MachineWish;
  readonly choices: readonly MachineChoice[];
}

/** KVM only where an ordinary guest kernel runs on it; a host that merely advertises it emulates. Rejects with 'unsupported'. */
export async function readHostMachine(host: LibvirtHost, asked: MachineWish | null): Promise<HostMachine> {
  const [acceleration, capabilities] = await Promise.all([host.acceleration(), host.capabilities()]);
  const choices = machineChoicesOf(capabilities);
  const arch = textAt(capabilities, 'host', 'cpu', 'arch') ?? host.facts.arch;
  const wish = asked === null ? bestMachine(choices, arch, acceleration.kind === 'kvm') : offeredMachine(asked, choices);
  if (wish === null) {
    const kind = asked === null ? 'no guests' : `no ${asked.type} guests of that kind (${asked.arch}, ${asked.machine ?? asked.abi})`;
    throw new BackendError('unsupported', `This host runs ${kind}.`, { remedy: 'Choose another kind of machine, or another host.' });
  }
  const facts = wish.type === 'lxc' ? containerFacts(capabilities, wish, host.facts.cpus) : await readMachineFacts(host, wish);
  return { facts, wish, choices };
}

/** libvirt: src/libxl/libxl_capabilities.c. */
const xenMachines = { hvm: 'xenfv', xen: 'xenpv', xenpvh: 'xenpvh', exe: null } as const;

async function readMachineFacts(host: LibvirtHost, { type, abi, arch, machine }: MachineWish): Promise<MachineFacts> {
  const args = { emulatorbin: null, arch, machine: type === 'xen' ? xenMachines[abi] : machine, virttype: type, flags: 0 };
  const { capabilities } = await host.call(remote.connectGetDomainCapabilities, args);
  return machineFactsOf(parseXml(capabilities), type, abi);
}

export function machineFactsOf(capabilities: XmlElement, type: VirtType, abi: GuestAbi = 'hvm'): MachineFacts {
  const arch = textAt(capabilities, 'arch') ?? '';
  const modes = children(child(capabilities, 'cpu'), 'mode').filter((mode) => attribute(mode, 'supported') === 'yes');
  const devices = child(capabilities, 'devices');
  return {
    type,
    abi,
    arch,
    emulator: textAt(capabilities, 'path'),
    machine: textAt(capabilities, 'machine'),
    loader: type === 'xen' && abi === 'hvm' ? textAt(capabilities, 'os', 'loader', 'value') : null,
    firmwares: abi === 'hvm' ? firmwaresOf(capabilities, arch) : [],
    tpm: enumOf(child(devices, 'tpm'), 'backendModel').has('emulator'),
    vcpusMax: Math.max(1, Number(attribute(child(capabilities, 'vcpu'), 'max') ?? 1)),
    cpuModes: new Set(modes.map((mode) => attribute(mode, 'name') ?? '')),
    videoModels: enumOf(child(devices, 'video'), 'modelType'),
    graphics: enumOf(child(devices, 'graphics'), 'type'),
  };
}

function firmwaresOf(capabilities: XmlElement, arch: string): Firmware[] {
  const os = child(capabilities, 'os');
  const uefi = enumOf(os, 'firmware').has('efi');
  const secure = uefi && enumOf(child(os, 'loader'), 'secure').has('yes');
  // Only PCs have a BIOS; others boot UEFI or what their machine brings along.
  const bios = isPc(arch) || !uefi;
  return [...(uefi ? (['uefi'] as const) : []), ...(secure ? (['uefi-secure-boot'] as const) : []), ...(bios ? (['bios'] as const) : [])];
}

/** Containers share the host's kernel: there is nothing to be chosen, and their driver describes nothing. */
function containerFacts(capabilities: XmlElement, { type, abi, arch, machine }: MachineWish, cpus: number): MachineFacts {
  const own = children(capabilities, 'guest')
    .map((guest) => child(guest, 'arch'))
    .find((each) => attribute(each, 'name') === arch);
  return {
    type,
    abi,
    arch,
    machine,
    loader: null,
    emulator: textAt(own ?? null, 'emulator') ?? textAt(path(own ?? null, 'domain'), 'emulator'),
    firmwares: [],
    tpm: false,
    vcpusMax: cpus,
    cpuModes: new Set(),
    videoModels: new Set(),
    graphics: new Set(),
  };
}

const offeredModes: readonly CpuMode[] = ['host-passthrough', 'host-model', 'maximum'];

export function cpuModesOf({ cpuModes }: MachineFacts): CpuMode[] {
  return offeredModes.filter((mode) => cpuModes.has(mode));
}

export function graphicsOf({ graphics, type, abi }: MachineFacts): Graphics[] {
  if (type === 'lxc') return ['none'];
  // libvirt names SPICE for all of them, but only whole machines have the QEMU that speaks it (libvirt: src/libxl/libxl_conf.c, libxlMakeVfb).
  if (isBare(abi)) return ['vnc', 'none'];
  const displays = (['vnc', 'spice'] as const).filter((each) => graphics.has(each));
  return [...displays, 'none'];
}

function enumOf(parent: XmlElement | null, name: string): Set<string> {
  const found = children(parent, 'enum').find((each) => attribute(each, 'name') === name) ?? null;
  return new Set(children(found, 'value').map(text));
}
