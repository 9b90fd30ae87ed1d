import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convertImage } from '../../backends/sources/convert-image.ts';
import { download } from '../../backends/sources/download.ts';
import { createLocalSources } from '../../main/local-sources.ts';
import { partOf } from '../../main/workshop.ts';
import { startWebServer } from '../bed/web-server.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('Skipped: a full disk of this computer: only root can mount a small one');

const MiB = 1024 * 1024;
const progress = { report: () => undefined, signal: new AbortController().signal };

describe.skipIf(!isRoot)('this computer’s own disk is full', () => {
  let folder: string;
  let small: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'full-'));
    small = mkdtempSync(join(folder, 'small-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]);
  });
  afterAll(() => {
    execFileSync('umount', [small]);
    rmSync(folder, { recursive: true });
  });
  const taken = () => readdirSync(small).reduce((sum, name) => sum + statSync(join(small, name)).size, 0);

  test('a download whose size nobody said gives back what it took', async () => {
    const web = await startWebServer({ '/a.iso': (_, response) => void response.writeHead(200).end(Buffer.alloc(6 * MiB)) });
    const wish = { url: `${web.url}/a.iso`, to: join(small, 'whole'), part: join(small, 'part'), checksum: null };
    await expect(download(wish, progress)).rejects.toMatchObject({ code: 'no-space' });
    expect(taken()).toBeLessThan(1024);
    await web.close();
  });

  test('is known before a download begins, with what is here of it already', async () => {
    const sources = createLocalSources(join(small, 'not', 'there'));
    expect(await sources.workshopRoom(null)).toBeNull();
    const cache = join(small, 'cache');
    const here = createLocalSources(cache);
    const free = (await here.workshopRoom(null)) ?? 0;
    expect(free).toBeGreaterThan(MiB);
    expect(free).toBeLessThanOrEqual(2 * MiB);
    const web = await startWebServer({ '/a.iso': (_, response) => void response.writeHead(200, { 'content-length': 6 * MiB }).end() });
    const url = `${web.url}/a.iso`;
    expect(here.knownSize(url)).toBeNull();
    await here.describeRemoteFile(url, progress.signal);
    expect(here.knownSize(url)).toBe(6 * MiB);
    mkdirSync(join(cache, 'downloads'), { recursive: true });
    writeFileSync(partOf(join(cache, 'downloads'), url), Buffer.alloc(MiB, 7));
    const left = (await here.workshopRoom(null)) ?? 0;
    expect(left).toBeLessThanOrEqual(free - MiB);
    expect(await here.workshopRoom(url)).toBe(left + MiB);
    await web.close();
    rmSync(cache, { recursive: true });
  });

  test('a conversion leaves nothing', async () => {
    const disk = join(folder, 'disk.raw');
    writeFileSync(disk, Buffer.alloc(6 * MiB, 7));
    execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'vdi', disk, join(folder, 'disk.vdi')]);
    await expect(convertImage({ path: join(folder, 'disk.vdi') }, join(small, 'disk.qcow2'), progress)).rejects.toMatchObject({
      code: 'no-space',
    });
    expect(readdirSync(small)).not.toContain('disk.qcow2');
  });
});
