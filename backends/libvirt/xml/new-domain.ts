import type { GuestSpec } from '#model/guest-spec';
import type { MachineFacts } from '../creation/machine-facts.ts';
import { element, type XmlElement } from './document.ts';

/** What a new domain is made of, beyond what the person asked for. Paths are the host's. */
export interface NewDomain {
  readonly uuid: string;
  readonly spec: GuestSpec;
  /** A qcow2 file; null for a guest without a disk. */
  readonly disk: string | null;
  readonly media: string;
  readonly machine: MachineFacts;
  /** What the system drives without drivers of its own; an unknown system is given what every system drives. */
  readonly drives: { readonly virtioDisk: boolean; readonly virtioNet: boolean; readonly virtioVideo: boolean };
  readonly windows: boolean;
}

/**
 * The definition of a new guest: what virt-install makes of the same request, but for
 * - boot order by device, disk before CD-ROM: an empty disk falls through to the medium, an installed one boots, so the definition never has
 *   to be changed after the installation, and `on_reboot` stays "restart" (virt-install defines twice, and destroys at the first reboot);
 * - processors as cores of one socket: Windows editions for desktops use two sockets at most;
 * - VNC on the loopback address explicitly, whatever the host's configuration has as default;
 * - a serial port and the guest agent's channel in every guest, so that neither has to be added to an installed one;
 * - every processor feature that emulation has, and none of the Hyper-V ones, which QEMU has under KVM only;
 * - no TPM before it is asked for: it needs swtpm on the host, and is state that a deletion must know of.
 */
export function newDomain(wanted: NewDomain): XmlElement {
  const { spec, machine, uuid } = wanted;
  const kib = Math.ceil(spec.memory / 1024);
  return element(
    'domain',
    { type: machine.type },
    element('name', {}, spec.name),
    element('uuid', {}, uuid),
    spec.os === null ? null : metadata(spec.os),
    element('memory', { unit: 'KiB' }, String(kib)),
    element('vcpu', {}, String(spec.vcpus)),
    element(
      'os',
      { firmware: spec.firmware === 'uefi' ? 'efi' : null },
      element('type', { arch: machine.arch, machine: machine.machine }, 'hvm'),
    ),
    features(wanted),
    cpu(wanted),
    clock(wanted),
    element('on_poweroff', {}, 'destroy'),
    element('on_reboot', {}, 'restart'),
    element('on_crash', {}, 'destroy'),
    isPc(machine) ? element('pm', {}, element('suspend-to-mem', { enabled: 'no' }), element('suspend-to-disk', { enabled: 'no' })) : null,
    element('devices', {}, devices(wanted)),
  );
}

const isPc = ({ arch }: MachineFacts) => arch === 'x86_64' || arch === 'i686';
const hasPciExpress = ({ machine }: MachineFacts) => machine !== null && /q35|^virt/.test(machine);

// The vocabulary by which libosinfo's users (virt-manager, GNOME Boxes) note the system in a definition.
function metadata(os: string): XmlElement {
  const namespace = { 'xmlns:libosinfo': 'http://libosinfo.org/xmlns/libvirt/domain/1.0' };
  return element('metadata', {}, element('libosinfo:libosinfo', namespace, element('libosinfo:os', { id: os })));
}

function features({ machine, spec, windows }: NewDomain): XmlElement | null {
  if (!isPc(machine)) return spec.firmware === 'uefi' ? element('features', {}, element('acpi')) : null;
  // Three parts of the Hyper-V interface are what virt-install turns on.
  const hyperv = element(
    'hyperv',
    {},
    element('relaxed', { state: 'on' }),
    element('vapic', { state: 'on' }),
    element('spinlocks', { state: 'on', retries: 8191 }),
  );
  return element('features', {}, element('acpi'), element('apic'), windows && machine.type === 'kvm' ? hyperv : null);
}

