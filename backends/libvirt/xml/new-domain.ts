import { isBare, isPc as isPcArch } from '../creation/machine-choices.ts';
import type { MachineFacts } from '../creation/machine-facts.ts';
import { element, type XmlElement } from './document.ts';
import { domainDevices } from './new-domain-devices.ts';
import type { DomainWish } from './domain-wish.ts';
import { PYGRUB } from './settled-definition.ts';

/**
 * The definition of a new guest: what virt-install makes of the same request, but for
 * - boot order by device, disk before CD-ROM and network: an empty disk falls through to the medium, an installed one boots, so the definition
 *   never has to be changed after the installation, and `on_reboot` stays "restart" (virt-install defines twice, and destroys at the first
 *   reboot). Only a tree's kernel cannot be fallen through: this is the definition for its first start, and settled-definition.ts makes the one
 *   that stays;
 * - processors as cores of one socket: Windows editions for desktops use two sockets at most;
 * - displays on the loopback address explicitly, whatever the host's configuration has as default;
 * - a serial port and the guest agent's channel in every guest, so that neither has to be added to an installed one;
 * - every processor feature that emulation has, and none of the Hyper-V ones, which QEMU has under KVM only;
 * - a TPM only where it is asked for: it needs swtpm on the host, and is state that a deletion must know of.
 */
export function newDomain(wanted: DomainWish): XmlElement {
  const { spec, machine, uuid, plan } = wanted;
  const kib = Math.ceil(spec.memory / 1024);
  const installs = plan.kernel !== null;
  return element(
    'domain',
    { type: machine.type },
    element('name', {}, spec.name),
    element('uuid', {}, uuid),
    spec.os === null ? null : metadata(spec.os),
    element('memory', { unit: 'KiB' }, String(kib)),
    element('vcpu', {}, String(spec.vcpus)),
    knowsXen(machine) && !installs ? element('bootloader', {}, PYGRUB) : null,
    os(wanted),
    features(wanted),
    cpu(wanted),
    clock(wanted),
    element('on_poweroff', {}, 'destroy'),
    element('on_reboot', {}, installs ? 'destroy' : 'restart'),
    element('on_crash', {}, 'destroy'),
    isPc(machine) && isQemu(machine)
      ? element('pm', {}, element('suspend-to-mem', { enabled: 'no' }), element('suspend-to-disk', { enabled: 'no' }))
      : null,
    element('devices', {}, domainDevices(wanted)),
  );
}

const knowsXen = ({ abi }: MachineFacts) => isBare(abi);

const isPc = ({ arch }: MachineFacts) => isPcArch(arch);
const isQemu = ({ type }: MachineFacts) => type === 'kvm' || type === 'qemu';

// The vocabulary by which libosinfo's users (virt-manager, GNOME Boxes) note the system in a definition.
function metadata(id: string): XmlElement {
  const namespace = { 'xmlns:libosinfo': 'http://libosinfo.org/xmlns/libvirt/domain/1.0' };
  return element('metadata', {}, element('libosinfo:libosinfo', namespace, element('libosinfo:os', { id })));
}

function os({ spec, machine, plan }: DomainWish): XmlElement {
  const { firmware } = spec;
  const secure = firmware === 'uefi-secure-boot';
  const boot = plan.kernel;
  // libvirt calls a paravirtual Xen guest "linux" in definitions and "xen" in capabilities (docs/formatdomain.rst).
  const type = machine.abi === 'xen' ? 'linux' : machine.abi;
  return element(
    'os',
    { firmware: firmware === 'uefi' || secure ? 'efi' : null },
    element('type', { arch: machine.arch, machine: machine.abi === 'hvm' ? machine.machine : null }, type),
    // Keys that are enrolled make it more than a switch that nobody turned: without them secure boot is in setup mode and checks nothing.
    secure
      ? element(
          'firmware',
          {},
          element('feature', { enabled: 'yes', name: 'secure-boot' }),
          element('feature', { enabled: 'yes', name: 'enrolled-keys' }),
        )
      : null,
    machine.loader === null || firmware === 'uefi' ? null : element('loader', { type: 'rom' }, machine.loader),
    ...(machine.type === 'xen' && machine.abi === 'hvm' ? xenBootOrder(spec, plan) : []),
    boot === null ? null : element('kernel', {}, boot.kernel.path),
    boot === null ? null : element('initrd', {}, boot.initrd.path),
    boot === null || boot.arguments === '' ? null : element('cmdline', {}, boot.arguments),
  );
}

/**
 * libxl knows no order of devices, only of their kinds, and boots nothing but the disk where nothing is said (libvirt: libxlMakeDomBuildInfo).
 * An empty disk falls through.
 */
function xenBootOrder({ source }: DomainWish['spec'], { disks }: DomainWish['plan']): XmlElement[] {
  const has = (device: 'disk' | 'cdrom') => disks.some((disk) => disk.device === device && disk.boots);
  const kinds = [has('disk') && 'hd', has('cdrom') && 'cdrom', source.kind === 'pxe' && 'network'];
  return kinds.flatMap((dev) => (dev === false ? [] : [element('boot', { dev })]));
}

function features({ machine, spec, windows }: DomainWish): XmlElement | null {
  if (knowsXen(machine)) return null;
  if (!isPc(machine)) return spec.firmware === 'uefi' ? element('features', {}, element('acpi')) : null;
  // Three parts of the Hyper-V interface are what virt-install turns on.
  const hyperv = element(
    'hyperv',
    {},
    element('relaxed', { state: 'on' }),
    element('vapic', { state: 'on' }),
    element('spinlocks', { state: 'on', retries: 8191 }),
  );
  return element(
    'features',
    {},
    element('acpi'),
    element('apic'),
    // What libxl is not told it leaves out, and no 64-bit system runs without it.
    machine.type === 'xen' ? element('pae') : null,
    windows && machine.type === 'kvm' ? hyperv : null,
    // VMware's mouse port stands between SPICE's pointer and the guest's.
    spec.graphics === 'spice' && isQemu(machine) ? element('vmport', { state: 'off' }) : null,
    // The variables of secure boot are kept from the guest's own system by system management mode.
    spec.firmware === 'uefi-secure-boot' ? element('smm', { state: 'on' }) : null,
  );
}

function cpu({ machine, spec }: DomainWish): XmlElement | null {
  if (!isQemu(machine)) return null;
  const usual = machine.type === 'kvm' ? 'host-passthrough' : 'maximum';
  const mode = [spec.cpu ?? usual].find((each) => machine.cpuModes.has(each));
  const topology = isPc(machine) ? element('topology', { sockets: 1, cores: spec.vcpus, threads: 1 }) : null;
  if (mode === undefined && topology === null) return null;
  return element('cpu', { mode: mode ?? null }, topology);
}

function clock({ machine, windows }: DomainWish): XmlElement {
  // Windows keeps the hardware clock in local time.
  const offset = windows ? 'localtime' : 'utc';
  if (!isPc(machine) || !isQemu(machine)) return element('clock', { offset });
  return element(
    'clock',
    { offset },
    element('timer', { name: 'rtc', tickpolicy: 'catchup' }),
    element('timer', { name: 'pit', tickpolicy: 'delay' }),
    element('timer', { name: 'hpet', present: 'no' }),
    windows && machine.type === 'kvm' ? element('timer', { name: 'hypervclock', present: 'yes' }) : null,
  );
}
