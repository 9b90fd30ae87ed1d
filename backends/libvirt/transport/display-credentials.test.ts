import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nobodyToAsk } from '../../login.ts';
import { privateDisplayCredentials } from './display-credentials.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'guesthouse-home-'));
});
afterEach(() => rm(home, { recursive: true }));

/** Of the system's own files there are none. */
const credentials = () =>
  privateDisplayCredentials({ environment: {}, uid: 1000, home, exists: (path) => path.startsWith(home) && existsSync(path) }, nobodyToAsk);

test('who has no certificate needs none', async () => {
  await expect(credentials()).resolves.toBeDefined();
});

test('files that are no certificate are named', async () => {
  const folder = join(home, '.pki/libvirt-vnc');
  await mkdir(join(folder, 'private'), { recursive: true });
  await writeFile(join(folder, 'clientcert.pem'), 'a note');
  await writeFile(join(folder, 'private/clientkey.pem'), 'another');
  await expect(credentials()).rejects.toMatchObject({
    code: 'bad-file',
    message: `${folder}/clientcert.pem and ${folder}/private/clientkey.pem cannot be used.`,
  });
});