function cpu({ machine, spec }: NewDomain): XmlElement | null {
  const mode = [machine.type === 'kvm' ? 'host-passthrough' : 'maximum'].find((each) => machine.cpuModes.has(each));
  const topology = isPc(machine) ? element('topology', { sockets: 1, cores: spec.vcpus, threads: 1 }) : null;
  if (mode === undefined && topology === null) return null;
  return element('cpu', { mode: mode ?? null }, topology);
}

function clock({ machine, windows }: NewDomain): XmlElement {
  // Windows keeps the hardware clock in local time.
  const offset = windows ? 'localtime' : 'utc';
  if (!isPc(machine)) return element('clock', { offset });
  return element(
    'clock',
    { offset },
    element('timer', { name: 'rtc', tickpolicy: 'catchup' }),
    element('timer', { name: 'pit', tickpolicy: 'delay' }),
    element('timer', { name: 'hpet', present: 'no' }),
    windows && machine.type === 'kvm' ? element('timer', { name: 'hypervclock', present: 'yes' }) : null,
  );
}

function devices({ spec, disk, media, machine, drives }: NewDomain): (XmlElement | null)[] {
  const diskName = drives.virtioDisk ? 'vda' : 'sda';
  const cdromName = disk !== null && !drives.virtioDisk ? 'sdb' : 'sda';
  const cdromBus = isPc(machine) ? 'sata' : 'scsi';
  return [
    machine.emulator === null ? null : element('emulator', {}, machine.emulator),
    disk === null
      ? null
      : element(
          'disk',
          { type: 'file', device: 'disk' },
          element('driver', { name: 'qemu', type: 'qcow2', discard: 'unmap' }),
          element('source', { file: disk }),
          element('target', { dev: diskName, bus: drives.virtioDisk ? 'virtio' : cdromBus }),
          element('boot', { order: 1 }),
        ),
    element(
      'disk',
      { type: 'file', device: 'cdrom' },
      element('driver', { name: 'qemu', type: 'raw' }),
      element('source', { file: media }),
      element('target', { dev: cdromName, bus: cdromBus }),
      element('readonly'),
      element('boot', { order: disk === null ? 1 : 2 }),
    ),
    ...controllers(machine),
    spec.network === null
      ? null
      : element(
          'interface',
          { type: 'network' },
          element('source', { network: spec.network }),
          element('model', { type: drives.virtioNet ? 'virtio' : hasPciExpress(machine) ? 'e1000e' : 'e1000' }),
        ),
    element('serial', { type: 'pty' }),
    element('console', { type: 'pty' }),
    element('channel', { type: 'unix' }, element('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })),
    element('input', { type: 'tablet', bus: 'usb' }),
    isPc(machine) ? null : element('input', { type: 'keyboard', bus: 'usb' }),
    element('graphics', { type: 'vnc', port: -1, autoport: 'yes' }, element('listen', { type: 'address', address: '127.0.0.1' })),
    element('video', {}, element('model', { type: videoModel(machine, drives.virtioVideo) })),
    // Without a period (seconds) the guest's driver tells nothing of its memory, and what QEMU takes of the host's would have to do.
    element('memballoon', { model: 'virtio' }, element('stats', { period: 5 })),
    element('rng', { model: 'virtio' }, element('backend', { model: 'random' }, '/dev/urandom')),
  ];
}

/** Ports for devices that are plugged in while the guest runs: without them PCI Express takes none. As many as virt-install gives. */
const ROOT_PORTS = 14;

function controllers(machine: MachineFacts): XmlElement[] {
  const usb = element('controller', { type: 'usb', model: 'qemu-xhci', ports: 15 });
  if (!hasPciExpress(machine)) return [usb];
  const ports = Array.from({ length: ROOT_PORTS }, () => element('controller', { type: 'pci', model: 'pcie-root-port' }));
  return [usb, element('controller', { type: 'pci', model: 'pcie-root' }), ...ports];
}

function videoModel({ videoModels, arch }: MachineFacts, virtio: boolean): string {
  const wanted = virtio || arch === 'aarch64' ? ['virtio', 'vga'] : ['vga', 'virtio'];
  return wanted.find((model) => videoModels.has(model)) ?? 'vga';
}
