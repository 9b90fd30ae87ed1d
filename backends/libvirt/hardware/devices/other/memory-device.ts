import type { FieldProblem } from '#model/hardware-field';
import { MiB } from '#model/quantity';
import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild, withPath } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, presenceAt, switchAt, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { isQemu, isX86, type HardwareContext } from '../../hardware-context.ts';
import { MEMORY_MAX } from '../../parts/memory-amounts.ts';
import { KiB, numberSet, sizeAt, sizeIn, withSize } from '../../parts/part-fields.ts';
import { forValues } from '../for-values.ts';
import { withoutForeignParts, type KnownParts } from '../known-parts.ts';
import { hasRoom, nodeCount, pluggedIn, roomWords, withMemoryRoom } from './memory-room.ts';

const models = ({ arch }: HardwareContext) => [
  choice('dimm', 'Memory module', 'As another one in a slot: it can be plugged in, and taken out once the guest has emptied it.'),
  choice('virtio-mem', 'VirtIO memory', 'Grows and shrinks while the guest runs, in small steps. The guest needs its driver.'),
  choice('nvdimm', 'Persistent module (NVDIMM)', 'What is in it is kept in a file of the host.'),
  choice('virtio-pmem', 'VirtIO persistent memory', 'A file of the host as memory, also on hosts without such modules.'),
  ...(isX86({ arch }) ? [choice('sgx-epc', 'Enclave memory (SGX)', 'Memory that not even the host can read.')] : []),
];

/** Which parts each model has (libvirt's schema, "memorydev"; virDomainMemoryDefValidate). */
const own: KnownParts = { dimm: ['@discard'], 'virtio-mem': ['@discard'], nvdimm: ['uuid'], 'virtio-pmem': [], 'sgx-epc': [] };
const sourceParts: KnownParts = {
  dimm: ['pagesize', 'nodemask'],
  'virtio-mem': ['pagesize', 'nodemask'],
  nvdimm: ['path', 'alignsize', 'pmem'],
  'virtio-pmem': ['path'],
  'sgx-epc': ['nodemask'],
};
const targetParts: KnownParts = {
  dimm: ['node'],
  'virtio-mem': ['node', 'block', 'requested', 'current'],
  nvdimm: ['node', 'label', 'readonly'],
  'virtio-pmem': [],
  'sgx-epc': ['node'],
};

/** Transparent huge pages of x86; what QEMU takes as well. */
const STEP = 2 * MiB;

const model: BoundField = customField((context) => choiceField('model', { label: 'Sort', choices: models(context) }, context), {
  read: (memory) => attribute(memory, 'model'),
  write: (memory, value) => {
    if (typeof value !== 'string' || value === attribute(memory, 'model')) return memory;
    const bare = withoutForeignParts(withAttributes(memory, { model: value }), own, value);
    const sourced = withChild(bare, 'source', (old) => {
      const kept = old && withoutForeignParts(old, sourceParts, value);
      return kept === null || kept.children.every(({ kind }) => kind === 'text') ? null : kept;
    });
    const made = withChild(sourced, 'target', (old) => old && withoutForeignParts(old, targetParts, value));
    // How much of it the guest is to have, and in which steps, must be said.
    if (value !== 'virtio-mem') return made;
    return withSize(withSize(made, ['target', 'block'], STEP), ['target', 'requested'], sizeIn(made, ['target', 'size']));
  },
});

const mem = (...fields: BoundField[]): BoundField[] => fields.map((one) => forValues('model', '@model', ['virtio-mem'], one));
const plugged = (...fields: BoundField[]): BoundField[] => fields.map((one) => forValues('model', '@model', ['dimm', 'virtio-mem'], one));
const kept = (...fields: BoundField[]): BoundField[] => fields.map((one) => forValues('model', '@model', ['nvdimm', 'virtio-pmem'], one));
const nvdimm = (...fields: BoundField[]): BoundField[] => fields.map((one) => forValues('model', '@model', ['nvdimm'], one));

/** In <source> or <target>: there or not. */
function innerPresence(key: string, parent: string, name: string, label: string, help: string): BoundField {
  const bound = presenceAt(key, name, { label, help, advanced: true });
  return {
    ...bound,
    read: (memory) => child(child(memory, parent), name) !== null,
    write: (memory, value) => withPath(memory, [parent, name], (old) => (value === true ? (old ?? element(name)) : null)),
  };
}

const section = 'On the host';
const sizes = { min: MiB, max: MEMORY_MAX } as const;

