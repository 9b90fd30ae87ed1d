import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { pathsIn, sharesIn } from './disk-uses.ts';
import type { KnownFolder, StoragePicture } from './storage-needs.ts';
import { treeKeptBecause } from './tree-needs.ts';

let dir: string;
let folder: KnownFolder;
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'guesthouse-tree-')));
  await mkdir(join(dir, 'pool/web/bin'), { recursive: true });
  await mkdir(join(dir, 'other'));
  await symlink(join(dir, 'pool'), join(dir, 'link'));
  await symlink(join(dir, 'other'), join(dir, 'pool/away'));
  await writeFile(join(dir, 'pool/file'), '');
  folder = folderAt('web');
});
afterAll(() => rm(dir, { recursive: true }));

const folderAt = (name: string): KnownFolder => ({ key: name, pool: 'default', name, path: join(dir, 'pool', name) });

/** With a container that has the folder as its root, and another guest. */
function picture(devices: string, places: Record<string, string> = {}, backing: string | null = null): StoragePicture {
  const guest = (name: string, inner: string) => {
    const document = parseXml(`<domain><os><init>/bin/sh</init></os><devices>${inner}</devices></domain>`);
    return { uuid: name, name, running: false, sources: [], paths: pathsIn(document), shares: sharesIn(document) };
  };
  const overlay = {
    key: 'o',
    pool: 'p',
    poolKind: 'dir',
    servers: [],
    name: 'overlay',
    path: '/p/o',
    allocation: 0,
    backing,
    leadsOutside: false,
    usedByHost: false,
  };
  return {
    volumes: [overlay],
    folders: [folder],
    places: [{ pool: 'default', path: join(dir, 'pool') }, ...Object.entries(places).map(([pool, at]) => ({ pool, path: join(dir, at) }))],
    uses: [guest('me', share(folder.path)), guest('db', devices)],
    blind: [],
    identityOf: (path) => path,
  };
}
const share = (path: string, rest = '') => `<filesystem><source dir="${path}"/><target dir="/"/>${rest}</filesystem>`;
const file = (path: string) => `<disk type="file"><source file="${join(dir, path)}"/></disk>`;
const why = (seen: StoragePicture, which = folder) => treeKeptBecause({ local: true }, which, seen, new Set(['me']));

test('a folder of one container alone may go, whatever others have beside it', async () => {
  const beside = share(join(dir, 'pool/web2')) + file('pool/webbed') + file('pool/file') + share('/', '<readonly/>');
  expect(await why(picture(beside, { second: 'other' }))).toBeNull();
  expect(await treeKeptBecause({ local: false }, folder, picture(beside), new Set(['me']))).toBeNull();
});

test('it stays while another guest has it, something in it, or a folder around it, by whatever path', async () => {
  const needed = ['pool/web', 'pool/web/', 'link/web', 'pool/other/../web', 'pool/web/bin', 'pool', 'link', '.'];
  for (const path of needed) expect(await why(picture(share(join(dir, path)))), path).toBe('“db” needs it too, or something in it.');
  for (const path of ['pool/web/disk.img', 'link/web/bin/new', 'pool/web/bin/../disk.img']) {
    expect(await why(picture(file(path))), path).toBe('“db” needs it too, or something in it.');
  }
  const log = `<console type="pty"><log file="${join(dir, 'pool/web/log')}"/></console>`;
  expect(await why(picture(log))).toContain('“db”');
  expect(await why(picture(share('/')))).toContain('“db”');
  expect(await why(picture('', {}, join(dir, 'pool/web/base.img')))).toContain('“overlay”');
});

test('it stays where another pool is it, in it or around it', async () => {
  for (const at of ['pool/web', 'pool/web/bin', 'link', '.']) {
    expect(await why(picture('', { second: at })), at).toContain('storage pool “second”');
  }
});

test('a link, a file, what is not there and what is not in the pool stay', async () => {
  for (const name of ['away', 'file', 'none', '../other', '.']) expect(await why(picture(''), folderAt(name)), name).not.toBeNull();
  expect(await why(picture(''), { ...folder, pool: 'unknown' })).not.toBeNull();
});

test('so does what is mounted here', async () => {
  const proc: KnownFolder = { key: 'proc', pool: 'default', name: 'proc', path: '/proc' };
  expect(await why({ ...picture(''), places: [{ pool: 'default', path: '/' }] }, proc)).toMatch(/^Something is mounted/);
});
