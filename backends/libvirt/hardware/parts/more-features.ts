import { MiB } from '#model/quantity';
import { attribute, element } from '../../xml/document.ts';
import { withAttributes, withPath } from '../../xml/edit.ts';
import { choice, choiceAt, customField, plain, type Saying, switchAt } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { type HardwareContext, isQemu, isX86, isXen } from '../hardware-context.ts';
import { featureOf, KiB, only, sizeAt } from './part-fields.ts';

const KVM = 'KVM’s interface';
const POWER = 'POWER';
const XEN = 'Xen';

const state = (key: string, where: string, saying: Saying): BoundField =>
  switchAt(key, `features/${where}/@state`, { unset: 'As the hypervisor likes', advanced: true, ...saying, words: ['on', 'off'] });
const since = (libvirt: number, field: BoundField): BoundField => ({ ...field, fits: (context) => context.libvirt >= libvirt });

const isArm = ({ arch }: HardwareContext) => arch === 'aarch64' || arch === 'armv7l';
const isPower = ({ arch }: HardwareContext) => arch === 'ppc64' || arch === 'ppc64le';

/** An element with a state, which has a number with it where it is on. */
function withNumber(key: string, names: readonly [string, string], needs: Readonly<Record<string, string>>, saying: Saying): BoundField {
  return customField((context) => ({ ...plain(key, { advanced: true, ...saying }, context), kind: 'toggle' }), {
    read: (domain) => {
      const [parent, name] = names;
      return (
        featureOf(domain, parent)?.children.some(
          (one) => one.kind === 'element' && one.name === name && attribute(one, 'state') === 'on',
        ) === true
      );
    },
    write: (domain, value) =>
      withPath(domain, ['features', ...names], (old) =>
        value === true ? withAttributes(old ?? element(names[1], needs), { state: 'on' }) : null,
      ),
  });
}

const mitigation = (name: string, label: string, help: string): BoundField =>
  choiceAt(name, `features/${name}/@value`, {
    label,
    help,
    section: POWER,
    advanced: true,
    unset: 'As the hypervisor likes',
    choices: [
      choice('broken', 'None'),
      choice('workaround', 'By the guest’s software'),
      choice('fixed', 'By the hardware'),
      ...(name === 'ibs'
        ? [
            choice('fixed-ibs', 'By the hardware: serialised'),
            choice('fixed-ccd', 'By the hardware: cache off'),
            choice('fixed-na', 'It is not needed'),
          ]
        : []),
    ],
  });

/** What fewer guests need: https://libvirt.org/formatdomain.html#hypervisor-features */
export const moreFeatures: readonly BoundField[] = [
  ...only(
    (context) => isQemu(context) && isX86(context),
    switchAt('apic-eoi', 'features/apic/@eoi', {
      label: 'Quicker end of interrupts',
      section: KVM,
      words: ['on', 'off'],
      unset: 'As the hypervisor likes',
      advanced: true,
    }),
    since(7_010_000, state('kvm-pv-ipi', 'kvm/pv-ipi', { label: 'Interrupts between processors by the hypervisor', section: KVM })),
    since(
      8_000_000,
      withNumber(
        'kvm-dirty-ring',
        ['kvm', 'dirty-ring'],
        { size: '4096' },
        {
          label: 'Ring of changed pages',
          help: 'KVM lists what the guest writes instead of looking through all of its memory: moves of big guests are steadier.',
          section: KVM,
        },
      ),
    ),
    since(8_000_000, {
      ...choiceAt('kvm-dirty-ring-size', 'features/kvm/dirty-ring/@size', {
        label: 'Ring of changed pages: length',
        section: KVM,
        advanced: true,
        when: [{ field: 'kvm-dirty-ring', is: [true] }],
        choices: [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536].map((size) => choice(String(size), String(size))),
      }),
    }),
    sizeAt('smm-tseg', ['features', 'smm', 'tseg'], {
      label: 'System management mode: memory',
      help: 'Big guests with UEFI need more of it than Q35 gives by itself.',
      advanced: true,
      when: [{ field: 'smm', is: ['on'] }],
      unset: 'As the machine has it',
      min: MiB,
      max: 2048 * MiB,
    }),
    since(10_007_000, state('ps2', 'ps2', { label: 'PS/2 controller', help: 'For keyboard and mouse of old systems.' })),
  ),
  ...only(
    ({ hypervisor }) => hypervisor === 'qemu',
    sizeAt('tcg-tb-cache', ['features', 'tcg', 'tb-cache'], {
      label: 'Memory for translated code',
      help: 'Emulation keeps the guest’s programs translated in it. libvirt 8.0.',
      advanced: true,
      unset: 'As QEMU likes',
      min: MiB,
      max: 65_536 * MiB,
    }),
  ),
  ...only(
    isQemu,
    since(
      9_006_000,
      switchAt('async-teardown', 'features/async-teardown/@enabled', {
        label: 'Memory is given back after its end',
        help: 'Another process gives back a big guest’s memory, so that its end is seen at once.',
        unset: 'As the hypervisor likes',
        advanced: true,
      }),
    ),
  ),
  ...only(
    (context) => isQemu(context) && isArm(context),
    since(10_004_000, state('ras', 'ras', { label: 'Memory errors are told to the guest' })),
  ),
  ...only(
    (context) => isQemu(context) && isPower(context),
    sizeAt('hpt-page', ['features', 'hpt', 'maxpagesize'], {
      label: 'Largest page',
      section: POWER,
      advanced: true,
      unset: 'As the hypervisor likes',
      min: 4 * KiB,
      max: 16_384 * MiB,
    }),
    mitigation('cfpc', 'Cache flush on a change of rights', 'Against Meltdown.'),
    mitigation('sbbc', 'Barrier against speculation', 'Against Spectre, variant 1.'),
    mitigation('ibs', 'Indirect branches serialised', 'Against Spectre, variant 2.'),
  ),
  ...only(
    isXen,
    state('xen-e820', 'xen/e820_host', {
      label: 'Memory map of the host',
      help: 'A paravirtual guest that devices of the host are passed to needs it.',
      section: XEN,
    }),
    state('xen-passthrough', 'xen/passthrough', { label: 'Devices of the host may be given', section: XEN }),
    choiceAt('xen-passthrough-mode', 'features/xen/passthrough/@mode', {
      label: 'Given devices: page tables',
      section: XEN,
      advanced: true,
      when: [{ field: 'xen-passthrough', is: ['on'] }],
      unset: 'As Xen likes',
      choices: [choice('sync_pt', 'Their own'), choice('share_pt', 'Shared with the processor’s')],
    }),
  ),
];
