import type { ImageFormat } from '#model/disk-image';
import { BackendError } from './errors.ts';

/** How many bytes of a file `parseDiskImage` wants to see, or all of a shorter one. */
export const IMAGE_HEAD = 128 * 1024;

const CONVERT = 'Make one file of it, for example with: qemu-img convert -O qcow2 <image> whole.qcow2';
const SECTOR = 512n;

/**
 * The format and capacity that an image's own head tells; a file that is none of the known ones is a raw disk. Images that are not whole
 * without another file are refused with 'bad-file': that file would not come along, and on the host its name may be that of any other.
 * QEMU: docs/interop/qcow2.txt; VMware: Virtual Disk Format 5.0; VirtualBox: VDICore.h; Microsoft: Virtual Hard Disk Image Format.
 */
export function parseDiskImage(head: Buffer, size: number): { format: ImageFormat; capacity: number } {
  if (head.subarray(0, 8).toString('latin1') === 'vhdxfile') throw unusable('It is a VHDX image, which libvirt keeps no volumes of.');
  const found = qcow2(head) ?? vmdk(head) ?? vdi(head) ?? vpc(head);
  if (found === null) return { format: 'raw', capacity: size };
  if (found.capacity > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(found.format);
  return { format: found.format, capacity: Number(found.capacity) };
}

type Found = { readonly format: ImageFormat; readonly capacity: bigint } | null;

function qcow2(head: Buffer): Found {
  if (head.subarray(0, 4).toString('latin1') !== 'QFI\xfb') return null;
  if (head.length < 104) throw damaged('qcow2');
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw unusable(`It is a qcow image of version ${version}.`);
  if (head.readBigUInt64BE(8) !== 0n) throw unusable('It is an overlay: a part of its disk is in another file.');
  const EXTERNAL_DATA = 4n;
  if (version === 3 && (head.readBigUInt64BE(72) & EXTERNAL_DATA) !== 0n) throw unusable('Its data is in another file.');
  return { format: 'qcow2', capacity: head.readBigUInt64BE(24) };
}

function vmdk(head: Buffer): Found {
  if (/^# Disk DescriptorFile/i.test(head.subarray(0, 64).toString('latin1')))
    throw unusable('It only describes a disk that is in other files.');
  if (head.subarray(0, 4).toString('latin1') !== 'KDMV') return null;
  if (head.length < SECTOR) throw damaged('vmdk');
  const [start, length] = [head.readBigUInt64LE(28) * SECTOR, head.readBigUInt64LE(36) * SECTOR];
  if (start === 0n || start + length > BigInt(head.length)) throw damaged('vmdk');
  // QEMU takes a head without a capacity for a list of other files, whatever kind its descriptor says that it is (block/vmdk.c).
  if (head.readBigUInt64LE(12) === 0n) throw unusable('Its data is in other files.');
  // QEMU and libvirt follow this hint whatever parentCID says, and QEMU looks for it in these sectors, wherever the head says that it is.
  if (head.subarray(512, 21 * 512).includes('parentFileNameHint'))
    throw unusable('It is an overlay: a part of its disk is in another file.');
  const descriptor = head.subarray(Number(start), Number(start + length)).toString('latin1');
  if (!/^\s*createType\s*=\s*"(monolithicSparse|streamOptimized)"/im.test(descriptor)) throw unusable('Its data is in other files.');
  if (!/^\s*parentCID\s*=\s*ffffffff\s*$/im.test(descriptor)) throw unusable('It is an overlay: a part of its disk is in another file.');
  return { format: 'vmdk', capacity: head.readBigUInt64LE(12) * SECTOR };
}

function vdi(head: Buffer): Found {
  if (head.length < 376 || head.readUInt32LE(64) !== 0xbeda107f) return null;
  const FIXED = 2;
  if (head.readUInt32LE(76) > FIXED) throw unusable('It is an overlay: a part of its disk is in another file.');
  return { format: 'vdi', capacity: head.readBigUInt64LE(368) };
}

/** Only a dynamic one begins so; a fixed one is a raw disk with a footer. */
function vpc(head: Buffer): Found {
  if (head.length < SECTOR || head.subarray(0, 8).toString('latin1') !== 'conectix') return null;
  const DIFFERENCING = 4;
  if (head.readUInt32BE(60) === DIFFERENCING) throw unusable('It is an overlay: a part of its disk is in another file.');
  return { format: 'vpc', capacity: head.readBigUInt64BE(48) };
}

const unusable = (why: string) => new BackendError('bad-file', `This image cannot be uploaded alone. ${why}`, { remedy: CONVERT });
const damaged = (format: ImageFormat) =>
  new BackendError('bad-file', `This file begins like a ${format} image, and then does not make sense.`, {
    remedy: 'Check it, for example with: qemu-img check <image>',
  });
