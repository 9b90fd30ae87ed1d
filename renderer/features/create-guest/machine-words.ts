import type { CpuMode, Firmware, Graphics, MachineChoice, MachineWish } from '#model/guest-spec';

export const firmwareWords: Readonly<Record<Firmware, string>> = {
  bios: 'BIOS',
  uefi: 'UEFI',
  'uefi-secure-boot': 'UEFI with secure boot',
};
export const graphicsWords: Readonly<Record<Graphics, string>> = { vnc: 'VNC', spice: 'SPICE', none: 'None' };
export const cpuWords: Readonly<Record<CpuMode, string>> = {
  'host-passthrough': 'The host’s own, with all it can',
  'host-model': 'As near the host’s as can be moved to others',
  maximum: 'All that can be emulated',
};

const types: Readonly<Record<MachineWish['type'], string>> = { kvm: 'KVM', qemu: 'Emulation', xen: 'Xen', lxc: 'Container' };
const abis: Readonly<Record<MachineWish['abi'], string>> = { hvm: '', xen: ' PV', xenpvh: ' PVH', exe: '' };

/** "KVM, x86_64", "Xen PVH, x86_64". */
export const runsOn = ({ type, abi, arch }: Pick<MachineChoice, 'type' | 'abi' | 'arch'>): string => `${types[type]}${abis[abi]}, ${arch}`;
