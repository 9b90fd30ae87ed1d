import { inWords } from '#model/byte-words';
import type { GuestSpec, Objection } from '#model/guest-spec';
import type { GuestCreation, GuestRequest } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import type { Progress, Sources } from '../backends/sources/sources.ts';
import { originOf } from './guest-materials.ts';

/** Bytes on this computer, beside what is here: at least, and as far as can be known at most. */
interface Wanted {
  readonly least: number;
  readonly most: number;
}

/** What is written on this computer before the guest is made: downloads, conversions, what is unpacked. Null: nothing. */
function wantedOf({ spec: { source }, files }: GuestRequest): Wanted | null {
  if (source.kind === 'appliance') {
    const disks = (files.disks ?? []).map(({ size = 0, capacity }) => ({ least: size, most: Math.max(size, capacity) }));
    return disks.reduce((sum, each) => ({ least: sum.least + each.least, most: sum.most + each.most }), { least: 0, most: 0 });
  }
  if (originOf(source)?.kind === 'url') {
    const size = files.fetched?.size ?? 0;
    return { least: size, most: size };
  }
  const { image } = files;
  const copied = 'into' in source && source.into !== null;
  if (image === undefined || !copied || image.format === 'raw' || image.format === 'qcow2') return null;
  return { least: image.size ?? 0, most: Math.max(image.size ?? 0, image.capacity ?? 0) };
}

/** Whether this computer has room for that, which is asked before anything of it begins. */
export async function aboutWorkshop(sources: Sources, request: GuestRequest): Promise<Objection[]> {
  const wanted = wantedOf(request);
  if (wanted === null || wanted.most === 0) return [];
  const origin = originOf(request.spec.source);
  const room = await sources.workshopRoom(origin?.kind === 'url' ? origin.url : null);
  if (room === null || wanted.most <= room) return [];
  const short = wanted.least > room;
  const [bytes, verb] = short ? [wanted.least, 'takes'] : [wanted.most, 'can take'];
  return [
    {
      field: 'media',
      severity: short ? 'error' : 'warning',
      message: `Preparing the guest’s files ${verb} ${inWords(bytes)} on this computer, which has ${inWords(room)} free for it.`,
      remedy: `Make ${inWords(bytes - room)} free on the disk with this computer’s cache, which is usually that of your home folder.`,
      mends: [],
    },
  ];
}

/** Asks the server how large it is what is to be fetched, where nobody did. A server that does not answer is told of by the download. */
export async function learnSize(sources: Sources, { source }: GuestSpec, { signal }: Pick<Progress, 'signal'>): Promise<void> {
  const origin = originOf(source);
  if (origin?.kind !== 'url' || sources.knownSize(origin.url) !== null) return;
  await sources.describeRemoteFile(origin.url, signal).catch(() => undefined);
}

/** Rejects where hours of fetching would be for nothing. */
export async function refuseInVain(sources: Sources, creation: Pick<GuestCreation, 'check'>, request: GuestRequest): Promise<void> {
  if (wantedOf(request) === null) return;
  const refuse = (code: 'no-space' | 'bad-input', objections: readonly Objection[]) => {
    const found = objections.find(({ severity }) => severity === 'error');
    if (found !== undefined) throw new BackendError(code, found.message, { remedy: found.remedy });
  };
  refuse('no-space', await aboutWorkshop(sources, request));
  refuse('bad-input', await creation.check(request));
}
