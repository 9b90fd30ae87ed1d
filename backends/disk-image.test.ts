import { describe, expect, test } from 'vitest';
import { parseDiskImage } from './disk-image.ts';

const GiB = 1024 ** 3;
const refusal = (head: Buffer) => () => parseDiskImage(head, head.length);

function qcow2({ version = 3, backing = 0, features = 0, capacity = 5 * GiB } = {}): Buffer {
  const head = Buffer.alloc(512);
  head.write('QFI\xfb', 'latin1');
  head.writeUInt32BE(version, 4);
  head.writeBigUInt64BE(BigInt(backing), 8);
  head.writeBigUInt64BE(BigInt(capacity), 24);
  head.writeBigUInt64BE(BigInt(features), 72);
  return head;
}

function vmdk({ createType = 'monolithicSparse', parent = 'ffffffff', capacity = 3 * GiB, more = '' } = {}): Buffer {
  const head = Buffer.alloc(2048);
  head.write('KDMV', 'latin1');
  head.writeBigUInt64LE(BigInt(capacity / 512), 12);
  head.writeBigUInt64LE(1n, 28);
  head.writeBigUInt64LE(2n, 36);
  head.write(`# Disk DescriptorFile\nversion=1\nparentCID=${parent}\ncreateType="${createType}"\n${more}`, 512, 'latin1');
  return head;
}

describe('what an image’s head says', () => {
  test('nothing known is a raw disk, as large as the file', () => {
    expect(parseDiskImage(Buffer.alloc(0), 0)).toEqual({ format: 'raw', capacity: 0 });
    expect(parseDiskImage(Buffer.from('QFI'), 3)).toEqual({ format: 'raw', capacity: 3 });
    expect(parseDiskImage(Buffer.alloc(512, 'x'), 7 * GiB)).toEqual({ format: 'raw', capacity: 7 * GiB });
  });

  test('VHDX is told as what no volume can be, and not taken for a raw disk', () => {
    expect(refusal(Buffer.from('vhdxfile and more'))).toThrow(
      expect.objectContaining({ code: 'bad-file', message: expect.stringContaining('VHDX') }),
    );
  });

  test('qcow2 alone is taken, with its own capacity', () => {
    expect(parseDiskImage(qcow2(), 512)).toEqual({ format: 'qcow2', capacity: 5 * GiB });
    expect(parseDiskImage(qcow2({ version: 2, features: 4 }), 512)).toEqual({ format: 'qcow2', capacity: 5 * GiB });
    expect(refusal(qcow2({ backing: 200 }))).toThrow(/overlay/);
    expect(refusal(qcow2({ features: 4 }))).toThrow(/in another file/);
    expect(refusal(qcow2({ version: 1 }))).toThrow(/version 1/);
    expect(refusal(qcow2({ capacity: 2 ** 60 }))).toThrow(/does not make sense/);
    expect(refusal(qcow2().subarray(0, 50))).toThrow(/does not make sense/);
  });

  test('vmdk is taken where all of it is in the file', () => {
    expect(parseDiskImage(vmdk(), 2048)).toEqual({ format: 'vmdk', capacity: 3 * GiB });
    expect(refusal(vmdk({ createType: 'twoGbMaxExtentSparse' }))).toThrow(/in other files/);
    expect(refusal(vmdk({ parent: '12345678' }))).toThrow(/overlay/);
    expect(refusal(Buffer.from('# Disk DescriptorFile\nversion=1\n'))).toThrow(/in other files/);
    expect(refusal(vmdk().subarray(0, 700))).toThrow(/does not make sense/);
    expect(refusal(vmdk({ capacity: 0, more: 'RW 1 FLAT "/etc/passwd" 0\n' }))).toThrow(/in other files/);
    expect(refusal(vmdk({ more: 'parentFileNameHint="/etc/passwd"\n' }))).toThrow(/overlay/);
  });

  test('vdi and vpc are taken unless they are differences', () => {
    const vdi = (type: number) => {
      const head = Buffer.alloc(512);
      head.writeUInt32LE(0xbeda107f, 64);
      head.writeUInt32LE(type, 76);
      head.writeBigUInt64LE(BigInt(GiB), 368);
      return head;
    };
    expect(parseDiskImage(vdi(1), 512)).toEqual({ format: 'vdi', capacity: GiB });
    expect(refusal(vdi(4))).toThrow(/overlay/);
    const vpc = (type: number) => {
      const head = Buffer.alloc(512);
      head.write('conectix', 'latin1');
      head.writeBigUInt64BE(BigInt(GiB), 48);
      head.writeUInt32BE(type, 60);
      return head;
    };
    expect(parseDiskImage(vpc(3), 512)).toEqual({ format: 'vpc', capacity: GiB });
    expect(refusal(vpc(4))).toThrow(/overlay/);
  });
});
