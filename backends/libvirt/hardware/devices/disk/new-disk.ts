import { z } from 'zod';
import { VolumeFormat, Preallocation } from '#model/volume-spec';
import { VolumeName } from '#model/storage';
import type { Field, FieldProblem, FieldValues } from '#model/hardware-field';
import { GiB, MiB } from '#model/quantity';
import { fileStores } from '../../../creation/new-volume.ts';
import { inWords } from '#model/byte-words';
import { element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceField, plain, textField } from '../../bound-fields.ts';
import type { Addition, Preparing } from '../../device-kind.ts';
import { type HardwareContext, isXen, nameOf } from '../../hardware-context.ts';
import { freeTarget, usualBus } from './disk-buses.ts';
import { madeVolume } from './made-volume.ts';
import { STORAGE, withPathSource } from './source-fields.ts';

const made = [{ field: STORAGE, is: ['new'] }];
const section = 'New volume';

/** Pools in which a disk can be made that has a path of its own there. */
const usable = ({ pools }: HardwareContext) =>
  pools.filter(({ kind, target }) => target !== null && (fileStores.has(kind ?? '') || kind === 'logical'));

/** Whether a new disk's bytes are to be made or are there, and all that is asked for in the first case. */
export function newVolumeFields(context: HardwareContext): Field[] {
  const pools = usable(context);
  const none = pools.some(({ active }) => active) ? null : 'The host has no active pool in which volumes can be made.';
  return [
    choiceField(
      STORAGE,
      {
        label: 'Storage',
        choices: [choice('new', 'Make a new volume', null, none), choice('existing', 'Use what is there')],
      },
      context,
    ),
    choiceField(
      'newPool',
      {
        label: 'Pool',
        help: 'Where it is made.',
        section,
        when: made,
        choices: pools.map(({ name, active, available }) =>
          choice(name, name, `${inWords(available)} free`, active ? null : 'The pool is not active.'),
        ),
      },
      context,
    ),
    textField('newName', { label: 'Name', section, when: made, maxLength: 200 }, context),
    { ...plain('newSize', { label: 'Size', section, when: made }, context), kind: 'size', min: MiB, max: 64 * 1024 * GiB },
    choiceField(
      'newFormat',
      {
        label: 'Format',
        section,
        when: made,
        choices: [
          choice('qcow2', 'qcow2', 'Takes space as it is written, and can have snapshots.'),
          choice('raw', 'raw', 'The fastest, and read by every program. Pools that are no folders have this only.'),
        ],
      },
      context,
    ),
    choiceField(
      'newAllocation',
      {
        label: 'Space',
        section,
        when: made,
        advanced: true,
        choices: [
          choice('sparse', 'Taken as it is written'),
          choice('metadata', 'Tables at once', 'Of a qcow2: quicker while it is filled.'),
          choice('full', 'Taken at once', 'The pool cannot run full later.'),
        ],
      },
      context,
    ),
  ];
}

export function newVolumeValues(context: HardwareContext): FieldValues {
  const active = usable(context).filter((pool) => pool.active);
  const pool = active.find(({ name }) => name === 'default') ?? [...active].sort((one, other) => other.available - one.available)[0];
  const target = freeTarget(usualBus('disk', context), context) ?? 'disk';
  const format = pool === undefined || fileStores.has(pool.kind ?? '') ? 'qcow2' : 'raw';
  const name = `${
    nameOf(context.domain)
      .replace(/[^\p{L}\p{N}._-]/gu, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 150) || 'guest'
  }-${target}`;
  return {
    [STORAGE]: pool === undefined ? 'existing' : 'new',
    newPool: pool?.name ?? null,
    newName: format === 'qcow2' ? `${name}.qcow2` : name,
    newSize: 20 * GiB,
    newFormat: format,
    newAllocation: 'sparse',
  };
}

