import type { Graphics, GuestSpec, NewNic } from '#model/guest-spec';
import type { DiskPlace, PlannedDisk } from '../creation/guest-plan.ts';
import type { NetworkSource } from '../creation/network-source.ts';
import { isPc as isPcArch } from '../creation/machine-choices.ts';
import type { MachineFacts } from '../creation/machine-facts.ts';
import { element, type XmlElement } from './document.ts';
import type { DomainWish } from './domain-wish.ts';

const isPc = ({ arch }: MachineFacts) => isPcArch(arch);
const isXen = ({ type }: MachineFacts) => type === 'xen';
const hasPciExpress = ({ machine, type }: MachineFacts) => type !== 'xen' && machine !== null && /q35|^virt/.test(machine);

export function domainDevices(wanted: DomainWish): (XmlElement | null)[] {
  const { spec, machine } = wanted;
  const display = displayOf(wanted);
  return [
    machine.emulator === null || machine.abi !== 'hvm' ? null : element('emulator', {}, machine.emulator),
    ...disks(wanted),
    ...(isXen(machine) ? [] : controllers(machine)),
    ...spec.nics.map((nic, i) => networkCard(wanted, nic, i)),
    ...(isXen(machine) ? xenConsole(machine) : qemuLines()),
    display === 'spice' && !isXen(machine)
      ? element('channel', { type: 'spicevmc' }, element('target', { type: 'virtio', name: 'com.redhat.spice.0' }))
      : null,
    ...(display === 'none' ? [] : inputs(machine)),
    spec.tpm
      ? element('tpm', { model: isPc(machine) ? 'tpm-crb' : 'tpm-tis' }, element('backend', { type: 'emulator', version: '2.0' }))
      : null,
    ...screen(wanted, display),
    // Without a period (seconds) the guest's driver tells nothing of its memory, and what QEMU takes of the host's would have to do.
    isXen(machine) ? null : element('memballoon', { model: 'virtio' }, element('stats', { period: 5 })),
    isXen(machine) ? null : element('rng', { model: 'virtio' }, element('backend', { model: 'random' }, '/dev/urandom')),
  ];
}

/** The first that the host has; some builds of QEMU have one of the two only. */
function displayOf({ spec, machine }: DomainWish): Graphics {
  if (spec.graphics !== null) return spec.graphics;
  return machine.graphics.has('vnc') || !machine.graphics.has('spice') ? 'vnc' : 'spice';
}

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** Each bus counts its own letters; disks come first, in the order in which they are booted. */
function disks(wanted: DomainWish): XmlElement[] {
  const { plan, machine } = wanted;
  const counts = new Map<string, number>();
  const ordered = [...plan.disks].sort((a, b) => Number(a.device === 'cdrom') - Number(b.device === 'cdrom'));
  let order = 0;
  return ordered.map((disk) => {
    const bus = busOf(wanted, disk);
    const prefix = bus === 'virtio' ? 'vd' : bus === 'xen' ? 'xvd' : bus === 'ide' ? 'hd' : 'sd';
    // Xen's own bus and the emulated one are two views of the same numbers (xen-vbd-interface(7)).
    const counted = isXen(machine) ? 'xvd' : prefix;
    const count = counts.get(counted) ?? 0;
    counts.set(counted, count + 1);
    // A paravirtual Xen guest is booted by its loader, and knows no order.
    const boots = disk.boots && !isXen(machine);
    if (boots) order += 1;
    return diskElement(disk, { dev: `${prefix}${letters[count] ?? 'z'}`, bus }, boots ? order : null, machine);
  });
}

function busOf({ machine, drives }: DomainWish, { device }: PlannedDisk): string {
  if (isXen(machine)) return machine.abi === 'hvm' && device === 'cdrom' ? 'ide' : 'xen';
  if (device === 'disk' && drives.virtioDisk) return 'virtio';
  if (!isPc(machine)) return 'scsi';
  return hasPciExpress(machine) ? 'sata' : 'ide';
}

function diskElement(
  { device, place, format }: PlannedDisk,
  target: { dev: string; bus: string },
  order: number | null,
  machine: MachineFacts,
): XmlElement {
  // Blocks that the guest frees are given back to the host; a drive frees none, and Xen's backends know nothing of it.
  const isQemuDisk = device === 'disk' && !isXen(machine);
  const discard = isQemuDisk ? 'unmap' : null;
  // As virt-install has it: what the host would keep of a whole device beside the guest's own cache is of no use to anybody.
  const direct = isQemuDisk && place.kind === 'block' ? { cache: 'none', io: 'native' } : {};
  return element(
    'disk',
    { type: place.kind === 'volume' && place.network != null ? 'network' : place.kind, device },
    element('driver', { name: 'qemu', type: format, ...direct, discard }),
    sourceElement(place),
    element('target', target),
    device === 'cdrom' ? element('readonly') : null,
    order === null ? null : element('boot', { order }),
  );
}

