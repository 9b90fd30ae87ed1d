import { EnduringHost } from '../../../host/enduring-host.ts';
import { doubtsAbout, graphOf, usersOf } from '../../../storage/storage-needs.ts';
import { readStoragePicture } from '../../../storage/storage-picture.ts';
import { deleteVolumes } from '../../../storage/volume-deletion.ts';
import { guestWord, shellWord } from '../../../guests/guest-actions.ts';
import { HOST_USES_IT, listed } from '../../../../storage-graph.ts';
import type { Operation } from '../../../../backend.ts';
import type { LibvirtHost } from '../../../host/libvirt-host.ts';
import type { VolumeRef } from '#model/storage';
import type { StoragePicture } from '../../../storage/storage-needs.ts';
import type { XmlElement } from '../../../xml/document.ts';
import type { DeviceAction } from '../../device-kind.ts';
import { hotBuses, busOf, targetOf } from './disk-buses.ts';
import { sourcePath } from './source-fields.ts';
import { volumeOfDisk } from './disk-volume.ts';

/** Why the volume must stay though this guest lets it go; null: nobody else needs it. */
export function neededByOthers(picture: StoragePicture, ref: VolumeRef, uuid: string): string | null {
  const known = picture.volumes.find(({ pool, name }) => pool === ref.pool && name === ref.name);
  const found = graphOf(picture).find(ref);
  if (known === undefined || found === null) return 'It is in no active storage pool.';
  if (known.usedByHost === true) return HOST_USES_IT;
  if (known.leadsOutside) return 'It is a link to a file outside of its storage pool.';
  const others = usersOf(known, picture).filter((user) => user.uuid !== uuid);
  if (others.length > 0) return `${listed(others.map(({ name }) => name))} ${others.length === 1 ? 'needs' : 'need'} it.`;
  const overlays = graphOf(picture).overlaysOf(found);
  return overlays.length === 0
    ? null
    : `${listed(overlays.map(({ ref: { name } }) => name))} ${overlays.length === 1 ? 'is' : 'are'} built on it.`;
}

/** Deletes a volume that no disk names any more; what else needs it is looked at again first, and refuses it. */
export async function deleteOld(host: LibvirtHost, ref: VolumeRef, operation: Operation): Promise<void> {
  const enduring = new EnduringHost(host);
  try {
    const picture = await readStoragePicture(host, null);
    await deleteVolumes(enduring, [ref], doubtsAbout(picture, [ref]), operation);
  } finally {
    enduring.close();
  }
}

/** What runs under that name is not what the person is shown. */
const isAnother = (next: XmlElement | null, running: XmlElement | null): boolean =>
  next !== null && running !== null && sourcePath(next) !== sourcePath(running);

/** Removes the disk, and what was on it. */
export const discard: DeviceAction = {
  key: 'remove-volume',
  label: 'Remove and delete its volume',
  help: 'Removes the disk from the guest, and deletes all that is on it.',
  danger: true,
  async offer({ guest, next, running }) {
    const disk = next ?? running;
    const volume = disk === null ? null : await volumeOfDisk(guest.host, disk);
    const stays = running !== null && !hotBuses.has(busOf(running));
    return {
      fields: [],
      values: {},
      unavailable:
        volume === null
          ? 'The disk is in no active storage pool, so nothing is known of what else needs it. Remove it, and delete the file by hand.'
          : stays
            ? 'A running guest does not let go of a disk on this bus. Shut it down first.'
            : null,
    };
  },
  async plan({ guest, next, running }) {
    const disk = next ?? running;
    const volume = disk === null ? null : await volumeOfDisk(guest.host, disk);
    if (disk === null || volume === null) {
      return { differences: [], warnings: [], losses: [], commands: [], objections: [{ field: null, message: 'The disk is gone.' }] };
    }
    const picture = await readStoragePicture(guest.host, null);
    const needed = neededByOthers(picture, volume, guest.dom.uuid);
    const virsh = `virsh -c ${shellWord(guest.host.address)}`;
    const scope = [...(running === null ? [] : ['--live']), ...(guest.persistent ? ['--config'] : [])].join(' ');
    return {
      differences: [
        { what: `Disk ${targetOf(disk)}`, from: 'present', to: null, effect: running === null ? 'next-start' : 'now' },
        { what: 'Volume', from: volume.path, to: null, effect: 'now' },
      ],
      warnings: doubtsAbout(picture, [volume]).map((doubt) => `Something that needs it may be overlooked: ${doubt}`),
      losses: [`${volume.path} is deleted, and all that is on it.`],
      objections: [
        ...(needed === null ? [] : [{ field: null, message: `The volume cannot be deleted. ${needed}` }]),
        ...(isAnother(next, running)
          ? [{ field: null, message: 'The running guest has another disk in this place. Shut it down first.' }]
          : []),
      ],
      commands: [
        `${virsh} detach-disk ${guestWord(guest.dom)} ${shellWord(targetOf(disk))} ${scope}`,
        `${virsh} vol-delete --pool ${shellWord(volume.pool)} --vol ${shellWord(volume.name)}`,
      ],
    };
  },
  async run({ guest, next, running, remove }, _values, operation) {
    const disk = next ?? running;
    const volume = disk === null ? null : await volumeOfDisk(guest.host, disk);
    const outcome = await remove();
    if (outcome.effect === 'next-start' || volume === null) {
      return { ...outcome, why: `${outcome.why ?? ''} Its volume was not deleted: the running guest still has it.`.trim() };
    }
    await deleteOld(guest.host, { pool: volume.pool, name: volume.name }, operation);
    return outcome;
  },
};
