import { lstat, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdOriginal } from './hold-original.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-original-'));
  path = join(folder, 'disk.img');
  await writeFile(path, 'what was copied');
});
afterEach(() => rm(folder, { recursive: true }));

const code = (found: string) => expect.objectContaining({ code: found });

test('what is still what it was is removed, by way of a link too', async () => {
  const link = join(folder, 'link.img');
  await symlink(path, link);
  const original = await holdOriginal({ path: link });
  await original.remove();
  await expect(lstat(path)).rejects.toThrow('ENOENT');
});

test('what was written to, or put in its place, stays', async () => {
  const original = await holdOriginal({ path });
  await writeFile(path, 'something else');
  await expect(original.remove()).rejects.toEqual(code('bad-file'));
  await rm(path);
  await writeFile(path, 'what was copied');
  await expect(original.remove()).rejects.toEqual(code('bad-file'));
  expect((await lstat(path)).size).toBe(15);
});

test('another file than was chosen is refused before anything is copied', async () => {
  await expect(holdOriginal({ path, identity: '1:1' })).rejects.toEqual(code('bad-file'));
});
