import { checksumOf } from '#model/checksum';
import { guestLimits } from '#model/guest-spec';
import { NewGuestName } from '#model/guest';
import { formatBytes } from '../../ui/quantity.ts';
import { bytesOf } from './amount.ts';
import { cloudInitProblems } from './cloud-init-draft.ts';
import type { Draft, Fields } from './draft.ts';
import type { Known } from './proposal.ts';
import { unattendedProblem } from './unattended-draft.ts';
import { bringsDisk, imageOf, isContainer, sourceKind, subjectOf } from './source.ts';

/** What can be wrong with what was typed, by its control. */
export type Problem =
  | 'source'
  | 'checksum'
  | 'cloudInit'
  | 'unattended'
  | 'name'
  | 'memory'
  | 'vcpus'
  | 'diskSize'
  | 'pool'
  | 'volume'
  | 'idMap';
export type Problems = Readonly<Partial<Record<Problem, string>>>;

/** What stands in the way of asking the host, in words for the person. */
export function problemsOf({ offer, facts }: Known, draft: Draft, fields: Fields): Problems {
  const unattended = unattendedProblem(draft.unattended, facts, sourceKind(draft));
  return {
    ...sourceProblems(draft),
    ...(unattended !== null && { unattended }),
    ...nameProblem(fields.name, offer.takenNames),
    ...amountProblems(fields, offer.memoryTotal, offer.vcpusMax),
    ...diskProblems(draft, fields),
  };
}

function sourceProblems(draft: Draft): Problems {
  const image = imageOf(draft);
  const isCloud = sourceKind(draft) === 'cloud-image';
  return {
    ...(subjectOf(draft) === null && { source: 'This has to be chosen first.' }),
    ...(image?.from === 'url' &&
      image.checksum.trim() !== '' &&
      checksumOf(image.checksum) === null && { checksum: 'A checksum is 64 (SHA-256) or 128 (SHA-512) hexadecimal digits.' }),
    ...(isCloud &&
      Object.keys(cloudInitProblems(draft.cloudInit)).length > 0 && { cloudInit: 'Something of the first start is not right yet.' }),
  };
}

function nameProblem(name: string, taken: readonly string[]): Problems {
  const named = NewGuestName.safeParse(name);
  if (name === '') return { name: 'Give the guest a name.' };
  if (!named.success) return { name: named.error.issues[0]?.message ?? 'This name cannot be used.' };
  return taken.includes(name) ? { name: 'This host has a guest of that name already.' } : {};
}

function amountProblems({ memory, vcpus, idMap }: Fields, memoryTotal: number, vcpusMax: number): Problems {
  const problems: { -readonly [K in keyof Problems]: Problems[K] } = {};
  const bytes = bytesOf(memory);
  if (bytes === null) problems.memory = 'Enter a number.';
  else if (bytes < guestLimits.memoryMin) problems.memory = 'A guest needs at least 16 MiB.';
  else if (bytes > memoryTotal) problems.memory = 'The host has less memory than that.';
  if (!/^\d+$/.test(vcpus) || Number(vcpus) < 1) problems.vcpus = 'Enter a whole number of at least 1.';
  else if (Number(vcpus) > vcpusMax) problems.vcpus = `The host gives a guest at most ${vcpusMax}.`;
  if (idMap !== null && (idMap.start < 1 || idMap.count < 1)) problems.idMap = 'Both numbers are at least 1.';
  return problems;
}

function diskProblems(draft: Draft, { disk, diskSize, pool, volume, copy }: Fields): Problems {
  const kind = sourceKind(draft);
  if (isContainer(kind)) return {};
  const problems: { -readonly [K in keyof Problems]: Problems[K] } = {};
  const size = bytesOf(diskSize);
  const own = subjectOf(draft)?.capacity ?? null;
  const resized = (kind === 'disk' || kind === 'cloud-image') && copy;
  if (pool === null && (disk === 'new' || copy || kind === 'tree')) problems.pool = 'Choose a pool.';
  if (disk === 'volume' && volume === null) problems.volume = 'Choose a disk.';
  if (disk !== 'new' && !resized) return problems;
  if (size === null) problems.diskSize = 'Enter a number.';
  else if (size > guestLimits.diskMax) problems.diskSize = 'A disk can have at most 1,048,576 GiB.';
  else if (bringsDisk(kind) && own !== null && size < own)
    problems.diskSize = `The image is ${formatBytes(own)} large: a copy can be larger, not smaller.`;
  return problems;
}
