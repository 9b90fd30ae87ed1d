import { access, constants, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestSource } from '#model/guest-source';
import type { Mend } from '#model/guest-spec';
import type { GuestRequest } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Finding } from './creation-checks.ts';
import type { StandingOffer } from './creation-offer.ts';
import { fileStores } from './new-volume.ts';

type Whole = Extract<GuestSource, { kind: 'container-os' }>;

/** What stands against the files of a whole system in a container. */
export async function aboutRoot(host: LibvirtHost, { spec: { source }, files }: GuestRequest, offer: StandingOffer): Promise<Finding[]> {
  if (source.kind !== 'container-os') return [];
  const path = source.from.kind === 'file' ? (files.chosen.get(source.from.token)?.path ?? '') : null;
  if (source.into === null && (source.hostname !== null || source.rootPasswordHash !== null)) {
    return refused(
      'Files that are there already are told neither a name nor a password.',
      'Choose a pool to put them into, or leave both out.',
    );
  }
  if (source.into === null) return path === null ? aboutPlace(source, offer) : aboutFolder(host, source, path, offer);
  const tools = await aboutPrograms(host, source);
  return path === null ? tools : [...(await aboutArchive(host, path)), ...tools];
}

const refused = (message: string, remedy: string, mends: Mend[] = []): Finding[] => [
  { field: 'media', code: 'bad-file', severity: 'error', message, remedy, mends },
];

/** Only what is on the host already can stay where it is. */
function aboutPlace({ from }: Whole, offer: StandingOffer): Finding[] {
  return from.kind === 'volume' ? [] : refused('The files of the container need a storage pool.', 'Choose one.', intoPool(offer));
}

const intoPool = ({ pools }: StandingOffer): Mend[] => {
  const usable = pools.filter(({ active, kind }) => active && fileStores.has(kind));
  const pool = usable.find(({ name }) => name === 'default') ?? usable[0];
  return pool === undefined ? [] : [{ kind: 'copy', pool: pool.name }];
};

/** The owners in a container's folder must be users of the container, or nothing in it is its root's. */
async function aboutFolder(host: LibvirtHost, { idMap }: Whole, path: string, offer: StandingOffer): Promise<Finding[]> {
  const folder = await stat(path).catch(() => null);
  if (folder?.isFile() === true) return refused('An archive is unpacked into a storage pool.', 'Choose one.', intoPool(offer));
  if (!host.local) return refused('The folder lies on this computer, and the host is another one.', 'Choose an archive of it instead.');
  if (folder === null || !folder.isDirectory()) return refused('The container’s root is no folder that can be reached.', 'Choose another.');
  const first = idMap?.start ?? 0;
  const fits = folder.uid >= first && folder.uid < first + (idMap?.count ?? Number.POSITIVE_INFINITY);
  if (fits) return [];
  const message = `The folder belongs to user ${folder.uid} of the host, who is nobody in the container.`;
  const remedy = `Give it to the container’s users (chown -R ${first}:${first}, and so on for each user in it), or choose a map that begins at ${folder.uid}.`;
  return [{ field: 'media', code: 'bad-file', severity: 'warning', message, remedy, mends: [] }];
}

const TAR_MAGIC_AT = 257;
const HEAD = 512;
const packers: readonly (readonly [program: string, magic: string])[] = [
  ['gzip', '1f8b'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['bzip2', '425a68'],
];

/** By its first bytes, as the host's tar will see it. */
async function aboutArchive(host: LibvirtHost, path: string): Promise<Finding[]> {
  const head = await readHead(path);
  if (head === null) return refused('The archive cannot be read.', 'Choose a file that you may read.');
  const packer = packers.find(([, magic]) => head.toString('hex').startsWith(magic));
  if (packer !== undefined) return host.local ? aboutProgram(packer[0]) : [];
  if (head.toString('latin1', TAR_MAGIC_AT, TAR_MAGIC_AT + 5) === 'ustar') return [];
  return refused('This file is no tar archive.', 'Choose a .tar, also one that gzip, xz, zstd or bzip2 has compressed.');
}

async function readHead(path: string): Promise<Buffer | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    if (!(await file.stat()).isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What libvirt's container needs of this computer; of another host only the attempt tells. */
async function aboutPrograms(host: LibvirtHost, { from }: Whole): Promise<Finding[]> {
  if (!host.local) return [];
  const programs = ['tar', 'unshare', 'nsenter', 'find', ...(from.kind === 'bootstrap' ? [from.system.tool] : [])];
  return (await Promise.all(programs.map(aboutProgram))).flat();
}

/** As in tree-script.ts. */
const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

async function aboutProgram(program: string): Promise<Finding[]> {
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (found.some(Boolean)) return [];
  const message = `The host has no program “${program}”, which this takes.`;
  return [{ field: 'media', code: 'unsupported', severity: 'error', message, remedy: 'Install it, or choose another root.', mends: [] }];
}
