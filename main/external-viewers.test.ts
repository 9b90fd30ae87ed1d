import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createExternalViewers } from './external-viewers.ts';

const rdp = { kind: 'rdp', at: '127.0.0.1:3389' } as const;
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
  const viewers = createExternalViewers({ PATH: folder }, 60_000);
  expect(await viewers.nameFor(rdp)).toBeNull();
  await expect(viewers.open(rdp)).rejects.toMatchObject({ code: 'unsupported' });

  // It asks in a terminal, and there is none.
  await install('xfreerdp', 'exit 0');
  expect(await viewers.nameFor(rdp)).toBeNull();
  await install('sdl-freerdp', `echo "$#" "$1" >${folder}/seen`);
  expect(await viewers.nameFor(rdp)).toBe('FreeRDP');
  await viewers.open(rdp);
  expect(await readFile(join(folder, 'seen'), 'utf8')).toBe('1 /v:127.0.0.1:3389\n');

  await install('gnome-connections', `echo "$#" "$1" >${folder}/seen`);
  expect(await viewers.nameFor(rdp)).toBe('Connections');
  await viewers.open({ kind: 'rdp', at: '[::1]:3389' });
  expect(await readFile(join(folder, 'seen'), 'utf8')).toBe('1 rdp://[::1]:3389\n');
});

test('one that ends at once says why', async () => {
  await install('remmina', 'echo no screen >&2; exit 3');
  const opening = createExternalViewers({ PATH: folder }, 60_000).open(rdp);
  await expect(opening).rejects.toMatchObject({ code: 'internal', reason: 'no screen' });
});

test('virt-viewer is told which guest on which host, and takes neither for an option', async () => {
  await install('virt-viewer', `printf '%s|' "$@" >${folder}/seen`);
  await createExternalViewers({ PATH: folder }, 60_000).open({ kind: 'attach', address: 'qemu:///system', guest: '--help me' });
  expect(await readFile(join(folder, 'seen'), 'utf8')).toBe('--attach|--connect|qemu:///system|--|--help me|');
});

test('so many are started and no more, until one of them ends', async () => {
  await install('remmina', `while [ -d ${folder} ] && [ ! -e ${folder}/end ]; do sleep 0.1; done`);
  const viewers = createExternalViewers({ PATH: `${folder}:/usr/bin:/bin` }, 10);
  const opened = await Promise.allSettled(Array.from({ length: 40 }, async () => viewers.open(rdp)));
  expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
  await expect(viewers.open(rdp)).rejects.toMatchObject({ code: 'busy' });
  await writeFile(join(folder, 'end'), '');
  await vi.waitFor(async () => viewers.open(rdp), { timeout: 20_000, interval: 200 });
});
