import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OsinfoDb, readOsinfoDb } from './osinfo-db.ts';

const MiB = 1024 * 1024;
const files: Record<string, string> = {
  'microsoft.com/win-10.xml': `<os id="http://microsoft.com/win/10"><short-id>win10</short-id><name>Windows 10</name><version>10.0</version>
    <vendor>Microsoft Corporation</vendor><family>winnt</family><distro>win</distro><release-date>2015-07-29</release-date>
    <firmware arch="x86_64" type="efi"/><firmware arch="x86_64" type="bios"/>
    <installer><script id="http://microsoft.com/windows/unattend/desktop"/><script id="http://microsoft.com/windows/cmd/desktop"/></installer></os>`,
  'microsoft.com/win-11.xml': `<os id="http://microsoft.com/win/11"><short-id>win11</short-id><name>Windows 11</name><version>11.0</version>
    <distro>win</distro><derives-from id="http://microsoft.com/win/10"/><release-date>2021-10-05</release-date>
    <firmware arch="x86_64" type="efi"/><firmware arch="x86_64" type="bios" supported="false"/>
    <resources arch="x86_64"><minimum><n-cpus>2</n-cpus><ram>${4096 * MiB}</ram></minimum><maximum><ram>${8192 * MiB}</ram></maximum></resources></os>`,
  'example.org/penguin-7.xml': `<os id="http://example.org/penguin/7"><short-id>penguin7</short-id><name>Penguin 7</name><version>7</version>
    <distro>penguin</distro><family>linux</family><release-date>2019-01-01</release-date><eol-date>2022-01-01</eol-date>
    <tree arch="x86_64"><url>http://example.org/penguin/dists/seven/main/installer</url><kernel>boot/linux</kernel><initrd>boot/initrd.gz</initrd></tree></os>`,
  'example.org/penguin-8.xml': `<os id="http://example.org/penguin/8"><short-id>penguin8</short-id><name>Penguin 8</name><version>8</version>
    <distro>penguin</distro><family>linux</family><release-date>2024-01-01</release-date><eol-date>2029-01-01</eol-date>
    <variant id="desk"><name>Penguin Desktop 8</name></variant><variant id="cloud"><name>Penguin Cloud 8</name></variant>
    <media arch="x86_64" live="true"><variant id="desk"/><url>https://dl.example.org/8/penguin-desk.iso</url><iso><volume-id>P8</volume-id></iso></media>
    <media arch="aarch64"><url>https://dl.example.org/8/penguin-arm.iso</url></media>
    <image arch="x86_64" format="qcow2" cloud-init="true"><variant id="cloud"/><url>https://dl.example.org/8/octopus.qcow2</url></image>
    <image arch="x86_64" format="containerdisk"><url>docker://quay.example.org/penguin:8</url></image>
    <tree arch="x86_64"><url>https://dl.example.org/8/os</url><treeinfo><family>^Penguin</family><version>^8$</version></treeinfo></tree></os>`,
};

let root: string;
let db: OsinfoDb;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'osinfo-'));
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, 'os', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `<libosinfo version="0.0.1">${content}</libosinfo>`);
  }
  db = await readOsinfoDb([root], () => Date.parse('2026-11-22'));
});
afterAll(() => rm(root, { recursive: true }));

test('what Windows 11 asks of a machine follows from its name, and its drivers are missing', () => {
  const facts = db.facts('http://microsoft.com/win/11');
  expect(facts?.machine).toEqual({ uefi: 'required', secureBootRequired: true, tpmRequired: true, q35: true });
  expect(facts?.needsDriverDisc).toBe(true);
  expect(facts?.summary).toMatchObject({ name: 'Windows 11', family: 'winnt', ended: false });
  expect(facts?.resources[0]?.maximum).toEqual({ memory: 8192 * MiB, vcpus: null, disk: null });

  expect(facts?.scripts).toEqual([]);
  expect(db.facts('http://microsoft.com/win/10')?.scripts).toEqual([
    { id: 'http://microsoft.com/windows/unattend/desktop', kind: 'answer-file', profile: 'desktop' },
  ]);
  expect(db.facts('http://microsoft.com/win/10')?.machine).toMatchObject({ uefi: 'supported', tpmRequired: false });
});

test('is searched by words, newest first, and shows what has ended only on request', () => {
  const names = (text: string, ended = false) => db.search({ text, ended }).map(({ shortId }) => shortId);
  expect(names('')).toEqual(['penguin8', 'win11']);
  expect(names('PENGUIN', true)).toEqual(['penguin8', 'penguin7']);
  expect(names('win10', true)).toEqual(['win10']);
  expect(names('penguin microsoft')).toEqual([]);
});

test('what can be downloaded, each thing once, and by http alone', () => {
  const all = db.catalogue({ text: '', arch: null, ended: false });
  expect(all.map(({ name, kind, arch }) => [name, kind, arch])).toEqual([
    ['Penguin Desktop 8', 'live', 'x86_64'],
    ['Penguin 8', 'installer', 'aarch64'],
    ['Penguin Cloud 8', 'image', 'x86_64'],
  ]);
  expect(db.catalogue({ text: 'cloud', arch: 'x86_64', ended: false })).toMatchObject([{ format: 'qcow2', cloudInit: true }]);
  const known = ['https://dl.example.org', 'http://dl.example.org', 'https://evil.example.org'].map((origin) => db.knowsWebOrigin(origin));
  // Named with encryption, it is not known without.
  expect(known).toEqual([true, false, false]);
});

test('knows images by their names', () => {
  expect(db.identifyImage('octopus.qcow2')?.name).toBe('Penguin 8');
  expect(db.identifyImage('penguin-7-generic-amd64.img')?.name).toBe('Penguin 7');
  expect(db.identifyImage('Penguin-Cloud-Base-8-1.1.x86_64.qcow2')?.name).toBe('Penguin 8');
  expect(db.identifyImage('Microsoft-Windows-11-64-bit')?.name).toBe('Windows 11');
  expect(db.identifyImage('holiday.qcow2')).toBeNull();
});

test('knows trees by what they say, and by their folder on any mirror', () => {
  expect(db.identifyTree('https://mirror.example.net/x', { family: 'Penguin', version: '8', variant: '', arch: 'x86_64' })?.name).toBe(
    'Penguin 8',
  );
  expect(db.identifyTree('https://mirror.example.net/x', { family: 'Walrus', version: '8', variant: '', arch: '' })).toBeNull();
  expect(db.identifyTree('https://mirror.example.net/pub/penguin/dists/seven/main/installer/', null)?.name).toBe('Penguin 7');
  expect(db.bootPathsOfTree('http://example.org/penguin/dists/seven/main/installer/')).toEqual({
    arch: 'x86_64',
    kernel: 'boot/linux',
    initrd: 'boot/initrd.gz',
  });
});
