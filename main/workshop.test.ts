import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startWebServer, type WebAnswer, type WebServer } from '../test/bed/web-server.ts';
import type { Workshop } from '../backends/sources/sources.ts';
import { osinfoDb } from '../backends/osinfo-db.ts';
import { createLocalSources } from './local-sources.ts';

// Servers and other programs take part: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const progress = { report: () => undefined, signal: new AbortController().signal };
const DEBIAN = 'http://debian.org/debian/11';
let cache: string;
let answers: Record<string, WebAnswer>;
let server: WebServer;
let workshop: Workshop;
beforeEach(async () => {
  // Whoever tests behind a proxy has it in the environment.
  vi.stubEnv('no_proxy', '*');
  cache = await mkdtemp(join(tmpdir(), 'workshop-'));
  answers = {};
  server = await startWebServer(answers);
  workshop = await createLocalSources(cache).openWorkshop();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(cache, { recursive: true });
});
const left = async (): Promise<string[]> =>
  (await readdir(cache, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

test('fetches, converts and makes discs in a private folder, and leaves nothing', async () => {
  answers['/a.iso'] = 'an image';
  const checksum = { algorithm: 'sha256' as const, value: createHash('sha256').update('an image').digest('hex') };
  const fetched = await workshop.download(`${server.url}/a.iso`, checksum, progress);
  expect(await readFile(fetched.path, 'utf8')).toBe('an image');
  expect((await stat(dirname(fetched.path))).mode & 0o077).toBe(0);

  const vdi = join(cache, 'a.vdi');
  execFileSync('qemu-img', ['create', '-f', 'vdi', vdi, '4M'], { stdio: 'ignore' });
  const converted = await workshop.convert({ path: vdi }, progress);
  expect(execFileSync('qemu-img', ['info', converted.path], { encoding: 'utf8' })).toContain('file format: qcow2');
  expect(await workshop.convert(converted, progress)).toBe(converted);

  const seed = await workshop.makeSeed({ hostname: 'web', user: null, packages: [], own: null }, 'guest-1');
  expect((await stat(seed.path)).size).toBeGreaterThan(0);
  await rm(vdi);
  await workshop.dispose();
  expect(await left()).toEqual([]);
});

test('a download that broke off is gone on with by another workshop', async () => {
  const whole = Buffer.alloc(500_000, 'x');
  const etag = '"v1"';
  const abort = new AbortController();
  answers['/a.iso'] = (_, response) =>
    void response.writeHead(200, { etag, 'content-length': whole.length }).write(whole.subarray(0, 200_000));
  const report = (_: string, share: number | null) => void (share !== null && share > 0.1 && abort.abort());
  await expect(workshop.download(`${server.url}/a.iso`, null, { report, signal: abort.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
  await workshop.dispose();
  expect(await left()).toHaveLength(2);

  const ranges: (string | undefined)[] = [];
  answers['/a.iso'] = (request, response) => {
    ranges.push(request.headers.range);
    const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
    const range = { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` };
    response.writeHead(206, { etag, 'content-length': whole.length - from, ...range }).end(whole.subarray(from));
  };
  const next = await createLocalSources(cache).openWorkshop();
  const fetched = await next.download(`${server.url}/a.iso`, null, progress);
  expect((await readFile(fetched.path)).equals(whole)).toBe(true);
  expect(ranges).toEqual([expect.stringMatching(/^bytes=[1-9]/)]);
  await next.dispose();
  expect(await left()).toEqual([]);
});

test('what a killed program left is swept away before the next workshop opens', async () => {
  await workshop.makeSeed({ hostname: 'web', user: null, packages: [], own: null }, 'guest-1');
  expect(await left()).not.toEqual([]);
  await (await createLocalSources(cache).openWorkshop()).dispose();
  expect(await left()).toEqual([]);
});

test('an installer’s answers go into its first file system, behind what is there', async () => {
  const first = join(cache, 'first');
  await writeFile(first, 'files');
  const initrd = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet', '-D', cache], { input: 'first\n' });
  Object.assign(answers, {
    '/tree/current/images/netboot/debian-installer/amd64/linux': 'kernel',
    '/tree/current/images/netboot/debian-installer/amd64/initrd.gz': initrd,
  });
  const script = (await osinfoDb()).facts(DEBIAN)?.scripts.find(({ profile }) => profile === 'jeos')?.id ?? '';
  const wish = {
    os: DEBIAN,
    script,
    hostname: 'web',
    user: { name: 'ada', fullName: 'Ada', password: 'secret' },
    rootPassword: null,
    language: 'en_US',
    keyboard: 'us',
    timezone: 'Europe/Berlin',
    productKey: null,
  };
  const boot = await workshop.fetchKernel(`${server.url}/tree`, progress, wish);
  expect(boot.arguments).toBe('auto=true priority=critical');
  const bytes = await readFile(boot.initrd.path);
  expect(bytes.subarray(0, initrd.length).equals(initrd)).toBe(true);
  const added = execFileSync('cpio', ['-i', '--quiet', '--to-stdout', 'preseed.cfg'], {
    input: bytes.subarray(Math.ceil(initrd.length / 4) * 4),
    encoding: 'utf8',
  });
  expect(added).toContain('d-i netcfg/get_hostname string web');
  await expect(workshop.makeAnswers(wish)).rejects.toMatchObject({ code: 'unsupported' });
});
