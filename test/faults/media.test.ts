import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMediaReader } from '../../backends/media/media-reader.ts';
import { readOsinfoDb } from '../../backends/osinfo-db.ts';
import { osinfoDirectories } from '../../backends/osinfo-records.ts';
import { failure, makeIso } from './storage-bed.ts';

const run = promisify(execFile);
const reader = createMediaReader();
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'media-'));
  await chmod(root, 0o755);
});
afterAll(() => rm(root, { recursive: true }));

describe('an image is recognised as osinfo-detect does', () => {
  test.each([
    ['Debian 11.5.0 amd64 n', 'LINUX', 'http://debian.org/debian/11', 'linux'],
    ['Fedora-WS-Live-37-1-7', 'LINUX', 'http://fedoraproject.org/fedora/37', 'linux'],
    ['Ubuntu-Server 22.04.1 LTS amd64', 'LINUX', 'http://ubuntu.com/ubuntu/22.04', 'linux'],
    ['CCCOMA_X64FRE_EN-US_DV9', '', 'http://microsoft.com/win/11', 'winnt'],
    ['CEDA_X86FRE_EN-US_DV5', '', 'http://microsoft.com/win/10', 'winnt'],
    ['MY_HOLIDAYS', 'LINUX', null, null],
  ])('%s', async (label, system, id, family) => {
    const iso = await makeIso(join(root, `${label}.iso`), label, system);
    const publisher = ['-publisher', 'MICROSOFT CORPORATION', '-V', label];
    if (family === 'winnt')
      await run('xorriso', ['-as', 'mkisofs', '-quiet', ...publisher, '-b', 'boot.img', '-no-emul-boot', '-o', iso, `${iso}.d`]);
    const media = await reader.read({ path: iso });
    expect(media).toMatchObject({ name: `${label}.iso`, label, bootable: true });
    expect(media.os?.id ?? null).toBe(id);
    expect(media.os?.family ?? null).toBe(family);
    const { stdout } = await run('osinfo-detect', [iso]);
    if (media.os === null) expect(stdout).not.toContain('OS ');
    else expect(stdout).toContain(media.os.name);
  });
});

test('reading the database leaves the event loop to others', async () => {
  let longest = 0;
  // Of the processor and not of the clock: what others on the machine take is not ours.
  const used = () => Object.values(process.cpuUsage()).reduce((sum, micros) => sum + micros / 1000, 0);
  let last = used();
  const timer = setInterval(() => {
    const now = used();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  const db = await readOsinfoDb(osinfoDirectories());
  await db.identify({ volumeId: 'NOTHING', systemId: '', publisherId: '', applicationId: '', volumeSize: 0 });
  clearInterval(timer);
  // The bar is 16 ms; a slow processor takes several times that.
  expect(longest).toBeLessThan(200);
});

describe('refused, with a remedy', () => {
  async function refused(path: string, words: RegExp) {
    const error = await failure(reader.read({ path }));
    expect(error.code).toBe('bad-file');
    expect(error.message).toMatch(words);
    expect(error.remedy).not.toBeNull();
  }

  test('a missing file, and a link to nothing', async () => {
    await refused(join(root, 'missing.iso'), /“missing\.iso” does not exist/);
    await symlink(join(root, 'missing.iso'), join(root, 'dangling.iso'));
    await refused(join(root, 'dangling.iso'), /does not exist/);
  });
  test('a folder', async () => {
    await mkdir(join(root, 'folder.iso'));
    await refused(join(root, 'folder.iso'), /is a folder/);
  });
  test('a FIFO, without waiting for its writer', async () => {
    await run('mkfifo', [join(root, 'fifo.iso')]);
    await refused(join(root, 'fifo.iso'), /not a regular file/);
  });
  test('a device', () => refused('/dev/zero', /not a regular file/));
  test('an empty file, a text, zeros, an image cut short', async () => {
    await writeFile(join(root, 'empty.iso'), '');
    await refused(join(root, 'empty.iso'), /not an ISO 9660 image/);
    await writeFile(join(root, 'text.iso'), 'CD001'.repeat(20_000));
    await refused(join(root, 'text.iso'), /not an ISO 9660 image/);
    await writeFile(join(root, 'zeros.iso'), '');
    await truncate(join(root, 'zeros.iso'), 2 ** 40);
    await refused(join(root, 'zeros.iso'), /not an ISO 9660 image/);
    const cut = await makeIso(join(root, 'cut.iso'));
    await truncate(cut, 16 * 2048 + 100);
    await refused(cut, /not an ISO 9660 image/);
  });
  test('a file that we may not read', async () => {
    const secret = await makeIso(join(root, 'secret.iso'));
    await chmod(secret, 0);
    // Root may read everything.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      await refused(secret, /not permitted to read “secret\.iso”/);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
  test('a link to an image is read', async () => {
    const iso = await makeIso(join(root, 'real.iso'), 'REAL');
    await symlink(iso, join(root, 'link.iso'));
    expect(await reader.read({ path: join(root, 'link.iso') })).toMatchObject({ name: 'link.iso', label: 'REAL', os: null });
  });
});
