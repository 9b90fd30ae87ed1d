import { GiB } from '#model/quantity';
import type { HardwareContext } from '../../backends/libvirt/hardware/hardware-context.ts';
import { attribute, parseXml, path, type XmlElement } from '../../backends/libvirt/xml/document.ts';

/** What forms are made from, on a host that tells nothing beyond the definition; `more` is what it tells after all. */
export function hardwareContext(definition: string | XmlElement, more: Partial<HardwareContext> = {}): HardwareContext {
  const domain = typeof definition === 'string' ? parseXml(definition) : definition;
  return {
    domain,
    running: null,
    hypervisor: attribute(domain, 'type') ?? '',
    arch: attribute(path(domain, 'os', 'type'), 'arch') ?? 'x86_64',
    machine: attribute(path(domain, 'os', 'type'), 'machine'),
    capabilities: null,
    hostCapabilities: parseXml('<capabilities/>'),
    facts: {
      hostname: 'attic',
      hypervisor: 'QEMU',
      hypervisorVersion: '7.2.0',
      daemonVersion: '9.0.0',
      arch: 'x86_64',
      cpus: 8,
      cpuModel: null,
      memory: 16 * GiB,
    },
    libvirt: 9_000_000,
    local: true,
    networks: [],
    pools: [],
    links: [],
    hostDevices: [],
    renderNodes: null,
    ...more,
  };
}

/** A machine with a bit of everything that forms look around for. */
export const q35Definition = `<domain type="kvm">
  <name>box</name>
  <uuid>c7a5fdbd-cdaf-9455-926a-d65c16db1809</uuid>
  <memory unit="KiB">2097152</memory>
  <currentMemory unit="KiB">2097152</currentMemory>
  <vcpu placement="static">2</vcpu>
  <os><type arch="x86_64" machine="pc-q35-7.2">hvm</type><boot dev="hd"/></os>
  <features><acpi/><apic/></features>
  <cpu mode="host-passthrough"/>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
  </devices>
</domain>`;