export function newVolumeProblems(values: FieldValues, { pools }: HardwareContext): FieldProblem[] {
  if (values[STORAGE] !== 'new') return [];
  const name = VolumeName.safeParse(values['newName']);
  const pool = pools.find((one) => one.name === values['newPool']);
  const files = pool !== undefined && fileStores.has(pool.kind ?? '');
  const size = values['newSize'];
  const full = values['newAllocation'] === 'full' || !files;
  return [
    ...(name.success ? [] : [{ field: 'newName', message: `${name.error.issues[0]?.message ?? 'This is no name for a volume'}.` }]),
    ...(pool !== undefined && !files && values['newFormat'] !== 'raw'
      ? [{ field: 'newFormat', message: `The volumes of “${pool.name}” are devices: raw.` }]
      : []),
    ...(values['newAllocation'] === 'metadata' && values['newFormat'] !== 'qcow2'
      ? [{ field: 'newAllocation', message: 'Only a qcow2 has tables.' }]
      : []),
    ...(pool !== undefined && full && typeof size === 'number' && size > pool.available
      ? [{ field: 'newSize', message: `“${pool.name}” has ${inWords(pool.available)} free.` }]
      : []),
  ];
}

const NewVolume = z.object({
  newPool: z.string(),
  newName: z.string(),
  newSize: z.number(),
  newFormat: VolumeFormat,
  newAllocation: Preallocation,
});

/** Of a disk whose volume is still to be made, that volume; null: there is none to make. */
export function newVolumeWords(values: FieldValues): string | null {
  const wanted = values[STORAGE] === 'new' ? NewVolume.safeParse(values).data : undefined;
  return wanted === undefined ? null : `new volume “${wanted.newName}” of ${inWords(wanted.newSize)} in the pool “${wanted.newPool}”`;
}

/** The disk, with the volume that `prepareVolume` will make. */
export function withNewVolume(disk: XmlElement, values: FieldValues, { pools }: HardwareContext): XmlElement {
  const wanted = values[STORAGE] === 'new' ? NewVolume.safeParse(values).data : undefined;
  const target = pools.find(({ name }) => name === wanted?.newPool)?.target ?? null;
  if (wanted === undefined || target === null) return disk;
  return onVolume(disk, `${target}/${wanted.newName}`, wanted.newFormat);
}

/** Driver and source of a volume that is known by its path. */
export function onVolume(disk: XmlElement, path: string, format: string | null): XmlElement {
  const sourced = withPathSource(disk, path);
  return withChild(sourced, 'driver', (driver) => withAttributes(driver ?? element('driver', { name: 'qemu' }), { type: format }));
}

/** Makes the volume, if one is to be made; what is there is taken as it is. */
export async function prepareVolume(
  disk: XmlElement,
  values: FieldValues,
  { host, operation }: Preparing,
): Promise<{ element: XmlElement; undo(): Promise<void> }> {
  if (values[STORAGE] !== 'new') return { element: disk, undo: async () => {} };
  const wanted = NewVolume.parse(values);
  const spec = {
    pool: wanted.newPool,
    name: wanted.newName,
    format: wanted.newFormat,
    capacity: wanted.newSize,
    preallocation: wanted.newAllocation,
    backing: null,
    passphrase: null,
  };
  const { path, format, undo } = await madeVolume(host, spec, operation);
  return { element: onVolume(disk, path, format), undo };
}

/** What a new disk begins with, on the bus that such a drive usually has. */
export function blankDisk(kind: 'disk' | 'cdrom' | 'floppy' | 'lun', context: HardwareContext): XmlElement {
  const bus = usualBus(kind, context);
  const driver = isXen(context) ? null : element('driver', { name: 'qemu', type: 'raw', discard: kind === 'disk' ? 'unmap' : null });
  return element(
    'disk',
    { type: kind === 'lun' ? 'block' : 'file', device: kind },
    driver,
    element('target', { dev: freeTarget(bus, context) ?? 'sdz', bus }),
    kind === 'cdrom' ? element('readonly') : null,
  );
}

export type VolumeAddition = Pick<Addition, 'extra' | 'initial' | 'foreseen' | 'prepare'>;

export const newVolume: VolumeAddition = {
  extra: newVolumeFields,
  initial: newVolumeValues,
  foreseen: withNewVolume,
  prepare: prepareVolume,
};
