import type { Firmware } from '#model/guest-spec';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, parseXml, path, text, textAt, type XmlElement } from '../xml/document.ts';

/** The machine that a new guest gets on this host, and what it can have: libvirt's domain capabilities. */
export interface MachineFacts {
  readonly type: 'kvm' | 'qemu';
  readonly emulator: string | null;
  readonly arch: string;
  readonly machine: string | null;
  readonly firmwares: readonly Firmware[];
  readonly vcpusMax: number;
  /** CPU modes that libvirt supports here: host-passthrough, maximum … */
  readonly cpuModes: ReadonlySet<string>;
  readonly videoModels: ReadonlySet<string>;
}

/** KVM only where an ordinary guest kernel runs on it; a host that merely advertises it emulates. */
export async function readMachineFacts(host: LibvirtHost): Promise<MachineFacts> {
  const acceleration = await host.acceleration();
  const type = acceleration.kind === 'kvm' ? 'kvm' : 'qemu';
  const arch = textAt(await host.capabilities(), 'host', 'cpu', 'arch') ?? host.facts.arch;
  const args = { emulatorbin: null, arch, machine: machineFor(arch), virttype: type, flags: 0 };
  const { capabilities } = await host.call(remote.connectGetDomainCapabilities, args);
  return machineFactsOf(parseXml(capabilities), type);
}

/** PCI Express wherever QEMU has it; elsewhere libvirt's own default, which is null. */
function machineFor(arch: string): string | null {
  if (arch === 'x86_64') return 'q35';
  return arch === 'aarch64' || arch === 'riscv64' ? 'virt' : null;
}

export function machineFactsOf(capabilities: XmlElement, type: MachineFacts['type']): MachineFacts {
  const arch = textAt(capabilities, 'arch') ?? '';
  const os = child(capabilities, 'os');
  const efi = enumOf(os, 'firmware').has('efi');
  // Only PCs have a BIOS; others boot UEFI or what their machine brings along.
  const bios = /^(x86_64|i[3-6]86)$/.test(arch) || !efi;
  const modes = children(child(capabilities, 'cpu'), 'mode').filter((mode) => attribute(mode, 'supported') === 'yes');
  return {
    type,
    arch,
    emulator: textAt(capabilities, 'path'),
    machine: textAt(capabilities, 'machine'),
    firmwares: [...(efi ? (['uefi'] as const) : []), ...(bios ? (['bios'] as const) : [])],
    vcpusMax: Math.max(1, Number(attribute(child(capabilities, 'vcpu'), 'max') ?? 1)),
    cpuModes: new Set(modes.map((mode) => attribute(mode, 'name') ?? '')),
    videoModels: enumOf(path(capabilities, 'devices', 'video'), 'modelType'),
  };
}

function enumOf(parent: XmlElement | null, name: string): Set<string> {
  const found = children(parent, 'enum').find((each) => attribute(each, 'name') === name) ?? null;
  return new Set(children(found, 'value').map(text));
}
