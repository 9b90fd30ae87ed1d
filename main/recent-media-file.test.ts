import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KeptMedium, openRecentMedia } from './recent-media-file.ts';

let folder = '';
let file = '';
const open = () => openRecentMedia(file, () => {});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-recent-'));
  file = join(folder, 'recent-media.json');
});
afterEach(() => rm(folder, { recursive: true }));

const entry: KeptMedium = { id: randomUUID(), kind: 'file', use: 'iso', path: '/srv/debian.iso', size: 5, usedAt: 1 };

test('the list is there at the next start, for the user alone', async () => {
  await open().change(() => [entry]);
  expect(await open().read()).toEqual([entry]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('what is not understood is passed over: other kinds, paths that are none, addresses with a password', async () => {
  const address = { id: randomUUID(), kind: 'address', use: 'tree', usedAt: 1 };
  const media = [
    { ...entry, kind: 'hologram' },
    { ...entry, path: 'debian.iso' },
    { ...address, url: 'https://ada:secret@example.org/os/' },
    entry,
  ];
  await writeFile(file, JSON.stringify({ version: 1, media }));
  expect(await open().read()).toEqual([entry]);
  expect(await readFile(file, 'utf8')).toContain('hologram');
});
