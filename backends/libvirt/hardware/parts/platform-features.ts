import { element, path } from '../../xml/document.ts';
import { withPath } from '../../xml/edit.ts';
import { choice, choiceAt, customField, plain, type Saying, switchAt } from '../bound-fields.ts';
import type { BoundField, MachinePart } from '../device-kind.ts';
import { enumOf, isContainer, isQ35, isQemu, isX86, isXen, offered } from '../hardware-context.ts';
import { firmwareIn } from './firmware.ts';
import { hypervFeatures } from './hyperv-features.ts';
import { windowsIn } from './operating-system.ts';
import { containerRights } from './container-rights.ts';
import { moreFeatures } from './more-features.ts';
import { only } from './part-fields.ts';
import { performanceEvents } from './performance-events.ts';

const KVM = 'KVM’s interface';
const POWER = 'POWER';

/** An element that is there or not. */
const presence = (name: string, saying: Saying): BoundField =>
  customField((context) => ({ ...plain(name, saying, context), kind: 'toggle' }), {
    read: (domain) => path(domain, 'features', name) !== null,
    write: (domain, value) => withPath(domain, ['features', name], (old) => (value === true ? (old ?? element(name)) : null)),
  });

const state = (key: string, where: string, saying: Saying): BoundField =>
  switchAt(key, `features/${where}/@state`, { unset: 'As the hypervisor likes', ...saying, words: ['on', 'off'] });

/** https://libvirt.org/formatdomain.html#hypervisor-features */
export const platformFeatures: MachinePart = {
  sort: 'part',
  kind: 'features',
  group: 'machine',
  title: 'Features',
  help: 'What the machine has beside its devices, and what it tells the guest of the hypervisor.',
  fits: (context) => isQemu(context) || isXen(context) || isContainer(context),
  fields: [
    ...only(
      (context) => !isContainer(context),
      presence('acpi', {
        label: 'ACPI',
        help: 'Power management and the list of devices. Nearly every system needs it; shutting down by button does too.',
      }),
    ),
    ...only(
      (context) => isX86(context) && !isContainer(context),
      presence('apic', { label: 'APIC', help: 'Interrupts of more than one processor.' }),
      presence('pae', { label: 'PAE', help: 'More than 4 GiB for 32-bit systems.' }),
    ),
    ...only(
      isXen,
      state('viridian', 'viridian', { label: 'Viridian', help: 'What Windows finds on a host of Microsoft’s.' }),
      state('hap', 'hap', { label: 'Hardware page tables' }),
    ),
    ...only(
      isContainer,
      presence('privnet', { label: 'Network of its own', help: 'Also without a network card: then it has no network at all.' }),
    ),
    ...only(
      (context) => isQemu(context) && isX86(context),
      {
        ...state('smm', 'smm', { label: 'System management mode', help: 'Secure boot keeps its variables by it. Q35 only.' }),
        fits: (context) => isQ35(context) || path(context.domain, 'features', 'smm') !== null,
      },
      state('vmport', 'vmport', {
        label: 'VMware’s port',
        help: 'A pointer for guests made for VMware. It gets in the way of SPICE’s.',
        advanced: true,
      }),
      choiceAt('ioapic', 'features/ioapic/@driver', {
        label: 'I/O APIC',
        help: 'An IOMMU with interrupt remapping needs QEMU’s.',
        advanced: true,
        unset: 'As the hypervisor likes',
        choices: [choice('kvm', 'KVM’s'), choice('qemu', 'QEMU’s')],
      }),
      state('pvspinlock', 'pvspinlock', { label: 'Paravirtual spinlocks', help: 'A waiting processor lets others run.', advanced: true }),
      state('kvm-hidden', 'kvm/hidden', {
        label: 'Hide KVM',
        help: 'For drivers that refuse to work in a guest.',
        section: KVM,
        advanced: true,
      }),
      state('kvm-dedicated', 'kvm/hint-dedicated', {
        label: 'Processors are its own',
        help: 'Where they are pinned and no other guest is on them.',
        section: KVM,
        advanced: true,
      }),
      state('kvm-poll', 'kvm/poll-control', { label: 'The guest polls itself', section: KVM, advanced: true }),
      choiceAt('msrs', 'features/msrs/@unknown', {
        label: 'Registers that are not known',
        advanced: true,
        unset: 'As the host likes',
        choices: [choice('ignore', 'Ignored'), choice('fault', 'An error for the guest')],
      }),
    ),
    ...only(
      isQemu,
      state('pmu', 'pmu', { label: 'Performance counters', help: 'For profilers in the guest.', advanced: true }),
      state('vmcoreinfo', 'vmcoreinfo', {
        label: 'Notes for crash dumps',
        help: 'The host can read a dump of a Linux guest’s memory.',
        advanced: true,
      }),
    ),
    ...only(
      ({ arch, ...context }) => isQemu(context) && (arch === 'aarch64' || arch === 'armv7l'),
      choiceAt('gic', 'features/gic/@version', {
        label: 'Interrupt controller',
        unset: 'As the host has it',
        choices: (context) =>
          offered(
            [choice('2', 'GIC version 2'), choice('3', 'GIC version 3'), choice('host', 'As the host’s')],
            enumOf(context, ['features', 'gic'], 'version'),
          ),
      }),
    ),
    ...only(
      ({ arch, ...context }) => isQemu(context) && (arch === 'ppc64' || arch === 'ppc64le'),
      choiceAt('hpt-resizing', 'features/hpt/@resizing', {
        label: 'Page table may be resized',
        section: POWER,
        unset: 'As the hypervisor likes',
        choices: [choice('enabled', 'If the guest can'), choice('disabled', 'No'), choice('required', 'It must')],
      }),
      state('htm', 'htm', { label: 'Transactional memory', section: POWER, advanced: true }),
      state('nested-hv', 'nested-hv', { label: 'Nested guests', section: POWER, advanced: true }),
      state('ccf-assist', 'ccf-assist', { label: 'Count cache flush', section: POWER, advanced: true }),
    ),
    ...hypervFeatures,
    ...moreFeatures,
    ...containerRights,
    ...performanceEvents,
  ],
  summary: (values) =>
    ['acpi', 'apic', 'smm']
      .filter((key) => values[key] === true || values[key] === 'on')
      .join(', ')
      .toUpperCase() || 'As the hypervisor likes',
  warnings: (from, to, { domain }) => {
    const found: string[] = [];
    if (from['acpi'] === true && to['acpi'] === false)
      found.push('Without ACPI most systems do not start, and none shuts down by its power button.');
    if (from['smm'] === 'on' && to['smm'] !== 'on' && firmwareIn(domain) === 'uefi-secure-boot') {
      found.push('Secure boot needs system management mode: the guest does not start without it.');
    }
    const hyperv = Object.keys(to).some((key) => key.startsWith('hyperv-') && from[key] === true && to[key] === false);
    if (hyperv && windowsIn(domain)) found.push('Windows runs slower without Hyper-V’s interface.');
    return found;
  },
};
