import { checksumOf } from '#model/checksum';
import { HostName } from '#model/cloud-init';
import { guestLimits } from '#model/guest-spec';
import { NewGuestName } from '#model/guest';
import { formatBytes } from '../../ui/quantity.ts';
import { bytesOf } from './amount.ts';
import { cloudInitProblems } from './cloud-init-draft.ts';
import type { DiskDraft, Draft, Fields, IdentityDraft, PackagesDraft } from './draft.ts';
import type { Known } from './proposal.ts';
import { unattendedProblem } from './unattended-draft.ts';
import { bootstrapOf, bringsDisk, imageOf, isContainer, isUnpacked, sourceKind, subjectOf } from './source.ts';

/** What can be wrong with what was typed, by its control. */
export type Problem =
  | 'source'
  | 'checksum'
  | 'packages'
  | 'init'
  | 'rootPool'
  | 'hostname'
  | 'cloudInit'
  | 'unattended'
  | 'name'
  | 'memory'
  | 'vcpus'
  | 'diskSize'
  | 'pool'
  | 'volume'
  | 'moreDisks'
  | 'idMap';
const TOO_LARGE = 'A disk can have at most 1,048,576 GiB.';
export type Problems = Readonly<Partial<Record<Problem, string>>>;

/** What stands in the way of asking the host, in words for the person. */
export function problemsOf({ offer, facts }: Known, draft: Draft, fields: Fields): Problems {
  const unattended = unattendedProblem(draft.unattended, facts, sourceKind(draft));
  return {
    ...sourceProblems(draft),
    ...initProblem(draft),
    ...(isUnpacked(draft) && fields.pool === null && { rootPool: 'Choose a pool.' }),
    ...(isUnpacked(draft) && hostnameProblem(draft.sources.identity)),
    ...(unattended !== null && { unattended }),
    ...nameProblem(fields.name, offer.takenNames),
    ...amountProblems(fields, offer.memoryTotal, offer.vcpusMax),
    ...diskProblems(draft, fields),
    ...moreDiskProblems(draft, fields),
  };
}

function sourceProblems(draft: Draft): Problems {
  const image = imageOf(draft);
  const { packages } = draft.sources;
  if (draft.road === 'container-os' && packages.wanted) return bootstrapOf(packages) === null ? { packages: notYet(packages) } : {};
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

function hostnameProblem({ hostname }: IdentityDraft): Problems {
  if (hostname.trim() === '') return {};
  const named = HostName.safeParse(hostname.trim());
  return named.success ? {} : { hostname: named.error.issues[0]?.message ?? 'This cannot be a host’s name.' };
}

/** A container has no folder to begin in, and no list of folders to look through. */
function initProblem({ road, sources }: Draft): Problems {
  if (road !== 'container-app' && road !== 'container-os') return {};
  const init = road === 'container-os' ? sources.osInit : sources.program.init;
  return init.startsWith('/') ? {} : { init: 'Enter the whole path of a program, beginning with /.' };
}

function notYet({ tool, suite }: PackagesDraft): string {
  if (tool === 'dnf') return 'Enter the number of a release, 42 for example.';
  return suite.trim() === ''
    ? 'Enter the name of a release, bookworm for example.'
    : 'The name of a release has small letters and digits; its mirror begins with https:// or http://.';
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
  else if (size > guestLimits.diskMax) problems.diskSize = TOO_LARGE;
  else if (bringsDisk(kind) && own !== null && size < own)
    problems.diskSize = `The image is ${formatBytes(own)} large: a copy can be larger, not smaller.`;
  return problems;
}

/** What is wrong with a further disk; null: nothing. */
export function diskProblem({ kind, size, pool, volume }: DiskDraft): string | null {
  if (kind === 'volume') return volume === null ? 'Choose a disk.' : null;
  const bytes = bytesOf(size);
  if (bytes === null) return 'Enter a number.';
  if (bytes > guestLimits.diskMax) return TOO_LARGE;
  return pool === null ? 'Choose a pool.' : null;
}

function moreDiskProblems(draft: Draft, { disk, volume, moreDisks }: Fields): Problems {
  if (isContainer(sourceKind(draft))) return {};
  const first = disk === 'volume' && !bringsDisk(sourceKind(draft)) ? [volume] : [];
  const volumes = [...first, ...moreDisks.map((one) => (one.kind === 'volume' ? one.volume : null))].flatMap((one) =>
    one === null ? [] : [`${one.pool}/${one.name}`],
  );
  if (new Set(volumes).size < volumes.length) return { moreDisks: 'The same disk is chosen twice.' };
  const at = moreDisks.findIndex((one) => diskProblem(one) !== null);
  const wrong = moreDisks[at];
  return wrong === undefined ? {} : { moreDisks: `Disk ${at + 2}: ${diskProblem(wrong)}` };
}
