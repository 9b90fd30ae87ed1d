import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Appliance } from '#model/appliance';
import type { LocalFile } from '../backend.ts';
import { badFile, type ChosenFile, openChosen } from '../chosen-file.ts';
import type { OsinfoDb } from '../osinfo-db.ts';
import { convertOpen, identified } from './convert-image.ts';
import { inspectOpen, type Range } from './foreign-image.ts';
import { type Ovf, parseOvf } from './ovf.ts';
import type { Progress } from './sources.ts';
import { indexTar } from './tar-index.ts';

const OVF_MAX = 1024 * 1024;
const MANIFEST_MAX = 256 * 1024;

/** An appliance held open: an .ova, or an .ovf with its disks beside it. */
interface Package {
  readonly ovf: Ovf;
  /** Sums by the names of files; null: it carries none. */
  readonly manifest: ReadonlyMap<string, Sum> | null;
  /** Where that file is. Rejects with 'bad-file' where it is not in the package. */
  find(file: string): Promise<{ readonly chosen: ChosenFile; readonly range: Range }>;
  close(): Promise<void>;
}

interface Sum {
  readonly algorithm: string;
  readonly value: string;
}

/** What is packed in this file, without unpacking it. Rejects with 'bad-file'. */
export async function inspectAppliance(file: LocalFile, db: OsinfoDb): Promise<Appliance> {
  const packed = await openPackage(file);
  try {
    const { name, system, networks, disks, ...machine } = packed.ovf;
    return {
      ...machine,
      name: name === '' ? basename(file.path).replace(/\.\w+$/, '') : name,
      system,
      os: system === null ? null : db.identifyImage(system.replaceAll(/[^\w.]+/g, '-')),
      disks: await inspectDisks(packed, disks),
      networkCards: networks.map((network) => ({ network })),
      manifest: packed.manifest !== null,
    };
  } finally {
    await packed.close();
  }
}

async function inspectDisks(packed: Package, disks: Ovf['disks']): Promise<Appliance['disks']> {
  const found: Appliance['disks'] = [];
  for (const { id, file, capacity } of disks) {
    const { chosen, range } = await packed.find(file);
    const { format, capacity: own } = await inspectOpen(chosen, range);
    if (format === 'qcow') throw badFile('A disk of this appliance is in a format that none has.', 'Choose another file.');
    found.push({ id, file, size: range.size, capacity: capacity ?? own, format });
  }
  return found;
}

/** Its disks in their order, as qcow2 images in `folder`. A file that is not what the package's own manifest says is refused with 'bad-file'. */
export async function unpackAppliance(file: LocalFile, folder: string, progress: Progress): Promise<UnpackedDisk[]> {
  const packed = await openPackage(file);
  try {
    const made: UnpackedDisk[] = [];
    for (const [index, disk] of packed.ovf.disks.entries()) {
      const { chosen, range } = await packed.find(disk.file);
      const which = `disk ${index + 1} of ${packed.ovf.disks.length}`;
      await assertSum(chosen, range, sumOf(packed, disk.file), `Checking ${which}`, progress);
      const to = join(folder, `disk-${index + 1}.qcow2`);
      const capacity = await convertOpen(chosen, range, to, `Converting ${which}`, progress);
      made.push({ capacity, file: await identified(to) });
    }
    return made;
  } finally {
    await packed.close();
  }
}

/** Null where the package has no manifest; one that leaves a disk out vouches for nothing. */
function sumOf({ manifest }: Package, file: string): Sum | null {
  if (manifest === null) return null;
  const sum = manifest.get(file);
  if (sum === undefined) throw badFile('The manifest of this appliance leaves out one of its disks.', 'Get the appliance once more.');
  return sum;
}

export interface UnpackedDisk {
  /** Of the disk that the guest sees, bytes. */
  readonly capacity: number;
  readonly file: LocalFile;
}

