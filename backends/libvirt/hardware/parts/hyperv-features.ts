import { attribute, element, path } from '../../xml/document.ts';
import { withAttributes, withPath } from '../../xml/edit.ts';
import { choice, choiceAt, customField, numberAt, plain, switchAt, textAt } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { enumOf, isQemu, isX86, type HardwareContext } from '../hardware-context.ts';
import { only } from './part-fields.ts';

const SECTION = 'For Windows (Hyper-V’s interface)';

/** https://libvirt.org/formatdomain.html#hypervisor-features; in libvirt's order. */
const enlightenments: readonly (readonly [name: string, label: string, help: string])[] = [
  ['relaxed', 'Relaxed timing', 'Windows does not take a busy host for a hang.'],
  ['vapic', 'Virtual interrupts', 'Quicker interrupts.'],
  ['spinlocks', 'Spinlocks', 'A waiting processor lets others run.'],
  ['vpindex', 'Processor numbers', 'Several of the others need it.'],
  ['runtime', 'Run time', 'Windows sees how long its processors really ran.'],
  ['synic', 'Interrupt controller', 'Needed by the timers.'],
  ['stimer', 'Timers', 'Windows wakes seldom when it idles.'],
  ['reset', 'Reset', 'Windows resets itself by the hypervisor.'],
  ['vendor_id', 'Own vendor', 'Another name of the hypervisor, for drivers that mind.'],
  ['frequencies', 'Frequencies', 'Windows need not measure its timers.'],
  ['reenlightenment', 'Moves to other hosts', 'The time stays right after a move to another host.'],
  ['tlbflush', 'Remote TLB flush', 'Quicker with more processors than the host has free.'],
  ['ipi', 'Interrupts between processors', 'Quicker with many processors.'],
  ['evmcs', 'Nested on Intel', 'For Hyper-V in the guest.'],
  ['avic', 'Hardware interrupts', 'With the processor’s own virtual interrupts.'],
  ['emsr_bitmap', 'Nested: fewer exits', 'For Hyper-V in the guest.'],
  ['xmm_input', 'Quicker calls', 'Calls hand over more at once.'],
];

/** What the host does not know of is not offered; older hosts tell nothing. */
const knows =
  (name: string) =>
  (context: HardwareContext): boolean =>
    (enumOf(context, ['features', 'hyperv'], 'features')?.includes(name) ?? true) ||
    path(context.domain, 'features', 'hyperv', name) !== null;

const toggles: readonly BoundField[] = enlightenments.map(([name, label, help]) => ({
  ...customField(
    (context) => ({ ...plain(`hyperv-${name}`, { label, help, section: SECTION, advanced: true }, context), kind: 'toggle' }),
    {
      read: (domain) => attribute(path(domain, 'features', 'hyperv', name), 'state') === 'on',
      write: (domain, value) =>
        withPath(domain, ['features', 'hyperv', name], (old) => {
          if (value !== true) return null;
          const needed = { spinlocks: { retries: 8191 }, vendor_id: { value: 'guesthouse' } }[name] ?? {};
          return withAttributes(old ?? element(name, needed), { state: 'on' });
        }),
    },
  ),
  fits: knows(name),
}));

export const hypervFeatures: readonly BoundField[] = only(
  (context) => isQemu(context) && isX86(context),
  choiceAt('hyperv-mode', 'features/hyperv/@mode', {
    label: 'Hyper-V’s interface',
    help: 'What Windows finds on a host of Microsoft’s: with it, it runs quicker.',
    section: SECTION,
    unset: 'What is ticked',
    choices: [
      choice('custom', 'What is ticked'),
      choice('passthrough', 'All that the host has', 'The guest moves to the same sort of host only.'),
    ],
  }),
  ...toggles,
  numberAt('hyperv-retries', 'features/hyperv/spinlocks/@retries', {
    label: 'Spinlocks: tries before it lets others run',
    section: SECTION,
    advanced: true,
    when: [{ field: 'hyperv-spinlocks', is: [true] }],
    min: 4095,
    max: 4_294_967_295,
  }),
  textAt('hyperv-vendor', 'features/hyperv/vendor_id/@value', {
    label: 'Own vendor: name',
    section: SECTION,
    advanced: true,
    when: [{ field: 'hyperv-vendor_id', is: [true] }],
    maxLength: 12,
    pattern: { source: '[^,]{1,12}', says: 'Up to 12 characters, no comma.' },
  }),
  switchAt('hyperv-direct', 'features/hyperv/stimer/direct/@state', {
    label: 'Timers: direct',
    section: SECTION,
    advanced: true,
    when: [{ field: 'hyperv-stimer', is: [true] }],
    unset: 'No',
    words: ['on', 'off'],
  }),
);
