import type { FieldValues } from '#model/hardware-field';
import { fileStores } from '../../../creation/new-volume.ts';
import { inWords } from '#model/byte-words';
import { guestWord, shellWord } from '../../../guests/guest-actions.ts';
import { doubtsAbout } from '../../../storage/storage-needs.ts';
import { readStoragePicture } from '../../../storage/storage-picture.ts';
import { attribute, child, type XmlElement } from '../../../xml/document.ts';
import { replaced, withChild } from '../../../xml/edit.ts';
import { choice, choiceField, plain, textField } from '../../bound-fields.ts';
import type { ActionPlan, ActionSubject, DeviceAction } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { targetOf } from './disk-buses.ts';
import { neededByOthers } from './discard-action.ts';
import { capacityOf, type DiskVolume, volumeOfDisk } from './disk-volume.ts';
import { moveLive, moveOff, MoveValues } from './move-disk.ts';
import { onVolume } from './new-disk.ts';
import { sourcePath } from './source-fields.ts';

const usable = ({ pools }: HardwareContext) =>
  pools.filter(({ kind, target }) => target !== null && (fileStores.has(kind ?? '') || kind === 'logical'));

/** Moves what is on the disk to another pool, while the guest goes on if it runs. */
export const move: DeviceAction = {
  key: 'move',
  label: 'Move to another pool',
  help: 'Copies the disk into a new volume and has the guest use that. A running guest goes on meanwhile.',
  danger: false,
  async offer({ guest: { context, host }, next, running }) {
    const disk = running ?? next;
    const volume = disk === null ? null : await volumeOfDisk(host, disk);
    const format = child(disk, 'driver')?.attributes.get('type') ?? 'raw';
    const pools = usable(context);
    const elsewhere = pools.filter(({ name, active }) => active && name !== volume?.pool);
    const path = disk === null ? null : (sourcePath(disk) ?? volume?.path ?? null);
    return {
      fields: [
        choiceField(
          'pool',
          {
            label: 'To the pool',
            choices: pools.map(({ name, active, available }) =>
              choice(name, name, `${inWords(available)} free`, active ? null : 'The pool is not active.'),
            ),
          },
          context,
        ),
        textField('name', { label: 'Name there', maxLength: 200 }, context),
        choiceField('format', { label: 'Format', choices: [choice('qcow2', 'qcow2'), choice('raw', 'raw')] }, context),
        {
          ...plain('keep', { label: 'Keep the old volume', help: 'Else it is deleted once the guest has the new one.' }, context),
          kind: 'toggle',
        },
      ],
      values: {
        pool: elsewhere[0]?.name ?? volume?.pool ?? null,
        name: path === null ? 'disk' : path.slice(path.lastIndexOf('/') + 1),
        format: format === 'qcow2' ? 'qcow2' : 'raw',
        keep: true,
      },
      unavailable: whyNot({ volume, disk, running, pools: pools.length }),
    };
  },
  async plan(subject, values) {
    return planned(subject, values);
  },
  async run(acting, values, operation) {
    const wanted = MoveValues.parse(values);
    const { guest, running, next } = acting;
    const disk = running ?? next;
    const volume = disk === null ? null : await volumeOfDisk(guest.host, disk);
    if (running !== null) {
      const capacity = await capacityOf(acting, running, volume);
      return moveLive({ guest, disk: running, volume, capacity: capacity ?? 0 }, wanted, operation);
    }
    return moveOff({ guest, disk: next, volume }, wanted, operation);
  },
};

function whyNot(at: { volume: DiskVolume | null; disk: XmlElement | null; running: XmlElement | null; pools: number }): string | null {
  const { volume, disk, running, pools } = at;
  if (pools === 0) return 'The host has no pool in which volumes can be made.';
  const source = child(disk, 'source');
  if (source === null) return 'There is nothing in it.';
  if (child(disk, 'encryption') !== null || child(source, 'encryption') !== null)
    return 'It is encrypted, and a copy would need a key of its own.';
  if (running !== null && child(running, 'mirror') !== null) return 'It is being copied already.';
  return running === null && volume === null ? 'The disk is in no active storage pool. It can be moved while the guest runs.' : null;
}

async function planned(subject: ActionSubject, values: FieldValues): Promise<ActionPlan> {
  const { guest, running, next } = subject;
  const { host, context, dom } = guest;
  const disk = running ?? next;
  const parsed = MoveValues.safeParse(values);
  const volume = disk === null ? null : await volumeOfDisk(host, disk);
  const none = { differences: [], warnings: [], losses: [], commands: [] };
  if (!parsed.success || disk === null) {
    const [issue] = parsed.error?.issues ?? [];
    return { ...none, objections: [{ field: String(issue?.path[0] ?? 'name'), message: `${issue?.message ?? 'The disk is gone'}.` }] };
  }
  const { pool: poolName, name, format, keep } = parsed.data;
  const pool = context.pools.find((one) => one.name === poolName);
  const picture = await readStoragePicture(host, null);
  const taken = picture.volumes.some((one) => one.pool === poolName && one.name === name);
  const from = sourcePath(disk) ?? `${attribute(child(disk, 'source'), 'pool')}/${attribute(child(disk, 'source'), 'volume')}`;
  const needed = keep || volume === null ? null : neededByOthers(picture, volume, dom.uuid);
  const to = `${pool?.target ?? poolName}/${name}`;
  const virsh = `virsh -c ${shellWord(host.address)}`;
  return {
    ...(next === null ? {} : { domain: withDisk(guest.source.root, next, onVolume(next, to, format)), made: new Set([to]) }),
    differences: [
      { what: 'Disk', from, to, effect: running === null ? 'next-start' : 'now' },
      ...(keep || volume === null ? [] : [{ what: 'Old volume', from: volume.path, to: null, effect: 'now' as const }]),
    ],
    warnings: [
      ...(keep
        ? [`${from} stays as it is at the moment of the change.`]
        : doubtsAbout(picture, volume === null ? [] : [volume]).map(
            (doubt) => `Something that needs the old volume may be overlooked: ${doubt}`,
          )),
      ...(keep || volume !== null ? [] : ['The old file is in no active pool, and is kept.']),
    ],
    losses: keep || volume === null ? [] : [`${volume.path} is deleted once the guest has the new volume.`],
    objections: [
      ...(taken ? [{ field: 'name', message: `“${poolName}” has a volume of this name.` }] : []),
      ...(needed === null ? [] : [{ field: 'keep', message: `The old volume has to be kept. ${needed}` }]),
      ...(pool !== undefined && !fileStores.has(pool.kind ?? '') && format !== 'raw'
        ? [{ field: 'format', message: `The volumes of “${poolName}” are devices: raw.` }]
        : []),
    ],
    commands:
      running === null
        ? [
            `${virsh} vol-clone --pool ${shellWord(volume?.pool ?? '')} --vol ${shellWord(volume?.name ?? '')} --newname ${shellWord(name)}`,
            `${virsh} edit ${guestWord(dom)}`,
          ]
        : [
            `${virsh} blockcopy ${guestWord(dom)} ${shellWord(targetOf(disk))} --dest ${shellWord(to)} --format ${format} --transient-job --wait --verbose --pivot`,
          ],
  };
}

const withDisk = (domain: XmlElement, old: XmlElement, by: XmlElement): XmlElement =>
  withChild(domain, 'devices', (devices) => devices && replaced(devices, old, by));