function sourceElement(place: DiskPlace): XmlElement {
  if (place.kind === 'volume' && place.network != null) return networkElement(place.network);
  if (place.kind === 'volume') return element('source', { pool: place.volume.pool, volume: place.volume.name });
  return element('source', place.kind === 'file' ? { file: place.path } : { dev: place.path });
}

function networkElement({ protocol, name, hosts, login }: NetworkSource): XmlElement {
  const secret = login === null ? null : element('secret', { type: 'ceph', ...login.secret });
  return element(
    'source',
    { protocol, name },
    ...hosts.map((host) => element('host', host)),
    login === null ? null : element('auth', { username: login.user }, secret),
  );
}

function networkCard({ spec, plan, machine, drives }: DomainWish, nic: NewNic, index: number): XmlElement {
  const model = isXen(machine) ? null : drives.virtioNet ? 'virtio' : hasPciExpress(machine) ? 'e1000e' : 'e1000';
  const boots = spec.source.kind === 'pxe' && index === 0 && !isXen(machine);
  return element(
    'interface',
    { type: nic.kind },
    nicSource(nic),
    model === null ? null : element('model', { type: model }),
    boots ? element('boot', { order: plan.disks.filter((disk) => disk.boots).length + 1 }) : null,
  );
}

/** What a network card of this kind hangs on; null: on QEMU itself, which speaks for it. */
export function nicSource(nic: NewNic): XmlElement | null {
  switch (nic.kind) {
    case 'network':
      return element('source', { network: nic.name });
    case 'bridge':
      return element('source', { bridge: nic.device });
    case 'direct':
      return element('source', { dev: nic.device, mode: 'bridge' });
    case 'user':
    default:
      return null;
  }
}

function qemuLines(): XmlElement[] {
  return [
    element('serial', { type: 'pty' }),
    element('console', { type: 'pty' }),
    element('channel', { type: 'unix' }, element('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })),
  ];
}

function xenConsole({ abi }: MachineFacts): XmlElement[] {
  return [element('console', { type: 'pty' }, element('target', { type: abi === 'hvm' ? 'serial' : 'xen' }))];
}

function inputs(machine: MachineFacts): XmlElement[] {
  if (isXen(machine)) return machine.abi === 'hvm' ? [element('input', { type: 'tablet', bus: 'usb' })] : [];
  const tablet = element('input', { type: 'tablet', bus: 'usb' });
  return isPc(machine) ? [tablet] : [tablet, element('input', { type: 'keyboard', bus: 'usb' })];
}

/** A display on the loopback address, with what shows on it. SPICE brings sound and two sockets for USB along, as virt-install has it. */
function screen({ spec, machine, drives }: DomainWish, display: Graphics): XmlElement[] {
  if (display === 'none') return [];
  const listen = element('listen', { type: 'address', address: '127.0.0.1' });
  const graphics = element(
    'graphics',
    { type: display, port: -1, autoport: 'yes' },
    listen,
    display === 'spice' ? element('image', { compression: 'off' }) : null,
  );
  const video = element('video', {}, element('model', { type: isXen(machine) ? 'vga' : videoModel(spec, machine, drives.virtioVideo) }));
  // A PVH guest has no video device at all; a paravirtual one has Xen's frame buffer, which needs none said.
  const shown = machine.abi === 'hvm' ? [graphics, video] : [graphics];
  if (display !== 'spice' || isXen(machine)) return shown;
  const socket = element('redirdev', { bus: 'usb', type: 'spicevmc' });
  return [...shown, element('sound', { model: 'ich9' }), socket, socket];
}

/** Ports for devices that are plugged in while the guest runs: without them PCI Express takes none. As many as virt-install gives. */
const ROOT_PORTS = 14;

function controllers(machine: MachineFacts): XmlElement[] {
  const usb = element('controller', { type: 'usb', model: 'qemu-xhci', ports: 15 });
  if (!hasPciExpress(machine)) return [usb];
  const ports = Array.from({ length: ROOT_PORTS }, () => element('controller', { type: 'pci', model: 'pcie-root-port' }));
  return [usb, element('controller', { type: 'pci', model: 'pcie-root' }), ...ports];
}

/**
 * Where the system drives no virtio, UEFI shows itself by QEMU's bochs display as well, which has none of VGA's legacy that nobody then needs
 * (kraxel.org, "Display devices in qemu").
 */
export function videoModel({ firmware }: GuestSpec, { videoModels, arch }: MachineFacts, virtio: boolean): string {
  const plain = firmware === 'uefi' || firmware === 'uefi-secure-boot' ? ['bochs', 'vga'] : ['vga'];
  const wanted = virtio || arch === 'aarch64' ? ['virtio', ...plain] : [...plain, 'virtio'];
  return wanted.find((model) => videoModels.has(model)) ?? 'vga';
}
