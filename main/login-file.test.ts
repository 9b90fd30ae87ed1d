import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkLoginFile } from './login-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-login-'));
});
afterEach(() => rm(folder, { recursive: true }));
const put = (name: string) => writeFile(join(folder, name), 'x');
const bad = (words: RegExp) => expect.objectContaining({ code: 'bad-file', message: expect.stringMatching(words) });

test('a key is a file that can be read, and not its public half', async () => {
  await put('id');
  await put('id.pub');
  await mkdir(join(folder, 'folder'));
  await checkLoginFile(join(folder, 'id'), 'ssh-key');
  await expect(checkLoginFile(join(folder, 'id.pub'), 'ssh-key')).rejects.toEqual(bad(/public half/));
  await expect(checkLoginFile(join(folder, 'folder'), 'ssh-key')).rejects.toEqual(bad(/no ordinary file/));
  await expect(checkLoginFile(join(folder, 'none'), 'ssh-key')).rejects.toEqual(bad(/cannot be read/));
  await expect(checkLoginFile('/dev/zero', 'ssh-key')).rejects.toEqual(bad(/no ordinary file/));
});

test('a folder with certificates has the one of the authority, and both of its own or neither', async () => {
  await expect(checkLoginFile(folder, 'certificates')).rejects.toEqual(bad(/cacert\.pem/));
  await put('cacert.pem');
  await checkLoginFile(folder, 'certificates');
  await put('clientcert.pem');
  await expect(checkLoginFile(folder, 'certificates')).rejects.toEqual(bad(/has clientcert\.pem, but not clientkey\.pem/));
  await put('clientkey.pem');
  await checkLoginFile(folder, 'certificates');
  await rm(join(folder, 'clientcert.pem'));
  await expect(checkLoginFile(folder, 'certificates')).rejects.toEqual(bad(/has clientkey\.pem, but not clientcert\.pem/));
});
