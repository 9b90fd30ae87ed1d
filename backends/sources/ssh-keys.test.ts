import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findDriverDisc } from './driver-disc.ts';
import { makeSshKey, readSshKeys } from './ssh-keys.ts';

// Another program takes part: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('makes a pair that ssh takes, for its owner alone, and never over another', async () => {
  const path = join(folder, 'id_new');
  const key = await makeSshKey({ path, replaces: null });
  expect(key).toMatchObject({ name: 'id_new.pub', type: 'ssh-ed25519' });
  expect(execFileSync('ssh-keygen', ['-l', '-f', `${path}.pub`], { encoding: 'utf8' })).toContain(` ${key.fingerprint} `);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const before = readFileSync(path, 'utf8');
  await expect(makeSshKey({ path, replaces: '1:1' })).rejects.toMatchObject({ code: 'exists' });
  await expect(makeSshKey({ path: join(folder, 'nowhere', 'id'), replaces: null })).rejects.toMatchObject({
    reason: expect.stringMatching(/no such file/i),
  });
  expect(readFileSync(path, 'utf8')).toBe(before);
  // Half a pair is none; the other half was there before.
  writeFileSync(join(folder, 'half.pub'), 'kept');
  await expect(makeSshKey({ path: join(folder, 'half'), replaces: null })).rejects.toMatchObject({ code: 'exists' });
  expect(readFileSync(join(folder, 'half.pub'), 'utf8')).toBe('kept');
  expect(existsSync(join(folder, 'half'))).toBe(false);
});

test('lists public keys alone', async () => {
  writeFileSync(join(folder, 'notes.pub'), 'not a key');
  writeFileSync(join(folder, 'options.pub'), 'command="rm -rf /" ssh-ed25519 AAAA x');
  mkdirSync(join(folder, 'folder.pub'));
  execFileSync('mkfifo', [join(folder, 'pipe.pub')]);
  expect((await readSshKeys(folder)).map(({ name }) => name)).toEqual(['id_new.pub']);
  expect(await readSshKeys(join(folder, 'nowhere'))).toEqual([]);
});

test('finds the disc with drivers: the package’s own link, else the newest', async () => {
  const [empty, newest, linked] = [join(folder, 'empty'), join(folder, 'newest'), join(folder, 'linked')];
  for (const each of [empty, newest, linked]) mkdirSync(each);
  for (const name of ['virtio-win-0.1.99.iso', 'virtio-win-0.1.271.iso', 'other.iso']) writeFileSync(join(newest, name), name);
  writeFileSync(join(linked, 'virtio-win-0.1.9.iso'), '');
  writeFileSync(join(linked, 'virtio-win-0.1.10.iso'), '');
  symlinkSync('virtio-win-0.1.9.iso', join(linked, 'virtio-win.iso'));
  expect(await findDriverDisc([empty, join(folder, 'nowhere')])).toBeNull();
  expect((await findDriverDisc([empty, newest, linked]))?.path).toBe(join(newest, 'virtio-win-0.1.271.iso'));
  expect((await findDriverDisc([linked]))?.path).toBe(join(linked, 'virtio-win-0.1.9.iso'));
});
