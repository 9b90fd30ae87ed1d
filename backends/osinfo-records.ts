import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type OsRecord, parseOsinfo } from './osinfo-file.ts';

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

/** The largest file of osinfo-db is 23 kB. */
const FILE_MAX = 1024 * 1024;
/** Half a frame of a 60 Hz screen: who awaits the database shares the event loop with the window's calls. */
const SLICE_MS = 8;

/** Lets others have the event loop whenever a slice of time is used up. */
export function createSlice(): { pause(): Promise<void> } {
  let until = performance.now() + SLICE_MS;
  return {
    async pause() {
      if (performance.now() < until) return;
      await nextTurn();
      until = performance.now() + SLICE_MS;
    },
  };
}

/** All systems by their ids. What cannot be read costs itself alone. */
export async function readOsinfoRecords(directories: readonly string[]): Promise<Map<string, OsRecord>> {
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
  return records;
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
  known.shortId ||= record.shortId;
  known.version ??= record.version;
  known.vendor ??= record.vendor;
  known.distro ??= record.distro;
  known.family ??= record.family;
  known.released ||= record.released;
  known.endsOfLife ||= record.endsOfLife;
  known.stage ||= record.stage;
  known.parents.push(...record.parents);
  known.media.push(...record.media);
  known.resources.push(...record.resources);
  known.firmwares.push(...record.firmwares);
  known.downloads.push(...record.downloads);
  known.trees.push(...record.trees);
  for (const id of record.scripts) known.scripts.add(id);
  for (const [id, name] of record.variants) known.variants.set(id, name);
  for (const [id, supported] of record.devices) known.devices.set(id, supported);
}

export type OsRecords = ReadonlyMap<string, OsRecord>;

/** The system itself, then what it is a clone of or derives from, nearest first. */
export function ancestry(records: OsRecords, record: OsRecord): OsRecord[] {
  const line = new Set([record]);
  for (const each of line) {
    for (const id of each.parents) {
      const parent = records.get(id);
      if (parent !== undefined) line.add(parent);
    }
  }
  return [...line];
}

export function familyOf(records: OsRecords, record: OsRecord): string | null {
  return ancestry(records, record).find((each) => each.family !== null)?.family ?? null;
}
