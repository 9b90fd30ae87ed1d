import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OperatingSystem } from '#model/guest-spec';
import { GiB } from '#model/quantity';
import { type MediaPattern, type OsRecord, parseOsinfo, type Resources } from './osinfo-file.ts';

/** What a medium says of itself: ISO 9660 identifiers, '' for unset ones, and the volume's size in bytes. */
export interface MediaIdentity {
  readonly volumeId: string;
  readonly systemId: string;
  readonly publisherId: string;
  readonly applicationId: string;
  readonly volumeSize: number;
}

/** What an operating system drives out of the box. */
export interface OsSupport {
  readonly family: string | null;
  readonly virtioDisk: boolean;
  readonly virtioNet: boolean;
  readonly virtioVideo: boolean;
}

export interface OsinfoDb {
  /** The system that this medium installs or runs, or null. */
  identify(media: MediaIdentity): Promise<OperatingSystem | null>;
  /** By the id that `identify` gave; null where the database does not have it. */
  support(id: string): OsSupport | null;
}

/**
 * Where libosinfo looks, least important first (its own variables; OSINFO_DATA_DIR is the older name of the first). A file of a later
 * place stands for one of the same relative path in an earlier.
 */
export function osinfoDirectories(env: NodeJS.ProcessEnv = process.env): string[] {
  return [
    env['OSINFO_SYSTEM_DIR'] ?? env['OSINFO_DATA_DIR'] ?? '/usr/share/osinfo',
    env['OSINFO_LOCAL_DIR'] ?? '/etc/osinfo',
    env['OSINFO_USER_DIR'] ?? join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'osinfo'),
  ];
}

let shared: Promise<OsinfoDb> | null = null;

/** The database of this computer, read once. Without one it knows no system. */
export function osinfoDb(): Promise<OsinfoDb> {
  shared ??= readOsinfoDb(osinfoDirectories());
  return shared;
}

/** The largest file of osinfo-db is 23 kB. */
const FILE_MAX = 1024 * 1024;
/** Half a frame of a 60 Hz screen: who awaits the database shares the event loop with the window's calls. */
const SLICE_MS = 8;

/** Lets others have the event loop whenever a slice of time is used up. */
function createSlice(): { pause(): Promise<void> } {
  let until = performance.now() + SLICE_MS;
  return {
    async pause() {
      if (performance.now() < until) return;
      await nextTurn();
      until = performance.now() + SLICE_MS;
    },
  };
}

export async function readOsinfoDb(directories: readonly string[]): Promise<OsinfoDb> {
  const files = new Map<string, string>();
  for (const directory of directories) {
    for (const name of await xmlFiles(join(directory, 'os'))) files.set(name, join(directory, 'os', name));
  }
  const records = new Map<string, OsRecord>();
  const slice = createSlice();
  for (const path of files.values()) {
    for (const record of await readRecords(path)) mergeRecord(records, record);
    await slice.pause();
  }
  return createOsinfoDb(records);
}

async function xmlFiles(directory: string): Promise<string[]> {
  // A place that does not exist holds nothing: only the first of the three is there on most computers.
  const vendors = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    vendors.map(async (entry) => {
      if (entry.isDirectory()) return (await xmlFiles(join(directory, entry.name))).map((name) => join(entry.name, name));
      return entry.name.endsWith('.xml') ? [entry.name] : [];
    }),
  );
  return found.flat().sort();
}

async function readRecords(path: string): Promise<OsRecord[]> {
  try {
    if ((await stat(path)).size > FILE_MAX) return [];
    return parseOsinfo(await readFile(path, 'utf8'));
  } catch {
    // A file that cannot be read costs the recognition of the systems in it, never that of the others.
    return [];
  }
}