async function openPackage(file: LocalFile): Promise<Package> {
  const chosen = await openChosen(file, 'an .ova file');
  const others: ChosenFile[] = [];
  const close = async () => {
    for (const each of [chosen, ...others]) await each.handle.close();
  };
  try {
    const length = Number(chosen.status.size);
    const isBare = /\.ovf$/i.test(file.path);
    const find = isBare ? besides(file, others) : await inside(chosen, length);
    const descriptor = isBare ? { chosen, range: { offset: 0, size: length } } : await find(/\.ovf$/i, OVF_MAX);
    if (descriptor === null) throw badFile('There is no description of a guest in this file.', 'Choose an .ova file.');
    const source = await readText(descriptor, OVF_MAX);
    const sums = await find(/\.mf$/i, MANIFEST_MAX);
    const manifest = sums === null ? null : parseManifest(await readText(sums, MANIFEST_MAX));
    return {
      ovf: parseOvf(source),
      manifest,
      async find(name) {
        const found = await find(name, Number.MAX_SAFE_INTEGER);
        if (found === null)
          throw badFile(
            `A disk of this appliance is missing: ${name.slice(0, 80)}.`,
            'Copy the whole appliance to one folder, then choose it again.',
          );
        return found;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Found {
  readonly chosen: ChosenFile;
  readonly range: Range;
}
type Find = (name: string | RegExp, largest: number) => Promise<Found | null>;

async function inside(chosen: ChosenFile, length: number): Promise<Find> {
  const entries = await indexTar(chosen.handle, length);
  return async (name, largest) => {
    const entry = entries.find((each) => (typeof name === 'string' ? each.name === name : name.test(each.name)));
    return entry === undefined || entry.size > largest ? null : { chosen, range: { offset: entry.offset, size: entry.size } };
  };
}

/** Files beside an .ovf: a description names none in other folders, and no links that lead there. */
function besides({ path }: LocalFile, opened: ChosenFile[]): Find {
  return async (name, largest) => {
    const file = typeof name === 'string' ? name : `${basename(path).replace(/\.ovf$/i, '')}.mf`;
    if (file !== basename(file) || file === '' || file.startsWith('.'))
      throw badFile('This appliance names files outside of its own folder.', 'Do not use it.');
    const beside = join(dirname(path), file);
    const identity = await identified(beside, 'itself').catch(() => null);
    if (identity === null) return null;
    const chosen = await openChosen(identity, 'an appliance whose files are not links');
    opened.push(chosen);
    const size = Number(chosen.status.size);
    return size > largest ? null : { chosen, range: { offset: 0, size } };
  };
}

async function readText({ chosen, range }: Found, largest: number): Promise<string> {
  if (range.size > largest) throw badFile('The description in this appliance is too large.', 'Choose another file.');
  const { buffer, bytesRead } = await chosen.handle.read(Buffer.alloc(range.size), 0, range.size, range.offset);
  return buffer.subarray(0, bytesRead).toString('utf8');
}

/** "SHA256(disk1.vmdk)= 5e88…" (DSP0243, 6.4). Other algorithms than these are passed over. */
export function parseManifest(text: string): ReadonlyMap<string, Sum> {
  const lines = text.split('\n').flatMap((line) => {
    const [, algorithm, name, value] = /^(SHA1|SHA256|SHA512)\s*\((.+)\)\s*=\s*([0-9a-f]+)\s*$/i.exec(line) ?? [];
    return algorithm === undefined || name === undefined || value === undefined
      ? []
      : [[name, { algorithm: algorithm.toLowerCase(), value: value.toLowerCase() }] as const];
  });
  return new Map(lines);
}

async function assertSum(
  { handle, name }: ChosenFile,
  { offset, size }: Range,
  sum: Sum | null,
  step: string,
  { report, signal }: Progress,
): Promise<void> {
  if (sum === null || size === 0) return;
  const hash = createHash(sum.algorithm);
  let done = 0;
  for await (const chunk of handle.createReadStream({
    autoClose: false,
    start: offset,
    end: offset + size - 1,
    highWaterMark: 1024 * 1024,
    signal,
  })) {
    if (!Buffer.isBuffer(chunk)) continue;
    hash.update(chunk);
    done += chunk.length;
    report(step, done / size);
  }
  if (hash.digest('hex') === sum.value) return;
  throw badFile(`“${name}” is damaged: a disk in it is not the one that its manifest has the sum of.`, 'Get the appliance once more.');
}
