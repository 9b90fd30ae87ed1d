import type { Confirmation } from '#model/confirmation';
import { type PoolAction, poolActions } from '#model/pool-action';
import { poolFields, poolKinds } from '#model/pool-kinds';
import type { PoolSpec } from '#model/pool-spec';
import type { BuildOutlook } from '../backends/build-outlook.ts';
import { BackendError } from '../backends/errors.ts';
import { listed } from '../backends/storage-graph.ts';
import { GiB, MiB } from '#model/quantity';
import type { StorageOutlook } from '#model/storage-outlook';
import type { VolumeChange } from '#model/volume-spec';
import type { NamedThing } from '#model/volume-text';
import { driveDetails } from './drive-question.ts';

/** So many are named; the rest is counted. */
const NAMED_MAX = 12;
/** A question that nobody can read to its end protects nobody. */
const NAMES_MAX = 40;
/** Characters. */
const NAME_LENGTH_MAX = 400;

const question = (title: string, message: readonly string[], confirm: string): Confirmation => ({
  title,
  message: [...message],
  choices: [],
  confirm,
  danger: true,
});

export function buildQuestion({ name }: PoolSpec, { devices, doubts }: BuildOutlook): Confirmation {
  const named = devices.map(({ path }) => `“${path}”`).join(', ');
  return {
    ...question(
      `Overwrite ${named === '' ? `what is in the place of “${name}”` : named}?`,
      [
        'All that is on it now is lost, file systems and partitions included. This cannot be undone.',
        ...(devices.some(({ known }) => known === null) ? ['What is on it now could not be told.'] : []),
        ...doubts,
      ],
      'Overwrite',
    ),
    details: devices.flatMap(({ path, known }) => [
      ...(path === known?.path ? [] : [{ label: 'Device', value: path, exact: true }]),
      ...(known === null ? [] : driveDetails(known)),
    ]),
  };
}

export function placeQuestion({ name, kind, place }: PoolSpec): Confirmation {
  const parts = poolKinds[kind].fields.flatMap(({ name: field, label = poolFields[field].label }) =>
    field === 'password' || place[field] === undefined ? [] : [{ label, value: [place[field]].flat().join(', '), exact: true }],
  );
  return {
    title: `Make the pool “${name}”?`,
    message: [
      'What lies there can then be given to guests, and files be made there, without being asked about again.',
      'Agree only if it is a place for guests’ disks.',
    ],
    details: [{ label: 'Kind', value: poolKinds[kind].title, exact: false }, ...parts],
    choices: [],
    confirm: 'Make pool',
    danger: false,
  };
}

/** `owners`: guests that have it as their disk; null: it is in no pool. */
export function originalQuestion(what: string, owners: readonly string[] | null): Confirmation {
  const who = owners === null ? 'It is in no storage pool of the host.' : `It is a disk of ${listed(owners)}.`;
  return {
    title: owners === null ? 'Build on a file of the host?' : 'Copy, or build on, a guest’s disk?',
    message: [who, 'Whoever gets the new volume can read all that is in it. Agree only if you have just asked for it.'],
    details: [{ label: 'Original', value: what, exact: true }],
    choices: [],
    confirm: 'Go on',
    danger: false,
  };
}

/** What a person's own definition of a volume names of the host. Throws 'bad-input' for more than a person can judge. */
export function namesQuestion(name: string, names: readonly NamedThing[]): Confirmation {
  if (names.length > NAMES_MAX || names.some(({ place, value }) => place.length + value.length > NAME_LENGTH_MAX)) {
    throw new BackendError('bad-input', `The definition of “${name}” names too much of the host at once.`, {
      reason: 'Nobody can check so much before agreeing to it.',
      remedy: 'Leave out what is not needed.',
    });
  }
  return {
    title: `Make “${name}” by this definition?`,
    message: [
      'It says more than a volume needs: who may read its file, which secret opens it, or what only the host understands.',
      'Agree only if what is named here is yours.',
    ],
    details: names.map(({ place, value }) => ({ label: 'Says', value: value === '' ? place : `${place}: ${value}`, exact: true })),
    choices: [],
    confirm: 'Make volume',
    danger: true,
  };
}

export function poolQuestion(name: string, action: PoolAction, outlook: StorageOutlook): Confirmation {
  const { label } = poolActions[action];
  const kept = action === 'undefine' ? ['What is in it stays where it is; only this host’s list of pools gets shorter.'] : [];
  return question(`${label}: the pool “${name}”?`, [...kept, ...told(outlook)], label);
}

export function volumeQuestion(change: VolumeChange, outlook: StorageOutlook): Confirmation {
  const { title, confirm } = wordsFor(change);
  return question(`${title}?`, told(outlook), confirm);
}

/** For the list of tasks. */
export const changeTitle = (change: VolumeChange): string => wordsFor(change).title;

function wordsFor(change: VolumeChange): { title: string; confirm: string } {
  if (change.kind === 'delete') {
    const [first, ...others] = change.volumes;
    const title = others.length === 0 && first !== undefined ? `Delete “${first.name}”` : `Delete ${change.volumes.length} volumes`;
    return { title, confirm: 'Delete' };
  }
  const { name } = change.volume;
  if (change.kind === 'clone') return { title: `Clone “${name}” to “${change.to.name}”`, confirm: 'Clone' };
  if (change.kind === 'wipe') return { title: `Wipe “${name}”`, confirm: 'Wipe' };
  return { title: `Resize “${name}” to ${amount(change.capacity)}`, confirm: change.shrink ? 'Shrink' : 'Resize' };
}

function told({ losses, doubts, frees }: StorageOutlook): string[] {
  const more = losses.length - NAMED_MAX;
  return [
    ...losses.slice(0, NAMED_MAX),
    ...(more > 0 ? [`And ${more} more.`] : []),
    ...(frees > 0 ? [`This gives back ${amount(frees)}.`] : []),
    ...(doubts.length > 0 ? [`Not everything could be looked into, so something may need it. ${doubts.join(' ')}`] : []),
    ...(losses.length > 0 ? ['This cannot be undone.'] : []),
  ];
}

function amount(bytes: number): string {
  return bytes >= GiB ? `${Math.round((bytes / GiB) * 10) / 10} GiB` : `${Math.ceil(bytes / MiB)} MiB`;
}
