import type { Choice } from '#model/hardware-field';
import { attribute, child, children, text, type XmlElement } from '../../xml/document.ts';
import { withAttributes } from '../../xml/edit.ts';
import { choice, choiceField, customField, type Saying } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isQemu, isX86, type HardwareContext } from '../hardware-context.ts';
import { chipsetObstacle, chipsetOf, machineIn, onMachine } from './chipset.ts';
import { numberOf, only } from './part-fields.ts';
import { processorsIn } from './processor-count.ts';

const SECTION = 'Machine';

/** What the host's capabilities say of guests of this architecture. */
function offeredArch({ hostCapabilities, arch }: HardwareContext): XmlElement | null {
  const found = children(hostCapabilities, 'guest').map((guest) => child(guest, 'arch'));
  return found.find((one) => attribute(one, 'name') === arch) ?? null;
}

function machinesFor(context: HardwareContext): XmlElement[] {
  const arch = offeredArch(context);
  const own = children(children(arch, 'domain').find((one) => attribute(one, 'type') === context.hypervisor) ?? null, 'machine');
  return own.length > 0 ? own : children(arch, 'machine');
}

function machineChoices(context: HardwareContext): Choice[] {
  const choices = machinesFor(context).map((machine) => {
    const canonical = attribute(machine, 'canonical');
    const help = attribute(machine, 'deprecated') === 'yes' ? 'Outdated: a later hypervisor will not have it.' : null;
    const most = numberOf(machine, 'maxCpus') ?? Infinity;
    const few = most < processorsIn(context.domain) ? `It has ${most === 1 ? 'one processor' : `${most} processors`} at most.` : null;
    return choice(text(machine), canonical === null ? text(machine) : `${text(machine)} (newest, now ${canonical})`, help, few);
  });
  const unique = choices.filter(({ value }, index) => choices.findIndex((other) => other.value === value) === index);
  return unique.sort((one, other) => String(other.value).localeCompare(String(one.value), 'en', { numeric: true })).slice(0, 400);
}

const chipsets = [
  choice('q35', 'Q35', 'From 2009, with PCI Express: for every system of the last ten years. Secure boot needs it.'),
  choice('i440fx', 'i440FX', 'From 1996, with IDE: for old systems.'),
] as const;

const machineSaying: Saying = {
  label: 'Machine type',
  help: 'The board that is emulated, in one of its versions. A newer version may bring more; a guest’s devices stay as they are in the one it has.',
  section: SECTION,
};
const chipsetSaying: Saying = { label: 'Chipset', help: 'The heart of the board.', section: SECTION };
const typeSaying: Saying = {
  label: 'Runs by',
  help: 'The host’s hardware virtualisation is many times quicker than emulation.',
  section: SECTION,
};

function typeChoices(context: HardwareContext): Choice[] {
  const offered = children(offeredArch(context), 'domain').map((one) => attribute(one, 'type'));
  const unavailable = (type: string) =>
    offered.length > 0 && !offered.includes(type) ? 'The host cannot run such a guest this way.' : null;
  return [
    choice('kvm', 'Hardware virtualisation (KVM)', null, unavailable('kvm')),
    choice('qemu', 'Emulation (QEMU)', null, unavailable('qemu')),
  ];
}

export const machineType: readonly BoundField[] = only(
  isQemu,
  customField((context) => choiceField('type', { ...typeSaying, choices: typeChoices }, context), {
    read: (domain) => attribute(domain, 'type'),
    write: (domain, value) => (typeof value === 'string' ? withAttributes(domain, { type: value }) : domain),
  }),
  {
    ...customField((context) => choiceField('chipset', { ...chipsetSaying, choices: chipsets }, context), {
      read: (domain) => chipsetOf(machineIn(domain)),
      write: (domain, value) => (value === 'q35' || value === 'i440fx' ? onMachine(domain, value === 'q35' ? 'q35' : 'pc') : domain),
    }),
    fits: (context) => isX86(context) && chipsetOf(context.machine) !== null,
  },
  customField((context) => choiceField('machine', { ...machineSaying, advanced: true, choices: machineChoices }, context), {
    read: machineIn,
    write: (domain, value) => (typeof value === 'string' && value !== '' ? onMachine(domain, value) : domain),
  }),
);

/** What stands against the change; `to` as the form has it. */
export function machineProblems(
  to: { readonly chipset: unknown; readonly machine: unknown },
  { domain }: HardwareContext,
): { field: string; message: string }[] {
  const [from, machine] = [chipsetOf(machineIn(domain)), typeof to.machine === 'string' ? to.machine : null];
  const moves = machine === machineIn(domain) ? null : chipsetOf(machine);
  const chosen = to.chipset === 'q35' || to.chipset === 'i440fx' ? to.chipset : null;
  if (from === null) return [];
  if (moves !== null && chosen !== from && chosen !== moves) {
    return [{ field: 'machine', message: 'This machine type has the other chipset. Choose one of the two only.' }];
  }
  const target = moves ?? chosen;
  const obstacle = target === null || target === from ? null : chipsetObstacle(domain, target);
  return obstacle === null ? [] : [{ field: moves === null ? 'chipset' : 'machine', message: obstacle }];
}