/** Files in "NAME.d" add to the system of NAME.xml. */
function mergeRecord(records: Map<string, OsRecord>, record: OsRecord): void {
  const known = records.get(record.id);
  if (known === undefined) {
    records.set(record.id, record);
    return;
  }
  known.name ||= record.name;
  known.family ??= record.family;
  known.released ||= record.released;
  known.parents.push(...record.parents);
  known.media.push(...record.media);
  known.resources.push(...record.resources);
  for (const [id, name] of record.variants) known.variants.set(id, name);
  for (const [id, supported] of record.devices) known.devices.set(id, supported);
}

// PCI ids of the virtio specification 1.1 (4.1.2): the transitional device, then the modern one.
const virtioDisk = ['http://pcisig.com/pci/1af4/1001', 'http://pcisig.com/pci/1af4/1042'];
const virtioNet = ['http://pcisig.com/pci/1af4/1000', 'http://pcisig.com/pci/1af4/1041'];
const virtioVideo = ['http://pcisig.com/pci/1af4/1050'];

function createOsinfoDb(records: ReadonlyMap<string, OsRecord>): OsinfoDb {
  // Media that name their size are the most particular. Systems called "unknown" have patterns that any release of theirs matches. Where
  // one label stands for several releases (Windows 10 and 11), the latest is the likeliest.
  const isFallback = (record: OsRecord) => record.id.endsWith('/unknown');
  const candidates = [...records.values()]
    .flatMap((record) => record.media.map((media) => ({ record, media })))
    .sort(
      (a, b) =>
        Number(isFallback(a.record)) - Number(isFallback(b.record)) ||
        Number(b.media.size !== null) - Number(a.media.size !== null) ||
        b.record.released.localeCompare(a.record.released),
    );

  const supports = (record: OsRecord, devices: readonly string[]) =>
    devices.some(
      (device) =>
        ancestry(records, record)
          .find((each) => each.devices.has(device))
          ?.devices.get(device) === true,
    );

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
    support(id) {
      const record = records.get(id);
      if (record === undefined) return null;
      return {
        family: familyOf(records, record),
        virtioDisk: supports(record, virtioDisk),
        virtioNet: supports(record, virtioNet),
        virtioVideo: supports(record, virtioVideo),
      };
    },
  };
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

/** The system itself, then what it is a clone of or derives from, nearest first. */
function ancestry(records: ReadonlyMap<string, OsRecord>, record: OsRecord): OsRecord[] {
  const line = new Set([record]);
  for (const each of line) {
    for (const id of each.parents) {
      const parent = records.get(id);
      if (parent !== undefined) line.add(parent);
    }
  }
  return [...line];
}

function familyOf(records: ReadonlyMap<string, OsRecord>, record: OsRecord): string | null {
  return ancestry(records, record).find((each) => each.family !== null)?.family ?? null;
}

/** For systems of which the database says nothing: what a current desktop is comfortable with. */
const fallback = { memory: 4 * GiB, vcpus: 2, disk: 25 * GiB };

function recommendedFor(records: ReadonlyMap<string, OsRecord>, record: OsRecord, arch: string): OperatingSystem['recommended'] {
  const line = ancestry(records, record).flatMap((each) =>
    [arch, 'all'].flatMap((wanted) => each.resources.filter((resources) => resources.arch === wanted)),
  );
  // A minimum is what an installer refuses to go below, not what is pleasant: twice that, as virt-install has it.
  const pick = (field: (resources: Resources, kind: 'recommended' | 'minimum') => number | null) => {
    for (const resources of line) {
      const recommended = field(resources, 'recommended');
      const minimum = field(resources, 'minimum');
      if (recommended !== null || minimum !== null) return Math.max(recommended ?? 0, recommended === null ? (minimum ?? 0) * 2 : 0);
    }
    return null;
  };
  return {
    memory: pick((resources, kind) => resources[kind].memory) ?? fallback.memory,
    vcpus: pick((resources, kind) => resources[kind].vcpus) ?? fallback.vcpus,
    disk: pick((resources, kind) => resources[kind].disk) ?? fallback.disk,
  };
}
