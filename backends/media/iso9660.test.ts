import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { readIsoIdentity } from './iso9660.ts';

const SECTOR = 2048;

function descriptor(type: number, fields: Readonly<Record<number, string | readonly number[]>> = {}): Buffer {
  const sector = Buffer.alloc(SECTOR);
  sector[0] = type;
  sector.write('CD001\u0001', 1, 'latin1');
  for (const [offset, value] of Object.entries(fields)) {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value);
    bytes.copy(sector, Number(offset));
  }
  return sector;
}

const primary = {
  8: 'LINUX   ',
  40: 'Debian 11.5.0 amd64 n   ',
  80: [16, 1, 0, 0, 0, 0, 1, 16],
  128: [0, 8, 8, 0],
  318: 'SOMEONE',
  574: 'TOOL',
};
const elTorito = { 7: 'EL TORITO SPECIFICATION', 71: [20, 0, 0, 0] };

function catalog(bootable: number): Buffer {
  const sector = Buffer.alloc(SECTOR);
  sector.set([1, 0], 0);
  sector.set([0xaa, 0x55], 28);
  sector.set([0x55, 0xaa], 30);
  sector[32] = bootable;
  return sector;
}

/** An image with these sectors from number 16 on; `catalog` at sector 20. */
function image(sectors: readonly Buffer[], at20: Buffer = Buffer.alloc(SECTOR)): Buffer {
  const all = Buffer.alloc(21 * SECTOR);
  sectors.forEach((sector, index) => sector.copy(all, (16 + index) * SECTOR));
  if (sectors.length < 5) at20.copy(all, 20 * SECTOR);
  return all;
}

const identify = (bytes: Uint8Array) => readIsoIdentity(async (offset, length) => bytes.subarray(offset, offset + length));

test('reads identifiers, size and bootability', async () => {
  expect(await identify(image([descriptor(1, primary), descriptor(0, elTorito), descriptor(255)], catalog(0x88)))).toEqual({
    systemId: 'LINUX',
    volumeId: 'Debian 11.5.0 amd64 n',
    publisherId: 'SOMEONE',
    applicationId: 'TOOL',
    jolietLabel: '',
    volumeSize: 272 * SECTOR,
    bootable: true,
  });
});

test('reads the Joliet label, and a number written in one byte order only', async () => {
  const label = Buffer.from('A longer name'.padEnd(16), 'utf16le').swap16();
  const joliet = { 40: [...label], 88: '%/E' };
  const read = await identify(
    image([descriptor(1, { ...primary, 80: [0, 0, 0, 0, 0, 0, 1, 16] }), descriptor(2, joliet), descriptor(255)]),
  );
  expect(read).toMatchObject({ jolietLabel: 'A longer name', volumeSize: 272 * SECTOR, bootable: false });
});

test('a boot record alone does not boot', async () => {
  const records = [descriptor(1, primary), descriptor(0, elTorito), descriptor(255)];
  expect(await identify(image(records, catalog(0)))).toMatchObject({ bootable: false });
  const beyond = { ...elTorito, 71: [0xff, 0xff, 0xff, 0xff] };
  expect(await identify(image([descriptor(1, primary), descriptor(0, beyond), descriptor(255)]))).toMatchObject({ bootable: false });
  const damaged = catalog(0x88);
  damaged[4] = 1;
  expect(await identify(image(records, damaged))).toMatchObject({ bootable: false });
});

test('what is no image is none', async () => {
  expect(await identify(Buffer.alloc(0))).toBeNull();
  expect(await identify(Buffer.alloc(64 * SECTOR))).toBeNull();
  expect(await identify(image([descriptor(255)]))).toBeNull();
  expect(await identify(image([descriptor(1, primary)]).subarray(0, 17 * SECTOR - 1))).toBeNull();
});

test('an image without an end is read for 64 sectors', async () => {
  let reads = 0;
  const identity = await readIsoIdentity(async () => {
    reads += 1;
    return descriptor(1, primary);
  });
  expect(reads).toBe(64);
  expect(identity?.volumeId).toBe('Debian 11.5.0 amd64 n');
});

test('control and bidi characters do not get out', async () => {
  const joliet = { 40: [...Buffer.from('a\u202Eb\u0000\u0007c', 'utf16le').swap16()], 88: '%/@' };
  const read = await identify(image([descriptor(1, { ...primary, 40: 'X\u0007\u009B\u0000Y' }), descriptor(2, joliet), descriptor(255)]));
  expect(read).toMatchObject({ volumeId: 'XY', jolietLabel: 'abc' });
});

property.prop([
  fc.array(fc.uint8Array({ minLength: SECTOR - 8, maxLength: SECTOR - 8 }), { maxLength: 4 }),
  fc.constantFrom(0, 1, 2, 3, 255),
])('never throws, whatever the descriptors hold', async (contents, type) => {
  const sectors = contents.map((content, index) => descriptor(index === 0 ? 1 : type, { 8: [...content] }));
  const read = await identify(image(sectors));
  if (read !== null) expect(Number.isSafeInteger(read.volumeSize)).toBe(true);
});
