import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWebServer } from '../bed/web-server.ts';
import { type RunningApp, startApp } from './launch.ts';

// What guests are made from, as a window asks main for it: on Electron's own Node, with its own TLS and its own cryptography.

/** Milliseconds: the machine may be busy. */
const patience = { timeout: 90_000 };

let folder: string;
let running: RunningApp;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guesthouse-media-'));
  chmodSync(folder, 0o755);
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', '-days', '3650', '-subj', '/CN=localhost', ...key, ...files], { stdio: 'ignore' });
  running = await startApp();
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

const ask = (channel: string, input: object): Promise<unknown> =>
  running.page.evaluate(([name, value]) => window.guesthouse.invoke(name, value), [channel, input] as const);

/** Presses a button of the next question that main asks. */
async function answering<T>(button: string, asked: () => Promise<T>): Promise<T> {
  const opening = running.app.waitForEvent('window', patience);
  const answer = asked();
  const question = await opening;
  await question.getByRole('button', { name: button }).waitFor(patience);
  const closed = question.waitForEvent('close', patience);
  // The window goes with the click, before Playwright knows that it was made.
  await question.getByRole('button', { name: button }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
  await closed;
  return answer;
}
const choosing = (path: string): Promise<void> =>
  running.app.evaluate(({ dialog }, chosen) => {
    Reflect.set(dialog, 'showOpenDialog', async () => ({ canceled: false, filePaths: [chosen] }));
  }, path);

test('systems are searched in this computer’s osinfo-db, and say what they ask of a machine', async () => {
  expect(await ask('media.systems', { text: 'fedora 37', ended: true })).toMatchObject({
    ok: true,
    value: expect.arrayContaining([expect.objectContaining({ shortId: 'fedora37', family: 'linux' })]),
  });
  expect(await ask('media.system', { id: 'http://microsoft.com/win/11' })).toMatchObject({
    value: { machine: { uefi: 'required', tpmRequired: true, secureBootRequired: true }, needsDriverDisc: true },
  });
  expect(await ask('media.catalogue', { text: 'debian', arch: 'x86_64', ended: true })).toMatchObject({
    value: expect.arrayContaining([expect.objectContaining({ kind: 'image', format: 'qcow2', cloudInit: true })]),
  });
});

test('main asks before it goes to a server that osinfo-db does not know, once', async () => {
  const sums = `${'1'.repeat(64)}  debian-12-generic-amd64.qcow2\n`;
  const web = await startWebServer({ '/debian-12-generic-amd64.qcow2': 'x'.repeat(700), '/SHA256SUMS': sums });
  const url = `${web.url}/debian-12-generic-amd64.qcow2`;
  expect(await answering('Cancel', () => ask('media.recognise', { url }))).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
  expect(web.asked).toEqual([]);
  const found = await answering('Fetch', () => ask('media.recognise', { url }));
  expect(found).toMatchObject({ value: { kind: 'image', file: { size: 700, name: 'debian-12-generic-amd64.qcow2' } } });
  expect(await ask('media.publishedChecksum', { url })).toMatchObject({
    value: { checksum: { value: '1'.repeat(64) }, from: `${web.url}/SHA256SUMS` },
  });
  await web.close();
});

test('nothing but the web is an address', async () => {
  for (const url of [
    'file:///etc/passwd',
    'ftp://example.org/a.iso',
    'https://ada:secret@example.org/a.iso',
    'app://bundle/',
    '/etc/passwd',
  ]) {
    expect(await ask('media.recognise', { url }), url).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  }
});

test('a server that cannot prove who it is, is not believed', async () => {
  const certificate = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
  const secure = createServer(certificate, (_, response) => response.end('not trusted'));
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  const address = secure.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const answer = await answering('Fetch', () => ask('media.remoteFile', { url: `https://127.0.0.1:${address.port}/a.iso` }));
  expect(answer).toMatchObject({ ok: false, fault: { code: 'untrusted' } });
  secure.closeAllConnections();
  await new Promise((resolve) => secure.close(resolve));
});

test('a password leaves main hashed, and a document of one’s own is read as it is written', async () => {
  expect(await ask('media.hashPassword', { password: 'secret' })).toMatchObject({
    value: { hash: expect.stringMatching(/^\$6\$.{16}\$.{86}$/) },
  });
  const cloudInit = { hostname: 'web', user: null, packages: ['nginx'], own: 'timezone: Europe/Berlin\nruncmd: [a' };
  expect(await ask('media.cloudInitPreview', { cloudInit })).toMatchObject({ value: { problems: [{ line: 2 }] } });
});

test('what is chosen is known by a token: a disk of another program, an appliance, a key', async () => {
  execFileSync('qemu-img', ['create', '-f', 'vdi', join(folder, 'debian-11.vdi'), '64M'], { stdio: 'ignore' });
  execFileSync('qemu-img', ['create', '-f', 'vmdk', join(folder, 'web.vmdk'), '64M'], { stdio: 'ignore' });
  writeFileSync(join(folder, 'web.ovf'), OVF);
  execFileSync('tar', ['-C', folder, '-cf', join(folder, 'web.ova'), 'web.ovf', 'web.vmdk']);
  await choosing(join(folder, 'debian-11.vdi'));
  const disk = await ask('media.chooseDisk', {});
  expect(disk).toMatchObject({ value: { image: { format: 'vdi', capacity: 64 * 1024 * 1024 }, os: { name: 'Debian 11' } } });
  expect(JSON.stringify(disk)).not.toContain(folder);
  await choosing(join(folder, 'web.ova'));
  expect(await ask('media.chooseAppliance', {})).toMatchObject({ value: { appliance: { name: 'web', disks: [{ format: 'vmdk' }] } } });

  const keys = join(running.home, '.ssh');
  rmSync(keys, { recursive: true, force: true });
  expect(await ask('media.sshKeys', {})).toMatchObject({ value: [] });
  mkdirSync(keys, { mode: 0o755 });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada@desk', '-f', join(keys, 'id_ed25519')]);
  expect(await ask('media.sshKeys', {})).toMatchObject({ value: [{ name: 'id_ed25519.pub', comment: 'ada@desk', type: 'ssh-ed25519' }] });
});

const OVF = `<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"><References><File href="web.vmdk" id="f"/></References>
<DiskSection><Disk diskId="d" fileRef="f" capacity="64" capacityAllocationUnits="byte * 2^20"/></DiskSection><VirtualSystem id="web"/></Envelope>`;
