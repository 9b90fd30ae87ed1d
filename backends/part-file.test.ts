import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PartFile } from './part-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-part-'));
  path = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true }));

test('many pieces, a hole and more pieces are in their places', async () => {
  const file = await PartFile.create({ path, replaces: null }, 0);
  const HOLE = 1_000_000;
  const before = Array.from({ length: 3000 }, (_, index) => randomBytes((index % 7) * 300));
  const after = Array.from({ length: 700 }, () => randomBytes(10_000));
  let position = 0;
  const write = async (pieces: readonly Buffer[]) => {
    for (const piece of pieces) {
      await file.write(piece, position);
      position += piece.length;
    }
  };
  await write(before);
  position += HOLE;
  await write(after);
  await file.settle(position + HOLE);
  await file.keep();
  const expected = Buffer.concat([...before, Buffer.alloc(HOLE), ...after, Buffer.alloc(HOLE)]);
  expect((await readFile(path)).equals(expected)).toBe(true);
  expect(await readdir(folder)).toEqual(['file']);
});

test('what is written is done with in order, a megabyte and more at a time', async () => {
  const file = await PartFile.create({ path, replaces: null }, 0);
  const PIECE = 1 << 18;
  const done: number[] = [];
  const write = (index: number) => file.write(Buffer.alloc(PIECE, index), index * PIECE, () => done.push(index));
  for (let index = 0; index < 3; index += 1) await write(index);
  expect((await stat(`${path}.part`)).size).toBe(0);
  for (let index = 3; index < 42; index += 1) await write(index);
  await file.settle(42 * PIECE);
  await file.keep();
  expect(done).toEqual(Array.from({ length: 42 }, (_, index) => index));
  expect((await readFile(path)).every((byte, at) => byte === Math.floor(at / PIECE))).toBe(true);
});

test('nothing is left of one that is given up while it is written', async () => {
  const file = await PartFile.create({ path, replaces: null }, 0);
  for (let index = 0; index < 3; index += 1) void file.write(Buffer.alloc(1_000_000, 1), index * 1_000_000);
  await file.discard();
  expect(await readdir(folder)).toEqual([]);
});

test('who gives up late removes no file that another one has begun in its place', async () => {
  const file = await PartFile.create({ path, replaces: null }, 0);
  await file.write(Buffer.alloc(2_000_000, 1), 0);
  const late = file.discard();
  // What the person removes by hand while the disk does not answer, to begin anew.
  rmSync(`${path}.part`);
  writeFileSync(`${path}.part`, 'another');
  await late;
  expect(await readFile(`${path}.part`, 'utf8')).toBe('another');
});

test('what was begun in its place is not put there for it, as if it were whole', async () => {
  const file = await PartFile.create({ path, replaces: null }, 0);
  await file.write(Buffer.alloc(1000, 1), 0);
  await file.settle(1000);
  await rm(`${path}.part`);
  await expect(file.keep()).rejects.toMatchObject({ code: 'bad-file', message: expect.stringContaining('removed') });
  await file.discard();

  const other = await PartFile.create({ path, replaces: null }, 0);
  await other.settle(1000);
  await rm(`${path}.part`);
  await writeFile(`${path}.part`, 'another');
  await expect(other.keep()).rejects.toMatchObject({ code: 'bad-file' });
  await other.discard();
  expect(await readdir(folder)).toEqual(['file.part']);
  expect(await readFile(`${path}.part`, 'utf8')).toBe('another');
});

test('nothing is written any more once it is given up', async () => {
  const file = await PartFile.create({ path, replaces: null }, 0);
  await file.write(Buffer.alloc(2_000_000, 1), 0);
  const settling = file.settle(4_000_000).catch((error: unknown) => error);
  const discarded = file.discard();
  await expect(file.write(Buffer.alloc(2_000_000, 2), 2_000_000)).rejects.toMatchObject({ code: 'cancelled' });
  await discarded;
  await expect(file.write(Buffer.alloc(2_000_000, 2), 2_000_000)).rejects.toMatchObject({ code: 'cancelled' });
  expect(await settling).toBeInstanceOf(Error);
  expect(await readdir(folder)).toEqual([]);
});

test('as long as it is said to be, with nothing written', async () => {
  const file = await PartFile.create({ path, replaces: null }, 0);
  await file.settle(5000);
  await file.keep();
  expect((await stat(path)).size).toBe(5000);
});
