import { chmod, link, mkdtemp, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileFinder } from './file-finder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-found-'));
});
afterEach(() => rm(folder, { recursive: true }));

const find = createFileFinder();
const refused = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

test('a file is found with what it is known by, whatever it is called', async () => {
  const path = join(folder, '-x: größer\n.iso');
  await writeFile(path, '12345');
  const { dev, ino } = await stat(path, { bigint: true });
  expect(await find(path)).toEqual({ file: { path, identity: `${dev}:${ino}` }, size: 5 });
});

test('what is gone, a folder, or a link that took its place is not the file', async () => {
  const path = join(folder, 'a.iso');
  await expect(find(path)).rejects.toEqual(refused('bad-file', /^“a\.iso” is not there any more\.$/));
  await expect(find(folder)).rejects.toEqual(refused('bad-file', /not a regular file/));
  await writeFile(path, 'x');
  await rename(path, join(folder, 'b.iso'));
  await symlink(join(folder, 'b.iso'), path);
  await expect(find(path)).rejects.toEqual(refused('bad-file', /not a regular file/));
  await rm(path);
  await link(join(folder, 'b.iso'), path);
  expect((await find(path)).size).toBe(1);
});

test('a disk that does not answer is not waited for, and is not asked a second time meanwhile', async () => {
  const log = join(folder, 'log');
  const command = join(folder, 'stat');
  await writeFile(command, `#!/bin/sh\necho asked >> '${log}'\ntrap '' TERM\nexec sleep 60\n`);
  await chmod(command, 0o755);
  const hanging = createFileFinder({ command, patienceMs: 300 });
  const late = refused('timeout', /does not answer/);
  const [first, second] = [hanging('/mnt/gone/a.iso'), hanging('/mnt/gone/a.iso')];
  await expect(first).rejects.toEqual(late);
  await expect(second).rejects.toEqual(late);
  expect((await stat(log)).size).toBe('asked\n'.length);
});

test('where there is no such program, that is said', async () => {
  await expect(createFileFinder({ command: join(folder, 'none') })('/a')).rejects.toEqual(refused('unsupported', /could not be started/));
});

test('why a file cannot be looked at is said without the path of its folder', async () => {
  const command = join(folder, 'stat');
  const said = async (words: string) => {
    await writeFile(command, `#!/bin/sh\necho "stat: cannot statx '$4': ${words}" >&2\nexit 1\n`);
    await chmod(command, 0o755);
    return createFileFinder({ command })('/home/me/secret folder/x.iso').then(
      () => null,
      (error: unknown) => error,
    );
  };
  const shown = { code: 'bad-file', reason: null };
  expect(await said('Permission denied')).toMatchObject({ ...shown, message: expect.stringMatching(/not permitted to look at “x\.iso”/) });
  expect(await said('Input/output error')).toMatchObject({ ...shown, message: '“x.iso” could not be looked at.' });
});
