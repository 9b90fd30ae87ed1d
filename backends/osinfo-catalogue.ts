import type { CatalogueEntry } from '#model/system-facts';
import { summaryOf } from './osinfo-facts.ts';
import type { Download, OsRecord } from './osinfo-file.ts';
import type { OsRecords } from './osinfo-records.ts';

/** What a network tree says of itself in its .treeinfo; '' for unset fields. */
export interface TreeIdentity {
  readonly family: string;
  readonly version: string;
  readonly variant: string;
  readonly arch: string;
}

/** Everything of a system that can be fetched by http or https. */
export function downloadsOf(records: OsRecords, record: OsRecord, now: number): CatalogueEntry[] {
  const downloads = record.downloads.filter(({ url }) => /^https?:\/\//.test(url));
  if (downloads.length === 0) return [];
  const { id, name, ended } = summaryOf(records, record, now);
  return downloads.map((download) => {
    const { arch, format, cloudInit, url } = download;
    return { url, os: { id, name }, name: nameOf(record, download, name), kind: kindOf(download), arch, format, cloudInit, ended };
  });
}

function nameOf(record: OsRecord, { variants }: Download, otherwise: string): string {
  return variants.map((variant) => record.variants.get(variant)).find((each) => each !== undefined) ?? otherwise;
}

function kindOf({ kind, live }: Download): CatalogueEntry['kind'] {
  if (kind === 'image') return 'image';
  return live ? 'live' : 'installer';
}

export function newestFirst(records: OsRecords): OsRecord[] {
  return [...records.values()].sort((a, b) => b.released.localeCompare(a.released) || a.name.localeCompare(b.name));
}

/**
 * Every server that the database would have us ask for something of this system, as in "http://example.org:8080": with the scheme, since without
 * encryption anybody on the way could answer for one that has it. One that is named without it may be asked with it.
 */
export function webOriginsOf({ downloads, trees }: OsRecord): string[] {
  return [...downloads, ...trees].flatMap(({ url }) => {
    const [, scheme = '', host = ''] = /^(https?):\/\/([^/?#@]+)(?:[/?#]|$)/i.exec(url.toLowerCase()) ?? [];
    if (host === '') return [];
    const usual = host.replace(scheme === 'https' ? /:443$/ : /:80$/, '');
    return [`${scheme}://${usual}`, ...(usual.includes(':') ? [] : [`https://${usual}`])];
  });
}

/** Systems, of `all` the newest, by the name of a disk image: that of an image of the database, or one with the words that all of a distribution's have. */
export function systemOfImage(all: readonly OsRecord[], fileName: string): OsRecord | null {
  const known = all.find(({ downloads }) => downloads.some(({ kind, url }) => kind === 'image' && url.endsWith(`/${fileName}`)));
  if (known !== undefined) return known;
  const words = new Set(wordsOf(fileName.slice(0, 256)).flatMap((word) => [word, word.replace(/\.[a-z].*$/, '')]));
  // "fedora-cloud-base-42-1.1" is 42 and not 1.1: the version that comes with a name is looked for, newest first.
  return all.find((record) => words.has(record.shortId) || isNamed(words, record)) ?? null;
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/[^a-z0-9.]+/);

/** By the distribution and its version, or by all words of its name, which have a version in them: Microsoft Windows 11. */
function isNamed(words: ReadonlySet<string>, { distro, version, name }: OsRecord): boolean {
  const all = (wanted: readonly string[]) => wanted.every((word) => words.has(word));
  if (distro !== null && version !== null && words.has(version) && all(wordsOf(distro))) return true;
  return /\d/.test(name) && all(wordsOf(name));
}

/** By what the tree says of itself; where it says nothing (`identity` null), by its address. */
export function systemOfTree(all: readonly OsRecord[], url: string, identity: TreeIdentity | null): OsRecord | null {
  if (identity === null) {
    const path = pathOf(url);
    // The same folder on another mirror ends in the same way, beginning with the name of the distribution's own folder.
    return all.find(({ trees }) => trees.some((tree) => pathOf(tree.url) !== '' && path.endsWith(tailOf(pathOf(tree.url))))) ?? null;
  }
  const fits = (pattern: string | null, value: string) => pattern === null || safely(pattern, value);
  return (
    all.find(({ trees }) =>
      trees.some(
        ({ described, family, version, variant, treeArch }) =>
          described &&
          (family !== null || version !== null) &&
          fits(family, identity.family) &&
          fits(version, identity.version) &&
          fits(variant, identity.variant) &&
          fits(treeArch, identity.arch),
      ),
    ) ?? null
  );
}

const pathOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/]*/, '').replace(/\/+$/, '');

/** "/debian/dists/bookworm/main/installer-amd64" of any prefix: the last four folders tell a release. */
const tailOf = (path: string): string => `/${path.split('/').slice(-4).join('/')}`.replace('//', '/');

/** libosinfo searches the pattern anywhere in the value; one that JavaScript cannot read matches nothing. */
function safely(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern).test(value.slice(0, 128));
  } catch {
    return false;
  }
}
