import type { OperatingSystem } from '#model/guest-spec';
import type { CatalogueEntry, SystemFacts, SystemSummary } from '#model/system-facts';
import { downloadsOf, newestFirst, systemOfImage, systemOfTree, type TreeIdentity, webOriginsOf } from './osinfo-catalogue.ts';
import { factsOf, type OsSupport, summaryOf, supportOf } from './osinfo-facts.ts';
import type { MediaPattern, OsRecord } from './osinfo-file.ts';
import { createSlice, familyOf, osinfoDirectories, type OsRecords, readOsinfoRecords } from './osinfo-records.ts';
import { recommendedFor } from './osinfo-resources.ts';

/** What a medium says of itself: ISO 9660 identifiers, '' for unset ones, and the volume's size in bytes. */
export interface MediaIdentity {
  readonly volumeId: string;
  readonly systemId: string;
  readonly publisherId: string;
  readonly applicationId: string;
  readonly volumeSize: number;
}

/** Where on a medium, or below a tree's address, the kernel of its installer is. */
export interface BootPaths {
  /** For which machines they are; null where nobody says. */
  readonly arch: string | null;
  readonly kernel: string;
  readonly initrd: string;
}

export interface OsinfoDb {
  /** The system that this medium installs or runs, or null. */
  identify(media: MediaIdentity): Promise<OperatingSystem | null>;
  /** By the address of something in the catalogue. */
  identifyDownload(url: string): OperatingSystem | null;
  /** By the name of a file with a disk in it. */
  identifyImage(fileName: string): OperatingSystem | null;
  /** By what a tree says of itself, or, where that is null, by its address. */
  identifyTree(url: string, identity: TreeIdentity | null): OperatingSystem | null;
  /** Where below the address of such a tree its kernel is, for those that do not say so themselves. */
  bootPathsOfTree(url: string): BootPaths | null;
  /** By the id that `identify` gave; null where the database does not have it. */
  support(id: string): OsSupport | null;
  facts(id: string): SystemFacts | null;
  /** At most 100, newest first: those in whose names all words of `text` are. `ended`: those too that have reached their end of life. */
  search(wish: { readonly text: string; readonly ended: boolean }): SystemSummary[];
  /** At most 200 of what can be downloaded. `arch` null: for all. */
  catalogue(wish: { readonly text: string; readonly arch: string | null; readonly ended: boolean }): CatalogueEntry[];
  /** Whether something of the database is on that server ("https://example.org:8080"). */
  knowsWebOrigin(origin: string): boolean;
}

let shared: Promise<OsinfoDb> | null = null;

/** The database of this computer, read once. Without one it knows no system. */
export function osinfoDb(): Promise<OsinfoDb> {
  shared ??= readOsinfoDb(osinfoDirectories());
  return shared;
}

/** `now` in milliseconds since 1970. */
export async function readOsinfoDb(directories: readonly string[], now: () => number = Date.now): Promise<OsinfoDb> {
  const records = await readOsinfoRecords(directories);
  const entries = new Map<string, CatalogueEntry>();
  const origins = new Set<string>();
  const slice = createSlice();
  for (const record of newestFirst(records)) {
    for (const entry of downloadsOf(records, record, now())) if (!entries.has(entry.url)) entries.set(entry.url, entry);
    for (const origin of webOriginsOf(record)) origins.add(origin);
    await slice.pause();
  }
  return createOsinfoDb(records, { entries: [...entries.values()], origins }, now);
}

const SYSTEMS_MAX = 100;
const ENTRIES_MAX = 200;

interface OnTheWeb {
  readonly entries: readonly CatalogueEntry[];
  readonly origins: ReadonlySet<string>;
}

