import type { Mend, Objection } from '#model/guest-spec';
import type { GuestRequest, LocalFile } from '../../backend.ts';
import { shellWord } from '../guests/guest-actions.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { StandingOffer } from './creation-offer.ts';
import type { Finding } from './creation-checks.ts';
import { findFileProblems, findPoolProblems } from './media-access.ts';
import { fileStores } from './new-volume.ts';
import { aboutRoot } from './root-checks.ts';

interface FileUse {
  readonly field: Extract<Objection['field'], 'media' | 'drivers'>;
  readonly file: LocalFile;
  readonly token: string | null;
}

/** What stands against the files of this computer that the specification names: used where they lie, or copied to the host. */
export async function aboutFiles(host: LibvirtHost, request: GuestRequest, offer: StandingOffer): Promise<Finding[]> {
  const inPlace = await Promise.all(usedInPlace(request).map((use) => aboutUse(host, use, offer)));
  const pools = await Promise.all(poolsUsed(request.spec).map((use) => aboutFolder(host, use, offer)));
  return [...inPlace.flat(), ...pools.flat(), ...(await aboutRoot(host, request, offer))];
}

function usedInPlace({ spec: { source, drivers }, files }: GuestRequest): FileUse[] {
  const uses: FileUse[] = [];
  if ((source.kind === 'iso' || source.kind === 'disk') && source.into === null && source.from.kind === 'file') {
    const file = files.chosen.get(source.from.token);
    if (file !== undefined) uses.push({ field: 'media', file, token: source.from.token });
  }
  if (drivers !== null && drivers.into === null && drivers.from.kind !== 'volume') {
    const token = drivers.from.kind === 'file' ? drivers.from.token : null;
    const file = token === null ? files.drivers : files.chosen.get(token);
    if (file !== undefined) uses.push({ field: 'drivers', file, token });
  }
  return uses;
}

interface PoolUse {
  readonly field: 'media' | 'disk';
  readonly pool: string;
}

/** Each once, where it is met first. A container's own files are no image that a hypervisor would read. */
function poolsUsed({ source, disks }: GuestRequest['spec']): PoolUse[] {
  if (source.kind === 'container-app' || source.kind === 'container-os') return [];
  const media = [
    ...('into' in source && source.into !== null ? [source.into] : []),
    ...('from' in source && source.from.kind === 'volume' ? [source.from.volume.pool] : []),
  ];
  const uses = [
    ...media.map((pool): PoolUse => ({ field: 'media', pool })),
    ...disks.map((disk): PoolUse => ({ field: 'disk', pool: disk.kind === 'volume' ? disk.volume.pool : disk.pool })),
  ];
  return uses.filter(({ pool }, at) => uses.findIndex((one) => one.pool === pool) === at);
}

async function aboutFolder(host: LibvirtHost, { field, pool: name }: PoolUse, { pools, machine }: StandingOffer): Promise<Finding[]> {
  const pool = pools.find((one) => one.name === name);
  if (pool === undefined || !pool.active || pool.path === null || !fileStores.has(pool.kind)) return [];
  const problems = await findPoolProblems(host, pool.path, machine.type);
  return problems.map(({ severity, message, grant }) => {
    const remedy = `Choose another pool than “${name}”, or run: ${(grant ?? []).map(shellWord).join(' ')}`;
    return { field, code: 'permission', severity, message, remedy, mends: [] };
  });
}

async function aboutUse(host: LibvirtHost, { field, file, token }: FileUse, offer: StandingOffer): Promise<Finding[]> {
  const problems = await findFileProblems(host, file, offer.machine.type);
  const pool = offer.pools.find(({ active, kind, name }) => active && fileStores.has(kind) && name === 'default') ?? bestPool(offer);
  // One mend is for all of them, and is offered once.
  const mends: Mend[] = [
    ...(problems.some(({ grant }) => grant !== null) && token !== null ? [{ kind: 'grant', token } as const] : []),
    ...(pool === undefined ? [] : [{ kind: 'copy', pool: pool.name } as const]),
  ];
  return problems.map(({ severity, message, remedy }, at) => {
    return { field, code: 'bad-file', severity, message, remedy, mends: at === problems.length - 1 ? mends : [] };
  });
}

const bestPool = ({ pools }: StandingOffer) =>
  pools.filter(({ active, kind }) => active && fileStores.has(kind)).sort((a, b) => b.available - a.available)[0];
