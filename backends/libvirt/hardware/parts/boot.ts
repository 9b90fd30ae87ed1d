import type { FieldProblem, FieldValue, FieldValues } from '#model/hardware-field';
import { numberAt, switchAt } from '../bound-fields.ts';
import type { MachinePart } from '../device-kind.ts';
import { devicesOf, isContainer, isQemu, isXen, type HardwareContext } from '../hardware-context.ts';
import { summaryWords } from '../summary-words.ts';
import { bootOrder } from './boot-order.ts';
import { containerStart } from './container-start.ts';
import { directKernel, hostLoader } from './direct-kernel.ts';
import { firmware } from './firmware.ts';
import { freshVariables } from './fresh-variables.ts';
import { windowsIn } from './operating-system.ts';
import { only } from './part-fields.ts';

const SECTION = 'Menu';

/** https://libvirt.org/formatdomain.html#operating-system-booting */
export const boot: MachinePart = {
  sort: 'part',
  kind: 'boot',
  group: 'machine',
  title: 'Boot',
  help: 'What the guest starts from, and by which firmware.',
  fits: () => true,
  fields: [
    ...bootOrder,
    ...firmware,
    ...only(
      (context) => !isContainer(context) && !isXen(context),
      switchAt('menu', 'os/bootmenu/@enable', {
        label: 'Boot menu',
        help: 'The firmware waits a moment for a key, by which another device can be chosen.',
        section: SECTION,
        unset: 'As the firmware likes',
      }),
    ),
    ...only(
      isQemu,
      numberAt('menu-timeout', 'os/bootmenu/@timeout', {
        label: 'Waits for',
        section: SECTION,
        when: [{ field: 'menu', is: ['yes'] }],
        unset: 'As long as the firmware likes',
        min: 0,
        max: 65_535,
        unit: 'ms',
      }),
      numberAt('reboot-timeout', 'os/bios/@rebootTimeout', {
        label: 'Tries again after',
        help: 'Where nothing was found to start from. −1: never.',
        section: SECTION,
        advanced: true,
        unset: 'Never',
        min: -1,
        max: 65_535,
        unit: 'ms',
      }),
      switchAt('bios-serial', 'os/bios/@useserial', {
        label: 'BIOS on the serial line',
        help: 'What the BIOS writes is written there too.',
        section: SECTION,
        advanced: true,
        unset: 'No',
      }),
    ),
    ...directKernel,
    ...hostLoader,
    ...containerStart,
  ],
  summary: ({ firmware: by, order, kernel, init }) => {
    const first = Array.isArray(order) ? order.find((row) => row['tried'] === true)?.['device'] : undefined;
    const names = { bios: 'BIOS', uefi: 'UEFI', 'uefi-secure-boot': 'UEFI with secure boot' };
    const name = Object.entries(names).find(([key]) => key === by)?.[1];
    return summaryWords(name, typeof kernel === 'string' ? 'a kernel of the host' : first, init);
  },
  problems,
  warnings,
  actions: [freshVariables],
};

function problems(values: FieldValues, { domain }: HardwareContext): FieldProblem[] {
  const { kernel, initrd, cmdline, dtb, bootloader } = values;
  if (values['stateless'] === 'yes' && typeof values['variables-template'] === 'string')
    return [{ field: 'stateless', message: 'Variables are made from a file: that goes with a firmware that remembers.' }];
  const serial = devicesOf(domain).some(({ name }) => name === 'serial');
  if (values['bios-serial'] === 'yes' && !serial)
    return [{ field: 'bios-serial', message: 'The guest has no serial port: add one first.' }];
  if (typeof kernel === 'string' || typeof bootloader === 'string') return [];
  const alone = { initrd, cmdline, dtb };
  return Object.entries(alone).flatMap(([field, value]) =>
    typeof value === 'string' ? [{ field, message: 'It goes with a kernel: name that too.' }] : [],
  );
}

function warnings(from: FieldValues, to: FieldValues, { domain }: HardwareContext): string[] {
  const found: string[] = [];
  if (to['firmware'] !== from['firmware'] && typeof from['firmware'] === 'string')
    found.push(...firmwareConsequences(from, to, windowsIn(domain)));
  if (typeof to['kernel'] === 'string' && typeof from['kernel'] !== 'string')
    found.push('The kernel is started at once: the boot order is not looked at.');
  const { order } = to;
  if (Array.isArray(order) && order.length > 0 && order.every((row) => row['tried'] !== true) && typeof to['kernel'] !== 'string') {
    found.push('Nothing is ticked: the firmware looks for a system by itself, or finds none.');
  }
  return found;
}

function firmwareConsequences(from: FieldValues, to: FieldValues, windows: boolean): string[] {
  const uefi = (value: FieldValue | undefined) => value === 'uefi' || value === 'uefi-secure-boot';
  if (uefi(from['firmware']) && uefi(to['firmware'])) {
    const keys =
      'The UEFI variables stay as they are, with or without keys; “Start with fresh UEFI variables” makes them anew for this firmware.';
    return to['firmware'] === 'uefi-secure-boot' ? [keys, 'A system whose loader is not signed will not start any more.'] : [keys];
  }
  const system = windows ? 'Windows' : 'A system';
  return [
    `${system} that was installed by the other firmware does not start by this one, unless it was prepared for it.`,
    ...(uefi(from['firmware']) ? ['The file with the UEFI variables stays on the host, and is used again if you change back.'] : []),
  ];
}