function createOsinfoDb(records: OsRecords, { entries, origins }: OnTheWeb, now: () => number): OsinfoDb {
  const candidates = candidatesOf(records);
  const all = newestFirst(records);
  const systemOf = (record: OsRecord | null, arch = 'x86_64'): OperatingSystem | null =>
    record === null
      ? null
      : { id: record.id, name: record.name, family: familyOf(records, record), recommended: recommendedFor(records, record, arch) };

  return {
    async identify(identity) {
      const slice = createSlice();
      for (const { record, media } of candidates) {
        if (!recognises(media, identity)) {
          await slice.pause();
          continue;
        }
        const name = media.variants.map((variant) => record.variants.get(variant)).find((each) => each !== undefined) ?? record.name;
        return { id: record.id, name, family: familyOf(records, record), recommended: recommendedFor(records, record, media.arch) };
      }
      return null;
    },
    identifyDownload(url) {
      const entry = entries.find((each) => each.url === url);
      return systemOf(records.get(entry?.os.id ?? '') ?? null, entry?.arch);
    },
    identifyImage: (fileName) => systemOf(systemOfImage(all, fileName)),
    identifyTree: (url, identity) => systemOf(systemOfTree(all, url, identity)),
    bootPathsOfTree(url) {
      const tree = all.flatMap(({ trees }) => trees).find((each) => each.kernel !== null && sameFolder(each.url, url));
      return tree === undefined || tree.kernel === null || tree.initrd === null
        ? null
        : { arch: tree.arch, kernel: tree.kernel, initrd: tree.initrd };
    },
    support(id) {
      const record = records.get(id);
      return record === undefined ? null : supportOf(records, record);
    },
    facts(id) {
      const record = records.get(id);
      return record === undefined ? null : factsOf(records, record, now());
    },
    search({ text, ended }) {
      const words = wordsOf(text);
      const found: SystemSummary[] = [];
      for (const record of all) {
        if (found.length === SYSTEMS_MAX) break;
        if (!saysAll(words, [record.name, record.shortId, record.distro, record.vendor, record.version])) continue;
        const summary = summaryOf(records, record, now());
        if (ended || !summary.ended) found.push(summary);
      }
      // "fedora4" is not what "fedora42" is typed for.
      return found.sort((a, b) => Number(b.shortId === text.trim().toLowerCase()) - Number(a.shortId === text.trim().toLowerCase()));
    },
    catalogue({ text, arch, ended }) {
      const words = wordsOf(text);
      return entries
        .filter((entry) => (ended || !entry.ended) && (arch === null || entry.arch === arch))
        .filter((entry) => saysAll(words, [entry.name, entry.os.name, entry.arch, entry.kind]))
        .slice(0, ENTRIES_MAX);
    },
    knowsWebOrigin: (origin) => origins.has(origin),
  };
}

const sameFolder = (a: string, b: string): boolean => a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

function saysAll(words: readonly string[], texts: readonly (string | null)[]): boolean {
  const said = texts.join(' ').toLowerCase();
  return words.every((word) => said.includes(word));
}

/**
 * Media that name their size are the most particular. Systems called "unknown" have patterns that any release of theirs matches. Where one label
 * stands for several releases (Windows 10 and 11), the latest is the likeliest.
 */
function candidatesOf(records: OsRecords): readonly { readonly record: OsRecord; readonly media: MediaPattern }[] {
  const isFallback = (record: OsRecord) => record.id.endsWith('/unknown');
  return [...records.values()]
    .flatMap((record) => record.media.map((media) => ({ record, media })))
    .sort(
      (a, b) =>
        Number(isFallback(a.record)) - Number(isFallback(b.record)) ||
        Number(b.media.size !== null) - Number(a.media.size !== null) ||
        b.record.released.localeCompare(a.record.released),
    );
}

function recognises(media: MediaPattern, identity: MediaIdentity): boolean {
  return (
    (media.size === null || media.size === identity.volumeSize) &&
    matches(media.volumeId, identity.volumeId) &&
    matches(media.systemId, identity.systemId) &&
    matches(media.publisherId, identity.publisherId) &&
    matches(media.applicationId, identity.applicationId)
  );
}

const patterns = new Map<string, RegExp | null>();

/** libosinfo searches the pattern anywhere in the value. Identifiers are at most 128 characters, which bounds what a bad pattern costs. */
function matches(pattern: string | null, value: string): boolean {
  if (pattern === null) return true;
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = compile(pattern);
    patterns.set(pattern, compiled);
  }
  return compiled !== null && compiled.test(value.slice(0, 128));
}

function compile(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern);
  } catch {
    // Written for PCRE, whose few extensions JavaScript lacks: such a pattern recognises nothing here.
    return null;
  }
}
