import { GiB } from '#model/quantity';
import { inWords } from '#model/byte-words';
import { guestWord, shellWord } from '../../../guests/guest-actions.ts';
import { remote } from '../../../protocol/remote.ts';
import { createVolumeKeeping } from '../../../storage/volume-keeping.ts';
import { plain } from '../../bound-fields.ts';
import type { ActionSubject, DeviceAction } from '../../device-kind.ts';
import { targetOf } from './disk-buses.ts';
import { capacityOf, volumeOfDisk } from './disk-volume.ts';

// libvirt: VIR_DOMAIN_BLOCK_RESIZE_BYTES.
const BYTES = 1;
const MOST = 64 * 1024 * GiB;

async function measured(subject: ActionSubject) {
  const { guest, next, running } = subject;
  const disk = running ?? next;
  const volume = disk === null ? null : await volumeOfDisk(guest.host, disk);
  return { disk, volume, capacity: await capacityOf(subject, running, volume) };
}

/** Makes the disk larger: of a running guest at once, else by its volume. Never smaller, which would cut off what lies at its end. */
export const resize: DeviceAction = {
  key: 'resize',
  label: 'Resize',
  help: 'Makes the disk larger. A running guest sees it at once.',
  danger: false,
  async offer(subject) {
    const { capacity, volume } = await measured(subject);
    const { running, guest } = subject;
    const reachable = capacity !== null && (running !== null || volume !== null);
    return {
      fields: [
        {
          ...plain('size', { label: 'Size', ...(running === null ? {} : { live: 'update' }) }, guest.context),
          kind: 'size',
          min: 512,
          max: MOST,
        },
      ],
      values: { size: capacity ?? 512 },
      unavailable: reachable ? null : 'The disk is in no active storage pool. While the guest runs it can be resized all the same.',
    };
  },
  async plan(subject, { size }) {
    const { disk, volume, capacity } = await measured(subject);
    const { guest, running } = subject;
    const wanted = Number(size);
    const objection = capacity === null ? null : wanted < capacity ? smaller(capacity) : wanted === capacity ? 'It has this size.' : null;
    const virsh = `virsh -c ${shellWord(guest.host.address)}`;
    const live = `${virsh} blockresize ${guestWord(guest.dom)} ${shellWord(disk === null ? '' : targetOf(disk))} ${wanted}B`;
    const off =
      volume === null ? [] : [`${virsh} vol-resize --pool ${shellWord(volume.pool)} --vol ${shellWord(volume.name)} --capacity ${wanted}B`];
    return {
      differences: [
        {
          what: 'Size',
          from: capacity === null ? null : inWords(capacity),
          to: inWords(wanted),
          effect: running === null ? 'next-start' : 'now',
        },
      ],
      warnings: [
        'The partitions and file systems in it do not grow by themselves: that is done in the guest.',
        'It cannot be made smaller again.',
      ],
      losses: [],
      objections: objection === null ? [] : [{ field: 'size', message: objection }],
      commands: running === null ? off : [live],
    };
  },
  async run(acting, { size }, operation) {
    const { guest } = acting;
    const { disk, volume } = await measured(acting);
    const capacity = Number(size);
    if (volume !== null) {
      const ref = { pool: volume.pool, name: volume.name };
      await createVolumeKeeping(guest.host).change(
        { kind: 'resize', volume: ref, capacity, shrink: false, allocate: false },
        [],
        operation,
      );
    } else if (disk !== null) {
      operation.report('Resizing', null);
      const wish = { dom: guest.dom, disk: targetOf(disk), size: BigInt(capacity), flags: BYTES };
      await guest.host.job(remote.domainBlockResize, wish);
    }
    return { effect: 'now', why: null };
  },
};

const smaller = (capacity: number): string =>
  `The disk has ${inWords(capacity)} and cannot be made smaller: what lies at its end would be lost. Add a smaller disk and copy the files in the guest.`;
