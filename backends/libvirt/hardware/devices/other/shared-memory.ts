import type { FieldProblem } from '#model/hardware-field';
import { MiB } from '#model/quantity';
import { attribute, element } from '../../../xml/document.ts';
import { choice, choiceAt, numberAt, presenceAt, switchAt, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, type HardwareContext, isQemu } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { forValues } from '../for-values.ts';
import { bytesAt, LARGEST } from './small-sizes.ts';

const doorbell = (bound: BoundField): BoundField => forValues('model', 'model/@type', ['ivshmem-doorbell'], bound);
const plain = (bound: BoundField): BoundField => forValues('model', 'model/@type', ['', 'ivshmem-plain', 'ivshmem'], bound);

function freeName({ domain }: HardwareContext): string {
  const taken = devicesOf(domain).flatMap((one) => (one.name === 'shmem' ? [attribute(one, 'name')] : []));
  for (let number = 0; ; number += 1) if (!taken.includes(`shmem${number}`)) return `shmem${number}`;
}

/** https://libvirt.org/formatdomain.html#shared-memory-device */
export const sharedMemory: DeviceKind = {
  sort: 'device',
  kind: 'shmem',
  group: 'other',
  title: 'Shared memory',
  help: 'A piece of memory that several guests, or a guest and programs of the host, all see: for programs that are made for it, like Looking Glass.',
  fits: isQemu,
  is: ({ name }) => name === 'shmem',
  identity: (shmem) => attribute(shmem, 'name'),
  name: (shmem) => `Shared memory ${attribute(shmem, 'name') ?? ''}`.trim(),
  summary: ({ model }) => summaryWords(model),
  fields: [
    textAt('name', '@name', {
      label: 'Name',
      help: 'Guests with the same name share the same memory. The host’s programs find it under /dev/shm.',
      pattern: { source: '[A-Za-z0-9][A-Za-z0-9_.-]{0,63}', says: 'Letters, digits, dots, hyphens and underscores.' },
    }),
    choiceAt('model', 'model/@type', {
      label: 'Model',
      unset: 'As libvirt likes (plain)',
      choices: [
        choice('ivshmem-plain', 'Plain', 'Memory, and nothing else.'),
        choice('ivshmem-doorbell', 'With a doorbell', 'Guests can wake each other: a server of the host hands the memory out.'),
      ],
    }),
    plain(bytesAt('size', ['size'], { label: 'Size', help: 'A power of two, like 4 MiB.', min: MiB, max: LARGEST, unset: '4 MiB' })),
    choiceAt('role', '@role', {
      label: 'When the guest moves to another host',
      advanced: true,
      unset: 'As QEMU likes',
      choices: [choice('master', 'The memory moves with it'), choice('peer', 'The memory stays; it cannot move while it has it')],
    }),
    doorbell(
      textAt('server', 'server/@path', {
        label: 'The server’s socket',
        unset: 'libvirt’s place for it',
        pattern: { source: '/.{1,106}', says: 'The whole path of a socket.' },
      }),
    ),
    doorbell(presenceAt('interrupts', 'msi', { label: 'Message signalled interrupts', advanced: true })),
    doorbell(numberAt('vectors', 'msi/@vectors', { label: 'Vectors', unset: 'As QEMU likes', advanced: true, min: 1, max: 65_535 })),
    doorbell(
      switchAt('ioeventfd', 'msi/@ioeventfd', {
        label: 'Doorbell without the emulator (ioeventfd)',
        words: ['on', 'off'],
        unset: 'As QEMU likes',
        advanced: true,
      }),
    ),
  ],
  problems: ({ size }): FieldProblem[] =>
    typeof size !== 'number' || Number.isInteger(Math.log2(size))
      ? []
      : [{ field: 'size', message: 'It must be a power of two: 1, 2, 4, 8 … MiB.' }],
  addition: {
    blank: (context) =>
      element('shmem', { name: freeName(context) }, element('model', { type: 'ivshmem-plain' }), element('size', { unit: 'MiB' }, '4')),
    unavailable: () => null,
    live: () => true,
  },
  removal: { live: () => true },
};
