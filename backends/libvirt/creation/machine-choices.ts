import { GuestAbi, type MachineChoice, type MachineWish, VirtType } from '#model/guest-spec';
import { attribute, child, children, text, textAt, type XmlElement } from '../xml/document.ts';

/** A few machines have hundreds of versioned types; a choice of that many is none. */
const MACHINES_MAX = 200;

/** Every kind of guest that the host's capabilities name (libvirt: docs/formatcaps.rst), in the daemon's order. */
export function machineChoicesOf(capabilities: XmlElement): MachineChoice[] {
  return children(capabilities, 'guest').flatMap((guest) => {
    const abi = GuestAbi.safeParse(textAt(guest, 'os_type') === 'linux' ? 'xen' : textAt(guest, 'os_type'));
    const arch = child(guest, 'arch');
    const name = attribute(arch, 'name') ?? '';
    if (!abi.success || arch === null || !/^[a-z0-9_]{1,32}$/i.test(name)) return [];
    return children(arch, 'domain').flatMap((domain) => {
      const type = VirtType.safeParse(attribute(domain, 'type'));
      if (!type.success) return [];
      // A domain that names machines of its own has these only.
      const own = children(domain, 'machine');
      const machines = (own.length > 0 ? own : children(arch, 'machine')).map(text);
      return [{ type: type.data, abi: abi.data, arch: name, machines: [...new Set(machines)].slice(0, MACHINES_MAX) }];
    });
  });
}

/** A guest of Xen's that has no firmware: a kernel is put into it from outside. */
export const isBare = (abi: GuestAbi): boolean => abi === 'xen' || abi === 'xenpvh';

export const isPc = (arch: string) => arch === 'x86_64' || arch === 'i686';

/** PCI Express wherever QEMU has it; elsewhere libvirt's own default, which is null. */
function machineFor({ type, arch }: Pick<MachineWish, 'type' | 'arch'>): string | null {
  if (type !== 'kvm' && type !== 'qemu') return null;
  if (arch === 'x86_64') return 'q35';
  return arch === 'aarch64' || arch === 'riscv64' ? 'virt' : null;
}

/**
 * What a guest gets when nobody asks for another: the host's own architecture, hardware virtualisation where it really works (`kvm`), a whole
 * machine rather than one that has to know of its hypervisor. Null: the host runs no guests of any kind that we know.
 */
export function bestMachine(choices: readonly MachineChoice[], hostArch: string, kvm: boolean): MachineWish | null {
  const abis: readonly GuestAbi[] = ['hvm', 'xenpvh', 'xen', 'exe'];
  const types: readonly VirtType[] = kvm ? ['kvm', 'qemu', 'xen', 'lxc'] : ['qemu', 'xen', 'lxc', 'kvm'];
  const rank = ({ type, abi, arch }: MachineChoice) => (arch === hostArch ? 0 : 100) + 10 * types.indexOf(type) + abis.indexOf(abi);
  const [best] = [...choices].sort((a, b) => rank(a) - rank(b));
  return best === undefined ? null : { type: best.type, abi: best.abi, arch: best.arch, machine: machineFor(best) };
}

/** The wish with a machine type where it leaves that open; null where the host has nothing of the kind. */
export function offeredMachine(wish: MachineWish, choices: readonly MachineChoice[]): MachineWish | null {
  const choice = choices.find(({ type, abi, arch }) => type === wish.type && abi === wish.abi && arch === wish.arch);
  if (choice === undefined) return null;
  const machine = wish.machine ?? machineFor(wish);
  // The list has aliases and full names alike; one that it is silent about (containers) decides nothing.
  if (wish.machine !== null && choice.machines.length > 0 && !choice.machines.includes(wish.machine)) return null;
  return { ...wish, machine };
}
