import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { existsSync } from 'node:fs';
import type { Surroundings } from './local-socket.ts';
import { readTlsFiles } from './tls-files.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'guesthouse-tls-'));
});
afterEach(() => rm(home, { recursive: true }));

const SYSTEM = /^\/etc\/pki\//;
/** A person with these files at home; the system has none of its own. */
async function person(files: readonly string[], changes: Partial<Surroundings> = {}): Promise<Surroundings> {
  for (const file of files) {
    await mkdir(dirname(join(home, file)), { recursive: true });
    await writeFile(join(home, file), file);
  }
  return { environment: {}, uid: 1000, home, exists: (path) => !SYSTEM.test(path) && existsSync(path), ...changes };
}

test("a person's own files are taken from ~/.pki/libvirt", async () => {
  const names = ['cacert.pem', 'cacrl.pem', 'clientcert.pem', 'clientkey.pem'].map((file) => `.pki/libvirt/${file}`);
  const files = await readTlsFiles(undefined, await person(names));
  expect([files.ca, files.crl, files.own?.certificate, files.own?.key].map((file) => file?.text)).toEqual(names);
});

test('the CA is enough: a list of revoked ones and a certificate of our own may be missing', async () => {
  expect(await readTlsFiles(undefined, await person(['.pki/libvirt/cacert.pem']))).toMatchObject({ crl: null, own: null });
});

test('"pkipath" is looked into alone', async () => {
  const surroundings = await person([
    '.pki/libvirt/cacert.pem',
    'other/cacert.pem',
    '.pki/libvirt/clientcert.pem',
    '.pki/libvirt/clientkey.pem',
  ]);
  const files = await readTlsFiles(join(home, 'other'), surroundings);
  expect(files).toMatchObject({ ca: { text: 'other/cacert.pem' }, own: null });
});

test('without a CA it is said where it was looked for; root has no folder of their own', async () => {
  await expect(readTlsFiles(undefined, await person([]))).rejects.toMatchObject({
    code: 'bad-file',
    reason: `Looked for ${home}/.pki/libvirt/cacert.pem, then /etc/pki/CA/cacert.pem.`,
  });
  await expect(readTlsFiles(undefined, await person(['.pki/libvirt/cacert.pem'], { uid: 0 }))).rejects.toMatchObject({
    reason: 'Looked for /etc/pki/CA/cacert.pem.',
  });
});

test('a certificate without its key is not silently left at home', async () => {
  const surroundings = await person(['.pki/libvirt/cacert.pem', '.pki/libvirt/clientcert.pem']);
  await expect(readTlsFiles(undefined, surroundings)).rejects.toMatchObject({
    code: 'bad-file',
    reason: expect.stringContaining('no ' + join(home, '.pki/libvirt/clientkey.pem')),
  });
});

test('a file of the system is found for what is not at home, certificate and key together', async () => {
  const asked: string[] = [];
  const surroundings = await person(['.pki/libvirt/cacert.pem', '.pki/libvirt/clientcert.pem'], {
    exists: (path) => asked.push(path) > 0 && (SYSTEM.test(path) ? path.includes('client') : existsSync(path)),
  });
  // Neither is there in truth: that it is tried shows which pair was chosen.
  await expect(readTlsFiles(undefined, surroundings)).rejects.toMatchObject({ message: '/etc/pki/libvirt/clientcert.pem cannot be read.' });
});

test('a path that leads somewhere else from elsewhere is refused', async () => {
  await expect(readTlsFiles('pki', await person([]))).rejects.toMatchObject({ code: 'bad-uri' });
});