export const memoryFields: readonly BoundField[] = [
  model,
  sizeAt('size', ['target', 'size'], { ...sizes, label: 'Size' }),
  ...mem(
    sizeAt('requested', ['target', 'requested'], {
      min: 0,
      max: MEMORY_MAX,
      label: 'Of that, the guest is to have',
      help: 'At most the size. The guest’s driver takes it, or gives it back, as fast as it can.',
      live: 'update',
    }),
    sizeAt('block', ['target', 'block'], {
      ...sizes,
      label: 'In steps of',
      help: 'Also the smallest amount that it can shrink by: a power of two, 2 MiB on most hosts.',
      advanced: true,
    }),
  ),
  forValues(
    'model',
    '@model',
    ['dimm', 'virtio-mem', 'nvdimm', 'sgx-epc'],
    textAt('node', 'target/node', {
      label: 'Part of the NUMA node',
      help: 'One of those that the guest has, from 0 on.',
      unset: 'None said',
      pattern: { source: '[0-9]{1,4}', says: 'A number.' },
    }),
  ),
  ...kept(
    textAt('path', 'source/path', {
      label: 'File',
      help: 'On the host, at least as large.',
      section,
      maxLength: 4096,
      picks: 'disk',
      pattern: { source: '/.*', says: 'The whole path, from / on.' },
    }),
  ),
  ...nvdimm(
    sizeAt('align', ['source', 'alignsize'], { ...sizes, label: 'Placed in steps of', section, unset: 'As QEMU likes', advanced: true }),
    innerPresence('pmem', 'source', 'pmem', 'The file is in persistent memory', 'Only then what the guest writes is sure to be kept.'),
    sizeAt('label', ['target', 'label', 'size'], {
      min: 128 * KiB,
      max: MEMORY_MAX,
      label: 'Room for labels',
      help: 'With which the guest divides it into namespaces.',
      unset: 'None',
      advanced: true,
    }),
    innerPresence('readonly', 'target', 'readonly', 'Read-only', 'The guest cannot write to it.'),
  ),
  ...plugged(
    sizeAt('page', ['source', 'pagesize'], {
      min: 4 * KiB,
      max: MEMORY_MAX,
      label: 'Pages of',
      section,
      unset: 'As the guest’s memory',
      advanced: true,
    }),
    textAt('hostNodes', 'source/nodemask', {
      label: 'From the host’s NUMA nodes',
      section,
      unset: 'As the guest’s memory',
      advanced: true,
      pattern: numberSet,
    }),
    switchAt('discard', '@discard', {
      label: 'Thrown away at the end',
      help: 'What is in it need not be written to its file then.',
      section,
      unset: 'As the guest’s memory',
      advanced: true,
    }),
  ),
  choiceAt('access', '@access', {
    label: 'Who sees changes',
    section,
    unset: 'As the guest’s memory',
    advanced: true,
    choices: [choice('private', 'The guest alone'), choice('shared', 'Other programs of the host too')],
  }),
];

const sizeOf = (memory: XmlElement): number => sizeIn(memory, ['target', 'size']) ?? 0;
const asBytes = (value: unknown): number => (typeof value === 'number' ? value : 0);
const inMiB = (value: unknown): string => `${Math.round(asBytes(value) / MiB)} MiB`;
const canComeLive = (sort: unknown): boolean => sort === 'dimm' || sort === 'virtio-mem' || sort === 'virtio-pmem';

/** https://libvirt.org/formatdomain.html#memory-devices */
export const memoryDevice: DeviceKind = {
  sort: 'device',
  kind: 'memory-device',
  group: 'other',
  title: 'Memory device',
  help: 'More memory than the guest starts with, plugged in also while it runs; or memory that is kept in a file of the host.',
  fits: isQemu,
  is: ({ name }) => name === 'memory',
  identity: () => null,
  name: (_memory, number) => (number === null ? 'Memory device' : `Memory device ${number}`),
  summary: ({ model: sort, size, requested }, context) => {
    const word = models(context).find(({ value }) => value === sort)?.label ?? 'Memory';
    return sort === 'virtio-mem' ? `${word}, ${inMiB(requested)} of ${inMiB(size)}` : `${word}, ${inMiB(size)}`;
  },
  fields: memoryFields,
  problems: ({ size, requested, model: sort, node, block }, { domain }): FieldProblem[] => [
    ...(sort === 'virtio-mem' && asBytes(requested) > asBytes(size)
      ? [{ field: 'requested', message: 'That is more than its size.' }]
      : []),
    ...(sort === 'virtio-mem' && !Number.isInteger(Math.log2(asBytes(block)))
      ? [{ field: 'block', message: 'It must be a power of two: 1, 2, 4, 8 … MiB.' }]
      : []),
    ...(sort === 'virtio-mem' && asBytes(block) > 0 && asBytes(requested) % asBytes(block) > 0
      ? [{ field: 'requested', message: 'It must be a multiple of its steps.' }]
      : []),
    ...(sort !== 'virtio-pmem' && node !== null && Number(node) >= nodeCount(domain)
      ? [{ field: 'node', message: `The guest has no such node: the last is ${nodeCount(domain) - 1}.` }]
      : []),
  ],
  warnings: (from, { size }, context) => roomWords(context, asBytes(size) - asBytes(from['size'])),
  needs: withMemoryRoom,
  addition: {
    blank: () =>
      element(
        'memory',
        { model: 'dimm' },
        element('target', {}, element('size', { unit: 'KiB' }, String(512 * KiB)), element('node', {}, '0')),
      ),
    initial: () => ({ block: STEP, requested: 512 * MiB }),
    unavailable: ({ arch }) => (isX86({ arch }) || arch === 'aarch64' || arch.startsWith('ppc64') ? null : 'This architecture has none.'),
    // With NUMA and room, which a running guest has from its start or not at all (qemuDomainAttachMemory).
    live: ({ model: sort, size }, { running }) => running !== null && canComeLive(sort) && hasRoom(running, asBytes(size)),
  },
  removal: {
    // Only modules can be taken out (QEMU: hw/mem/pc-dimm; virtio-pmem refuses, virtio-mem before QEMU 9 too).
    live: (memory) => attribute(memory, 'model') === 'dimm',
    also: withMemoryRoom,
  },
  notes: (memory, { running }) => {
    const current = sizeIn(memory, ['target', 'current']);
    if (running !== null && current !== null) return [`The guest has ${inMiB(current)} of it now.`];
    return running !== null && sizeOf(memory) > 0 && pluggedIn(running) === 0 ? ['The running guest does not have it yet.'] : [];
  },
};
