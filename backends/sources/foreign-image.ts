import { z } from 'zod';
import type { ForeignFormat, ForeignImage } from '#model/foreign-image';
import type { LocalFile } from '../backend.ts';
import { badFile, type ChosenFile, openChosen, unreadable } from '../chosen-file.ts';
import { IMAGE_HEAD, parseDiskImage } from '../disk-image.ts';
import { runTool, type Tool } from './run-tool.ts';

export const qemuImg: Tool = { command: 'qemu-img', purpose: 'Reading this kind of disk image', package: 'qemu-img (qemu-utils)' };
/** Milliseconds that looking at a head may take: a hostile one may send its reader round and round. */
const PATIENCE = 60_000;

/**
 * What its own head says of an image of any format that qemu-img knows. Rejects with 'bad-file' for one that is not whole without another file:
 * an image may name any file of this computer as a part of it (CVE-2014-0134 and its kin).
 */
export async function inspectForeignImage(file: LocalFile): Promise<ForeignImage> {
  const chosen = await openChosen(file, 'a disk image');
  try {
    return await inspectOpen(chosen);
  } finally {
    await chosen.handle.close();
  }
}

/** Where in a file the image is: an appliance has several in one. */
export interface Range {
  readonly offset: number;
  readonly size: number;
}

export const wholeOf = ({ status }: ChosenFile): Range => ({ offset: 0, size: Number(status.size) });

export async function inspectOpen(chosen: ChosenFile, range: Range = wholeOf(chosen)): Promise<ForeignImage> {
  const { handle, name } = chosen;
  const { size } = range;
  const head = Buffer.alloc(Math.min(IMAGE_HEAD, size));
  try {
    await handle.read(head, 0, head.length, range.offset);
  } catch (error) {
    throw unreadable(name, error);
  }
  const magic = head.subarray(0, 8).toString('latin1');
  if (magic === 'vhdxfile') return { name, size, format: 'vhdx', capacity: await capacityOf(handle.fd, 'vhdx', range) };
  if (magic.startsWith('QFI\xfb') && head.length >= 48 && head.readUInt32BE(4) === 1)
    return { name, size, format: 'qcow', capacity: qcowCapacity(head) };
  return { name, size, ...parseDiskImage(head, size) };
}

/** QEMU: block/qcow.c, QCowHeader. */
function qcowCapacity(head: Buffer): number {
  if (head.readBigUInt64BE(8) !== 0n)
    throw badFile(
      'This image cannot be used alone. It is an overlay: a part of its disk is in another file.',
      'Make one file of it first.',
    );
  const capacity = head.readBigUInt64BE(24);
  if (capacity > BigInt(Number.MAX_SAFE_INTEGER))
    throw badFile('This file begins like a qcow image, and then does not make sense.', 'Choose another file.');
  return Number(capacity);
}

/**
 * How QEMU is told to read it: the format is said and never guessed, and the file is the one that it was given open: whatever the path leads to
 * by now, this is the file that was looked at.
 */
export function imageOptions(format: ForeignFormat, { offset, size }: Range): string[] {
  // A raw disk has no format around the part of the file.
  const part = `driver=raw,offset=${offset},size=${size},file.driver=file,file.filename=/proc/self/fd/3`;
  return ['--image-opts', format === 'raw' ? part : `driver=${format},${part.replaceAll(/(^|,)/g, '$1file.')}`];
}

const Info = z.looseObject({
  'virtual-size': z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
  'backing-filename': z.string().optional(),
  'format-specific': z.looseObject({ data: z.looseObject({ 'data-file': z.string().optional() }).optional() }).optional(),
});

/** Bytes of the disk in the image, as QEMU reads it; the format is said and never guessed. Rejects with 'bad-file' where it names another file. */
export async function capacityOf(fd: number, format: ForeignFormat, range: Range, signal?: AbortSignal): Promise<number> {
  const said = await runTool(qemuImg, ['info', '--output=json', ...imageOptions(format, range)], {
    file: fd,
    patience: PATIENCE,
    signal,
  }).catch((error: unknown) => {
    throw misread(format, error);
  });
  const info = Info.safeParse(JSON.parse(said));
  if (!info.success) throw badFile('qemu-img makes no sense of this image.', 'Choose another file.');
  if (info.data['backing-filename'] !== undefined || info.data['format-specific']?.data?.['data-file'] !== undefined) {
    throw badFile('This image cannot be used alone. A part of its disk is in another file.', 'Make one file of it first.');
  }
  return info.data['virtual-size'];
}

/** What QEMU cannot read is the file's fault and not ours. */
function misread(format: ForeignFormat, error: unknown): unknown {
  const reason = error instanceof Error && 'code' in error && error.code === 'internal' && 'reason' in error ? error.reason : null;
  if (typeof reason !== 'string') return error;
  return badFile(`This file begins like a ${format} image, and then does not make sense.`, 'Choose another file.', {
    reason,
    cause: error,
  });
}
