import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAccessProblems, findFileProblems, permits, runsAsOf } from './media-access.ts';
import { parseXml } from '../xml/document.ts';

const qemu = { uid: 107, gid: 36 };

describe('permits', () => {
  test.each([
    [{ uid: 1, gid: 1, mode: 0o755 }, 'yes'],
    [{ uid: 1, gid: 1, mode: 0o700 }, 'no'],
    [{ uid: 1, gid: 1, mode: 0o710 }, 'maybe'],
    [{ uid: 1, gid: 36, mode: 0o710 }, 'yes'],
    [{ uid: 107, gid: 1, mode: 0o100 }, 'yes'],
    [{ uid: 107, gid: 36, mode: 0o077 }, 'no'],
  ] as const)('%o to enter: %s', (folder, expected) => {
    expect(permits(folder, qemu, 1)).toBe(expected);
  });
  test('root everything', () => {
    expect(permits({ uid: 1, gid: 1, mode: 0 }, { uid: 0, gid: 0 }, 4)).toBe('yes');
  });
});

test('reads from the capabilities whom guests run as', () => {
  const capabilities = parseXml(`<capabilities><host>
    <secmodel><model>selinux</model><baselabel type="kvm">system_u:system_r:svirt_t:s0</baselabel></secmodel>
    <secmodel><model>dac</model><baselabel type="kvm">+107:+36</baselabel><baselabel type="qemu">+108:+36</baselabel></secmodel></host></capabilities>`);
  expect(runsAsOf(capabilities, 'qemu')).toEqual({ uid: 108, gid: 36 });
  expect(runsAsOf(capabilities, 'kvm')).toEqual({ uid: 107, gid: 36 });
  expect(runsAsOf(parseXml('<capabilities/>'), 'kvm')).toBeNull();
});

// Only root may give files away; elsewhere the owner is whoever runs the tests, and is asked about as a stranger.
describe('an image', () => {
  let root: string;
  let image: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'access-'));
    await chmod(root, 0o755);
    await mkdir(join(root, 'home/me'), { recursive: true });
    image = join(root, 'home/me/a.iso');
    await writeFile(image, '');
    if (process.getuid?.() === 0) await chown(join(root, 'home'), 1234, 1234);
  });
  afterAll(() => rm(root, { recursive: true }));

  test('in open folders is reached', async () => {
    expect(await findAccessProblems(image, qemu)).toEqual([]);
  });
  test('behind a closed folder is not, and the folder is named', async () => {
    await chmod(join(root, 'home'), 0o700);
    const [objection, ...others] = await findAccessProblems(image, qemu);
    expect(others).toEqual([]);
    expect(objection?.severity).toBe('error');
    expect(objection?.message).toContain(`not enter the folder ${join(root, 'home')}.`);
    expect(objection?.remedy).toContain(`setfacl -m u:`);
    expect(objection?.grant).toEqual(['setfacl', '-m', expect.stringMatching(/^u:.+:x$/), join(root, 'home')]);
    await chmod(join(root, 'home'), 0o755);
  });
  test('that others may not read is warned of', async () => {
    await chmod(image, 0o600);
    expect(await findAccessProblems(image, qemu)).toMatchObject([{ severity: 'warning', grant: null }]);
  });
});

test('a drive of the computer is called one, and no irregular file', async () => {
  const names = await readdir('/dev');
  const blocks = await Promise.all(names.map(async (name) => ((await stat(join('/dev', name))).isBlockDevice() ? [name] : [])));
  const [block] = blocks.flat();
  if (block === undefined) return;
  const host = { local: true, facts: { hostname: 'here' }, capabilities: async () => parseXml('<capabilities/>') };
  const problems = await findFileProblems(host, { path: join('/dev', block) }, 'qemu');
  expect(problems).toMatchObject([
    { severity: 'error', message: 'This is a drive of the computer itself, and no file with an image in it.' },
  ]);
});
