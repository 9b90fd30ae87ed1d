import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { chosenToken, guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { makePool } from '../faults/storage-bed.ts';

// Images of layers, put together in libvirt's real LXC driver. The archives are made as docker, podman and skopeo write them.
const run = promisify(execFile);
const idMap = { start: 300_000, count: 65_536 };
let daemon: PrivateLibvirtd;
let connection: HostConnection;
let pool: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'roots');
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await connectTo(`lxc:///system?socket=${daemon.socket}`);
});
afterEach(async () => {
  for (const { id } of await connection.listGuests()) await connection.deletion?.delete(id, [], quietOperation());
  await connection.close();
});

async function create(name: string, archive: string, map: typeof idMap | null = idMap) {
  const from = { kind: 'file', token: chosenToken } as const;
  const told = { hostname: null, rootPasswordHash: null };
  const source = { kind: 'container-os', from, into: 'roots', init: '/bin/sh', idMap: map, ...told } as const;
  if (connection.creation === null) throw new Error('this host makes containers');
  return connection.creation.create(guestRequest(plainSpec(name, { source, firmware: null, memory: 64 * MiB }), archive), quietOperation());
}

type Files = Readonly<Record<string, string>>;
/** The tar archive of a layer; "-> x" is a link to x. */
async function layer(name: string, files: Files, programs = false): Promise<string> {
  const dir = join(daemon.dir, `layer-${name}`);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(dir, file, '..'), { recursive: true });
    await (text.startsWith('-> ') ? symlink(text.slice(3), join(dir, file)) : writeFile(join(dir, file), text));
  }
  if (programs) {
    for (const folder of ['bin', 'dev', 'proc', 'sys', 'tmp']) await mkdir(join(dir, folder), { recursive: true });
    await copyFile('/bin/busybox', join(dir, 'bin/busybox'));
    await symlink('busybox', join(dir, 'bin/sh'));
  }
  await run('tar', ['--owner=0', '--group=0', '-C', dir, '-cf', `${dir}.tar`, '.']);
  return `${dir}.tar`;
}
const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** As docker save writes it. */
async function dockerArchive(name: string, layers: readonly string[], more: Files = {}): Promise<string> {
  const dir = join(daemon.dir, name);
  await mkdir(dir);
  const names = [...layers.keys()].map((at) => `${at}abc/layer.tar`);
  for (const [at, file] of layers.entries()) {
    await mkdir(join(dir, `${at}abc`));
    await copyFile(file, join(dir, names[at] ?? ''));
  }
  const manifest = [{ Config: 'abc.json', RepoTags: ['example/app:1'], Layers: names }];
  for (const [file, text] of Object.entries({ 'manifest.json': JSON.stringify(manifest), 'abc.json': '{}', ...more })) {
    await rm(join(dir, file), { force: true });
    await (text.startsWith('-> ') ? symlink(text.slice(3), join(dir, file)) : writeFile(join(dir, file), text));
  }
  await run('tar', ['-C', dir, '-cf', `${dir}.tar`, '.']);
  return `${dir}.tar`;
}

/** As the OCI's image layout has it, with its layers compressed; `damage` changes a blob's bytes. */
async function ociArchive(name: string, layers: readonly string[], damage = false): Promise<string> {
  const dir = join(daemon.dir, name);
  const blobs = join(dir, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (file: string) => {
    const digest = await sha256(file);
    await rename(file, join(blobs, digest));
    return { digest: `sha256:${digest}`, size: 1 };
  };
  const descriptors = [];
  for (const file of layers) {
    await run('gzip', ['-k', file]);
    descriptors.push({ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...(await put(`${file}.gz`)) });
  }
  const document = join(daemon.dir, 'document');
  await writeFile(document, '{}');
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...(await put(document)) };
  // With blanks, as people's own tools write it.
  await writeFile(document, JSON.stringify({ schemaVersion: 2, config, layers: descriptors }, null, 2));
  await writeFile(join(dir, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [await put(document)] }));
  await writeFile(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const [first] = descriptors;
  if (damage && first !== undefined) await run('sh', ['-c', 'echo x >>"$0"', join(blobs, first.digest.slice(7))]);
  await run('tar', ['-C', dir, '-czf', `${dir}.tar.gz`, '.']);
  return `${dir}.tar.gz`;
}

