import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallTree } from '#model/remote-source';
import { BackendError } from '../errors.ts';
import type { TreeIdentity } from '../osinfo-catalogue.ts';
import type { BootPaths, OsinfoDb } from '../osinfo-db.ts';
import { identified } from './convert-image.ts';
import { download } from './download.ts';
import { describeRemoteFile } from './remote-file.ts';
import { fetchText } from './remote-text.ts';
import type { BootFiles, Progress } from './sources.ts';

const TREEINFO_MAX = 256 * 1024;
/** Installers bring along up to a gigabyte; more is no kernel and no first file system. */
const BOOT_FILE_MAX = 2 * 1024 * 1024 * 1024;

// As virt-install finds them too (its urldetect.py), for trees that do not describe themselves. Without the names of releases: Debian's and
// Ubuntu's installers, openSUSE's, Mageia's.
const wellKnown: readonly BootPaths[] = [
  {
    arch: 'x86_64',
    kernel: 'current/images/netboot/debian-installer/amd64/linux',
    initrd: 'current/images/netboot/debian-installer/amd64/initrd.gz',
  },
  {
    arch: 'aarch64',
    kernel: 'current/images/netboot/debian-installer/arm64/linux',
    initrd: 'current/images/netboot/debian-installer/arm64/initrd.gz',
  },
  {
    arch: 'x86_64',
    kernel: 'current/legacy-images/netboot/ubuntu-installer/amd64/linux',
    initrd: 'current/legacy-images/netboot/ubuntu-installer/amd64/initrd.gz',
  },
  { arch: null, kernel: 'images/pxeboot/vmlinuz', initrd: 'images/pxeboot/initrd.img' },
  { arch: 'x86_64', kernel: 'boot/x86_64/loader/linux', initrd: 'boot/x86_64/loader/initrd' },
  { arch: 'aarch64', kernel: 'boot/aarch64/linux', initrd: 'boot/aarch64/initrd' },
  { arch: 'x86_64', kernel: 'isolinux/x86_64/vmlinuz', initrd: 'isolinux/x86_64/all.rdz' },
];

/**
 * What the folder at this address installs, and where its kernel is: by its own description (.treeinfo, treeinfo), by the database, or because the
 * files of a well-known tree are there. Rejects with 'not-found' where it is no such folder.
 */
export async function recogniseTree(address: string, db: OsinfoDb, signal: AbortSignal): Promise<InstallTree> {
  const base = address.endsWith('/') ? address : `${address}/`;
  const described = await readTreeinfo(base, signal);
  const boot = described?.boot ?? db.bootPathsOfTree(address);
  const found = boot ?? (await findWellKnown(base, signal));
  if (found === null) {
    throw new BackendError('not-found', 'There is no installation tree at this address.', {
      reason: 'It has neither a .treeinfo nor a kernel at one of the usual places.',
      remedy: 'Give the folder that a distribution’s installation guide names, as …/releases/42/Everything/x86_64/os/.',
    });
  }
  const os = db.identifyTree(address, described?.identity ?? null);
  const [kernel, initrd] = [new URL(found.kernel, base), new URL(found.initrd, base)];
  // The description is the server's own word; it may not send us to another one.
  if (kernel.origin !== new URL(base).origin || initrd.origin !== kernel.origin) throw strange();
  return {
    url: address,
    os,
    name: described?.name ?? os?.name ?? address,
    arch: found.arch,
    kernel: kernel.href,
    initrd: initrd.href,
    arguments: argumentsFor(os?.id ?? '', described !== null, address),
  };
}

/** Its kernel and its first file system, in `folder`. */
export async function fetchBootFiles(tree: InstallTree, folder: string, progress: Progress): Promise<BootFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fetched = async (url: string, name: string) => {
    const to = join(folder, name);
    await download({ url, to, part: `${to}.part`, checksum: null, largest: BOOT_FILE_MAX }, progress);
    return identified(to);
  };
  return { kernel: await fetched(tree.kernel, 'vmlinuz'), initrd: await fetched(tree.initrd, 'initrd.img'), arguments: tree.arguments };
}

interface Described {
  readonly identity: TreeIdentity;
  readonly name: string;
  readonly boot: BootPaths | null;
}

async function readTreeinfo(base: string, signal: AbortSignal): Promise<Described | null> {
  for (const name of ['.treeinfo', 'treeinfo']) {
    try {
      return describe(parseIni(await fetchText(new URL(name, base).href, TREEINFO_MAX, signal)));
    } catch (error) {
      // Only that the file is not there says nothing of the tree.
      if (!(error instanceof BackendError) || !['not-found', 'permission'].includes(error.code)) throw error;
    }
  }
  return null;
}

type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** productmd's .treeinfo: names in sections. What is not a line of that kind is passed over. */
export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const line of text.split(/\r?\n/).slice(0, 5000)) {
    const head = /^\[([^\]]{1,128})\]\s*$/.exec(line);
    if (head?.[1] !== undefined) {
      section = sections.get(head[1]) ?? new Map<string, string>();
      sections.set(head[1], section);
    }
    const [, name, value] = /^([\w.-]{1,128})\s*[=:]\s*(.{0,512})$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) section.set(name, value.trim());
  }
  return sections;
}

function describe(ini: Ini): Described {
  const general = ini.get('general');
  const release = ini.get('release');
  const value = (name: string) => (general?.get(name) ?? release?.get(name) ?? '').replaceAll(/\p{C}/gu, '').slice(0, 128);
  const identity = { family: value('family') || value('name'), version: value('version'), variant: value('variant'), arch: value('arch') };
  const images = ini.get(`images-${identity.arch}`);
  const [kernel, initrd] = [images?.get('kernel'), images?.get('initrd')];
  const name = [identity.family, identity.version, identity.variant].filter((part) => part !== '').join(' ');
  return {
    identity,
    name: name === '' ? 'Installation tree' : name,
    boot: kernel === undefined || initrd === undefined ? null : { arch: identity.arch === '' ? null : identity.arch, kernel, initrd },
  };
}

async function findWellKnown(base: string, signal: AbortSignal): Promise<BootPaths | null> {
  for (const paths of wellKnown) {
    const isThere = await describeRemoteFile(new URL(paths.kernel, base).href, signal).then(
      () => true,
      (error: unknown) => {
        if (error instanceof BackendError && ['not-found', 'permission'].includes(error.code)) return false;
        throw error;
      },
    );
    if (isThere) return paths;
  }
  return null;
}

/** Anaconda since Fedora 17 and RHEL 7 ("Boot options"), linuxrc ("install="); Debian's installer knows its mirror by asking. */
function argumentsFor(os: string, described: boolean, address: string): string {
  if (/\/\/(opensuse|suse)\./.test(os)) return `install=${address}`;
  return described ? `inst.repo=${address}` : '';
}

const strange = (): BackendError =>
  new BackendError('protocol', 'This installation tree has its kernel on another server.', { remedy: 'Choose another mirror.' });
