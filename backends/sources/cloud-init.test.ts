import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import type { CloudInit } from '#model/cloud-init';
import { cloudInitDisc, previewCloudInit } from './cloud-init.ts';
import { makeDisc } from './disc.ts';

// Other programs and a whole disk take part: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const nothing: CloudInit = { hostname: null, user: null, packages: [], own: null };
const hash = `$6$saltstring$${'a'.repeat(86)}`;
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA ada: "x" # y';
const full: CloudInit = {
  hostname: 'web.example.org',
  user: { name: 'no', passwordHash: hash, keys: [key] },
  packages: ['nginx', '0644'],
  own: null,
};
const userData = (cloudInit: CloudInit): unknown => parse(previewCloudInit(cloudInit).userData, { version: '1.1' });

test('says what was asked for, in words that are taken as they are meant', () => {
  const preview = previewCloudInit(full, 'guest-1');
  expect(preview.userData).toMatch(/^#cloud-config\n/);
  expect(parse(preview.userData, { version: '1.1' })).toEqual({
    hostname: 'web',
    fqdn: 'web.example.org',
    user: { name: 'no', lock_passwd: false },
    password: hash,
    chpasswd: { expire: false },
    ssh_authorized_keys: [key],
    package_update: true,
    packages: ['nginx', '0644'],
  });
  expect(parse(preview.metaData)).toEqual({ 'instance-id': 'guest-1', 'local-hostname': 'web.example.org' });
});

test('nothing asked for is a document all the same', () => {
  expect(previewCloudInit(nothing)).toEqual({ userData: '#cloud-config\n', metaData: 'instance-id: preview\n', problems: [] });
});

test('the person’s own document stays as it is written, and goes before the form', () => {
  const own = '#cloud-config\n# mine\nhostname: other\nwrite_files:\n  - path: /x\n    permissions: 0644 # octal\n';
  const preview = previewCloudInit({ ...full, own });
  expect(preview.problems).toEqual([]);
  expect(preview.userData).toContain('# mine\n');
  expect(preview.userData).toContain('permissions: 0644 # octal');
  expect(preview.userData.match(/#cloud-config/g)).toHaveLength(1);
  expect(userData({ ...full, own })).toMatchObject({ hostname: 'other', password: hash, user: { name: 'no' } });
});

test('what cannot be read is told with its line, and left out', () => {
  const broken = { ...full, own: 'packages: [a\nruncmd: b' };
  const [problem] = previewCloudInit(broken).problems;
  expect(problem?.line).toBe(2);
  expect(userData(broken)).toMatchObject({ packages: ['nginx', '0644'] });
  expect(previewCloudInit({ ...nothing, own: '#!/bin/sh\necho hello' }).problems).toHaveLength(1);
  expect(previewCloudInit({ ...nothing, own: 'a: 1\na: 2' }).problems).toHaveLength(1);
  expect(() => cloudInitDisc(broken, 'x')).toThrow(expect.objectContaining({ code: 'bad-input' }));
});

test('aliases of aliases are no way to fill the memory', () => {
  const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`);
  const { problems } = previewCloudInit({ ...nothing, own: `l0: &l0 [x]\n${levels.join('\n')}` });
  expect(problems).toHaveLength(1);
});

test('the disc is found by its label, and holds both documents', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'));
  try {
    const iso = join(folder, 'seed.iso');
    await makeDisc(cloudInitDisc(full, 'guest-1'), folder, iso);
    const read = (...args: string[]) =>
      execFileSync('xorriso', ['-indev', iso, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(read('-pvd_info')).toMatch(/Volume Id\s*:\s*cidata/);
    read('-osirrox', 'on', '-extract', '/', join(folder, 'back'));
    expect(await readFile(join(folder, 'back', 'user-data'), 'utf8')).toBe(previewCloudInit(full).userData);
    expect(await readFile(join(folder, 'back', 'meta-data'), 'utf8')).toContain('instance-id: guest-1');
    await rm(join(folder, 'back'), { recursive: true, force: true });
  } finally {
    await rm(folder, { recursive: true });
  }
});