const base = {
  'etc/kept': 'below',
  'etc/changed': 'below',
  'etc/gone': 'below',
  'opt/emptied/old': 'below',
  'opt/tree/deep/file': 'below',
  'opt/file': 'below',
  'srv/dev/kept': 'not a device',
};
const above = {
  'etc/changed': 'above',
  'etc/.wh.gone': '',
  'opt/emptied/.wh..wh..opq': '',
  'opt/emptied/new': 'above',
  'opt/tree': 'a file now',
  'opt/.wh.file': '',
  'opt/file/inside': 'a folder now',
};
const listed = async (name: string) =>
  (await run('sh', ['-c', 'cd "$0" && find . -path ./bin -prune -o -type f -print | sort', join(pool, name)])).stdout.trim().split('\n');

test.each([
  ['docker save', 'saved', dockerArchive],
  ['the OCI', 'layout', ociArchive],
])('the layers of an image, in the form of %s, come to be one system', async (_, name, archive) => {
  const layers = [await layer(`${name}-1`, base, true), await layer(`${name}-2`, above)];
  await create(name, await archive(`image-${name}`, layers));
  const files = ['./etc/changed', './etc/kept', './opt/emptied/new', './opt/file/inside', './opt/tree', './srv/dev/kept'];
  expect(await listed(name)).toEqual(files);
  const text = (file: string) => readFile(join(pool, name, file), 'utf8');
  expect([await text('etc/kept'), await text('etc/changed'), await text('opt/tree')]).toEqual(['below', 'above', 'a file now']);
  // .oldroot is libvirt's own.
  const folders = (await readdir(join(pool, name))).filter((each) => each !== '.oldroot').sort();
  expect(folders).toEqual(['bin', 'dev', 'etc', 'opt', 'proc', 'srv', 'sys', 'tmp']);
  expect((await connection.listGuests()).map((guest) => guest.state)).toEqual(['running']);
});

test('no layer takes anything away outside of the container’s folder, whoever its users are', async () => {
  const outside = join(daemon.dir, 'outside');
  await mkdir(join(outside, 'within'), { recursive: true });
  for (const file of ['secret', 'within/secret']) await writeFile(join(outside, file), 'of the host');
  await run('chmod', ['-R', 'a+rwX', outside]);
  const first = await layer('hostile-1', { out: `-> ${outside}`, 'etc/x': '' }, true);
  const second = await layer('hostile-2', { 'out/.wh.secret': '', 'out/within/.wh..wh..opq': '' });
  const archive = await dockerArchive('hostile', [first, second]);
  for (const map of [idMap, null]) await create(map === null ? 'hostile' : 'hostile-mapped', archive, map);
  expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('of the host');
  expect(await readFile(join(outside, 'within/secret'), 'utf8')).toBe('of the host');
});

test('what is damaged, of several images, or led out of itself is refused in words, and nothing of it stays', async () => {
  const one = await layer('plain', { 'etc/x': '' }, true);
  const two = JSON.stringify(['a', 'b'].map((id) => ({ Config: id, Layers: ['0abc/layer.tar'] })));
  const leading = JSON.stringify([{ Layers: ['../../outside.tar'] }]);
  await copyFile(one, join(daemon.dir, 'outside.tar'));
  const before = await readdir(pool);
  const refused = { code: 'bad-file', message: expect.stringContaining('not one image') };
  for (const [name, text] of Object.entries({ several: two, leading, none: '[]', linked: `-> ${join(daemon.dir, 'elsewhere.json')}` })) {
    await expect(create(name, await dockerArchive(name, [one], { 'manifest.json': text })), name).rejects.toMatchObject(refused);
  }
  const damaged = await ociArchive('damaged', [one], true);
  await expect(create('damaged', damaged)).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('damaged') });
  expect(await readdir(pool)).toEqual(before);
});
