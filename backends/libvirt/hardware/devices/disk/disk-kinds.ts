import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, type XmlElement } from '../../../xml/document.ts';
import type { Addition, BoundField, DeviceKind } from '../../device-kind.ts';
import { type HardwareContext, isContainer, isQemu, isX86 } from '../../hardware-context.ts';
import { discard } from './discard-action.ts';
import { eject } from './eject-action.ts';
import { move } from './move-action.ts';
import { resize } from './resize-action.ts';
import { busField, busOf, busWarnings, type DriveKind, freeTarget, hotBuses, targetOf, usualBus } from './disk-buses.ts';
import { checkDisk, diskNotes } from './disk-users.ts';
import { blankDisk, newVolume, newVolumeProblems, newVolumeWords } from './new-disk.ts';
import { withScsiController } from './scsi-needs.ts';
import { networkAccessFields, networkAccessProblems } from './network-access-fields.ts';
import { sourceFields, sourceWords, startupPolicy } from './source-fields.ts';
import { burstProblems, throttleFields, throttleProblems } from './throttle-fields.ts';
import {
  bootOrder,
  cacheField,
  drivenFields,
  formatField,
  identityFields,
  ioThreads,
  readOnlyField,
  shareableField,
} from './tuning-fields.ts';
import { lunFields } from './lun-fields.ts';

const isDrive = (kind: DriveKind) => (element: XmlElement) => element.name === 'disk' && (attribute(element, 'device') ?? 'disk') === kind;

/** What the four sorts of drives have in common. https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
function drive(
  kind: DriveKind,
  rest: Pick<DeviceKind, 'title' | 'help' | 'actions'> & { readonly fields: readonly BoundField[]; readonly addition?: Partial<Addition> },
): DeviceKind {
  const bus = (values: FieldValues) => (typeof values['bus'] === 'string' ? values['bus'] : '');
  return {
    sort: 'device',
    kind,
    group: 'storage',
    fits: (context) => !isContainer(context) && (kind !== 'floppy' || isX86(context)) && (kind !== 'lun' || isQemu(context)),
    is: isDrive(kind),
    identity: (element) => targetOf(element) || null,
    name: (element) => `${rest.title} ${targetOf(element)}`,
    summary: (values) => [newVolumeWords(values) ?? (sourceWords(values) || 'empty'), bus(values)].filter(Boolean).join(', '),
    problems: (values, context) => [
      ...newVolumeProblems(values, context),
      ...networkAccessProblems(values),
      ...throttleProblems(values),
      ...burstProblems(values),
      ...cacheProblems(values),
      ...threadProblems(values, context),
    ],
    warnings: (from, to, context) => changeWarnings(from, to, context),
    notes: (element, _context, guest) => diskNotes(element, guest),
    check: checkDisk,
    needs: withScsiController,
    addition: {
      blank: (context) => blankDisk(kind, context),
      unavailable: (context) =>
        freeTarget(usualBus(kind, context), context) === null ? 'There is no room for one more on this bus.' : null,
      live: (values) => hotBuses.has(bus(values)),
      ...rest.addition,
    },
    removal: { live: (element) => hotBuses.has(busOf(element)) },
    title: rest.title,
    help: rest.help,
    fields: rest.fields,
    ...(rest.actions === undefined ? {} : { actions: rest.actions }),
  };
}

/** libvirt: virDomainDiskDefDriverParseXML and qemuValidateDomainDeviceDefDiskFrontend, "native I/O needs either no disk cache or directsync". */
function cacheProblems(values: FieldValues): FieldProblem[] {
  if (values['io'] === 'native' && values['cache'] !== 'none' && values['cache'] !== 'directsync') {
    return [{ field: 'io', message: 'Native I/O needs the cache to be none or directsync.' }];
  }
  return [];
}

/** libvirt: "Disk iothread '…' not defined in iothreadid". */
function threadProblems({ iothread }: FieldValues, context: HardwareContext): FieldProblem[] {
  if (typeof iothread !== 'number' || iothread <= ioThreads(context)) return [];
  return [{ field: 'iothread', message: 'The guest has no such I/O thread. Add one under the processors first.' }];
}

function changeWarnings(from: FieldValues, to: FieldValues, context: HardwareContext): string[] {
  const [before, after] = [from['bus'], to['bus']];
  const moved = typeof before === 'string' && typeof after === 'string' && before !== after;
  const format = from['format'] !== undefined && from['format'] !== to['format'] && from['path'] === to['path'];
  return [
    ...(moved ? busWarnings(before, after, context) : []),
    ...(format ? ['The image itself is not converted. Read in a format that it does not have, its contents are destroyed.'] : []),
    ...(to['cache'] === 'unsafe' && from['cache'] !== 'unsafe'
      ? ['With the cache “unsafe” a failure of the host can destroy all that is on the disk.']
      : []),
  ];
}

export const disk: DeviceKind = drive('disk', {
  title: 'Disk',
  help: 'A hard disk of the guest: an image file, a volume, a device of the host or network storage.',
  fields: [
    ...sourceFields({ picks: 'disk' }),
    ...networkAccessFields,
    formatField,
    startupPolicy,
    busField('disk'),
    readOnlyField(),
    shareableField,
    bootOrder,
    ...drivenFields,
    ...identityFields,
    ...throttleFields,
  ],
  addition: newVolume,
  actions: [resize, move, discard],
});

export const cdrom: DeviceKind = drive('cdrom', {
  title: 'CD-ROM drive',
  help: 'A drive for discs: installation images, drivers. The disc in it can be changed while the guest runs.',
  fields: [
    ...sourceFields({ picks: 'disc', empty: 'No disc', live: 'update' }),
    ...networkAccessFields,
    formatField,
    startupPolicy,
    busField('cdrom'),
    bootOrder,
    cacheField,
    readOnlyField('What is in such a drive can only be read.'),
    ...identityFields,
    ...throttleFields,
  ],
  actions: [eject],
});

export const floppy: DeviceKind = drive('floppy', {
  title: 'Floppy drive',
  help: 'For old systems, and for drivers of old installers. The disk in it can be changed while the guest runs.',
  fields: [
    ...sourceFields({ picks: 'disk', empty: 'No disk', live: 'update' }),
    formatField,
    startupPolicy,
    busField('floppy'),
    bootOrder,
    readOnlyField(),
    ...throttleFields,
  ],
  actions: [eject],
});

export const lun: DeviceKind = drive('lun', {
  title: 'SCSI device (LUN)',
  help: 'A SCSI device of the host whose commands go through to it: for tapes, clusters and tools that speak SCSI. An ordinary disk is the better choice for all else.',
  fields: [
    ...sourceFields({ picks: 'disk' }),
    ...lunFields,
    busField('lun'),
    readOnlyField(),
    shareableField,
    bootOrder,
    ...drivenFields,
    ...throttleFields,
  ],
});
