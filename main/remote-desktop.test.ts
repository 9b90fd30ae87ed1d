import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRemoteDesktop } from './remote-desktop.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-rdp-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function install(file: string, script: string): Promise<void> {
  await writeFile(join(folder, file), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, file), 0o755);
}

test('the first program that is installed is told where, in its own way', async () => {
  const desktop = createRemoteDesktop({ PATH: folder }, 60_000);
  expect(await desktop.program()).toBeNull();
  await expect(desktop.open('127.0.0.1:3389')).rejects.toMatchObject({ code: 'unsupported' });

  await install('xfreerdp', `echo "$#" "$1" >${folder}/seen`);
  expect(await desktop.program()).toBe('FreeRDP');
  await desktop.open('127.0.0.1:3389');
  expect(await readFile(join(folder, 'seen'), 'utf8')).toBe('1 /v:127.0.0.1:3389\n');

  await install('gnome-connections', `echo "$#" "$1" >${folder}/seen`);
  expect(await desktop.program()).toBe('Connections');
  await desktop.open('[::1]:3389');
  expect(await readFile(join(folder, 'seen'), 'utf8')).toBe('1 rdp://[::1]:3389\n');
});

test('one that ends at once says why', async () => {
  await install('remmina', 'echo no screen >&2; exit 3');
  const opening = createRemoteDesktop({ PATH: folder }, 60_000).open('127.0.0.1:3389');
  await expect(opening).rejects.toMatchObject({ code: 'internal', reason: 'no screen' });
});
