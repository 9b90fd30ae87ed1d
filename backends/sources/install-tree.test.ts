import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startWebServer, type WebAnswer, type WebServer } from '../../test/bed/web-server.ts';
import { type OsinfoDb, readOsinfoDb } from '../osinfo-db.ts';
import { fetchBootFiles, recogniseTree } from './install-tree.ts';
import { checksumIn, findPublishedChecksum } from './published-checksum.ts';

// A server takes part: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { signal } = new AbortController();
let root: string;
let db: OsinfoDb;
let answers: Record<string, WebAnswer>;
let server: WebServer;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tree-'));
  await mkdir(join(root, 'os', 'example.org'), { recursive: true });
  const penguin = `<os id="http://example.org/penguin/8"><short-id>penguin8</short-id><name>Penguin 8</name>
    <tree arch="x86_64"><url>https://dl.example.org/8/os</url><treeinfo><family>^Penguin</family><version>^8$</version></treeinfo></tree></os>`;
  await writeFile(join(root, 'os', 'example.org', 'penguin.xml'), `<libosinfo version="0.0.1">${penguin}</libosinfo>`);
  db = await readOsinfoDb([root]);
});
afterAll(() => rm(root, { recursive: true }));
beforeEach(async () => {
  // Whoever tests behind a proxy has it in the environment.
  vi.stubEnv('no_proxy', '*');
  answers = {};
  server = await startWebServer(answers);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const treeinfo = (more: { kernel?: string } = {}) => `[header]
type = productmd.treeinfo
[general]
family = Penguin
version = 8
variant = Everything
arch = x86_64
[images-x86_64]
kernel = ${more.kernel ?? 'images/pxeboot/vmlinuz'}
initrd = images/pxeboot/initrd.img
`;

test('a tree that describes itself is known by that, and gives what it boots', async () => {
  Object.assign(answers, {
    '/os/.treeinfo': treeinfo(),
    '/os/images/pxeboot/vmlinuz': 'kernel',
    '/os/images/pxeboot/initrd.img': 'first files',
  });
  const tree = await recogniseTree(`${server.url}/os`, db, signal);
  expect(tree).toMatchObject({
    name: 'Penguin 8 Everything',
    arch: 'x86_64',
    os: { name: 'Penguin 8' },
    arguments: `inst.repo=${server.url}/os`,
  });
  const boot = await fetchBootFiles(tree, join(root, 'boot'), { signal, report: () => undefined });
  expect(await readFile(boot.kernel.path, 'utf8')).toBe('kernel');
  expect(await readFile(boot.initrd.path, 'utf8')).toBe('first files');
});

test('one that says nothing is known by the files that all of its kind have', async () => {
  answers['/debian/current/images/netboot/debian-installer/amd64/linux'] = 'kernel';
  const tree = await recogniseTree(`${server.url}/debian/`, db, signal);
  expect(tree).toMatchObject({ os: null, arch: 'x86_64', arguments: '' });
  expect(tree.initrd).toBe(`${server.url}/debian/current/images/netboot/debian-installer/amd64/initrd.gz`);
});

test('no tree, a server that cannot serve, and a tree that sends us elsewhere are told', async () => {
  await expect(recogniseTree(`${server.url}/nothing`, db, signal)).rejects.toMatchObject({ code: 'not-found' });
  answers['/busy/.treeinfo'] = (_, response) => void response.writeHead(503).end();
  await expect(recogniseTree(`${server.url}/busy`, db, signal)).rejects.toMatchObject({ code: 'unreachable' });
  answers['/evil/.treeinfo'] = treeinfo({ kernel: 'http://evil.example.org/vmlinuz' });
  await expect(recogniseTree(`${server.url}/evil`, db, signal)).rejects.toMatchObject({ code: 'protocol' });
  answers['/huge/.treeinfo'] = 'x'.repeat(300_000);
  await expect(recogniseTree(`${server.url}/huge`, db, signal)).rejects.toMatchObject({ code: 'too-large' });
});

const [one, two] = ['1'.repeat(64), '2'.repeat(128)];

test('a published sum is found where distributions put it', async () => {
  Object.assign(answers, {
    '/debian/SHA256SUMS': `${'9'.repeat(64)}  other.iso\n${one}  netinst.iso\n`,
    '/suse/leap.iso.sha256': one,
    '/fedora/Fedora-Server-43-1.6-x86_64-CHECKSUM': `# x\nSHA256 (Fedora-Server-dvd-43-1.6.x86_64.iso) = ${one}\n`,
    '/fedora/Fedora-Workstation-37-1.7-x86_64-CHECKSUM': `SHA256 (Fedora-Workstation-Live-x86_64-37-1.7.iso) = ${one}\n`,
    '/none/SHA256SUMS': `${one}  other.iso\n`,
  });
  const found = async (path: string) => (await findPublishedChecksum(server.url + path, signal))?.from.slice(server.url.length);
  expect(await found('/debian/netinst.iso')).toBe('/debian/SHA256SUMS');
  expect(await found('/suse/leap.iso')).toBe('/suse/leap.iso.sha256');
  expect(await found('/fedora/Fedora-Server-dvd-43-1.6.x86_64.iso')).toBe('/fedora/Fedora-Server-43-1.6-x86_64-CHECKSUM');
  expect(await found('/fedora/Fedora-Workstation-Live-x86_64-37-1.7.iso')).toBe('/fedora/Fedora-Workstation-37-1.7-x86_64-CHECKSUM');
  expect(await found('/none/netinst.iso')).toBeUndefined();
});

test('sums are read as sha256sum and sha512sum write them, and only of the file itself', () => {
  expect(checksumIn(`${two} *a.iso`, 'a.iso', false)).toEqual({ algorithm: 'sha512', value: two });
  expect(checksumIn(`${one}  ./a.iso`, 'a.iso', false)).toEqual({ algorithm: 'sha256', value: one });
  expect(checksumIn(`${one}  xa.iso`, 'a.iso', false)).toBeNull();
  expect(checksumIn('<html>not here</html>', 'a.iso', true)).toBeNull();
});
