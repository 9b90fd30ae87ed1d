import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import type { UnattendedWish } from '#model/unattended';
import { osinfoDb } from '../osinfo-db.ts';
import { cpioOf } from './cpio.ts';
import { answersDisc, answersInInitrd, writeAnswers } from './unattended.ts';

// Other programs and a whole disk take part: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'answers-'));
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'one-'));
});
afterAll(() => rm(root, { recursive: true }));

const wish: UnattendedWish = {
  os: '',
  script: '',
  hostname: 'web',
  user: { name: 'ada', fullName: 'Ada Lovelace', password: ' se"c <ret & #1' },
  rootPassword: 'r00t;x',
  language: 'en_US',
  keyboard: 'us',
  timezone: 'Europe/Berlin',
  productKey: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE',
};
async function answersFor(os: string, more: Partial<UnattendedWish> = {}, from: 'media' | 'network' = 'media') {
  const facts = (await osinfoDb()).facts(os);
  const script = facts?.scripts.find(({ profile }) => profile === 'jeos');
  if (script === undefined) throw new Error(`${os} has no script`);
  const answers = await writeAnswers({ ...wish, ...more, os, script: script.id }, script, from, folder);
  expect(await readdir(folder)).toEqual([]);
  return answers;
}

// Systems that every osinfo-db of the last years has.
test('a kickstart with the answers, on a disc that Anaconda looks for', async () => {
  const answers = await answersFor('http://fedoraproject.org/fedora/37');
  expect(answers.files['ks.cfg']).toContain('--hostname=web');
  expect(answers.files['ks.cfg']).toContain("' se\"c <ret & #1'");
  expect(answers.files['ks.cfg']).toContain('Europe/Berlin');
  expect(answersDisc(answers)).toMatchObject({ label: 'OEMDRV' });
  expect(answersInInitrd(answers)).toBe('inst.ks=file:/ks.cfg');
});

test('a preseed, which goes into the installer’s first file system', async () => {
  const answers = await answersFor('http://debian.org/debian/11', {}, 'network');
  expect(answers.files['preseed.cfg']).toContain('d-i netcfg/get_hostname string web');
  expect(answers.files['preseed.cfg']).toMatch(/^d-i passwd\/username string ada$/m);
  expect(answersDisc(answers)).toBeNull();
  expect(answersInInitrd(answers)).toContain('auto=true');
});

test('an answer file for Windows, well-formed whatever the password is', async () => {
  const answers = await answersFor('http://microsoft.com/win/10');
  const text = answers.files['autounattend.xml'] ?? '';
  expect(text).toContain('se"c &lt;ret &amp; #1');
  expect(text).toContain('processorArchitecture="amd64"');
  expect(answersDisc(answers)?.files).toHaveProperty(['autounattend.xml']);
  expect(() => answersInInitrd(answers)).toThrow(expect.objectContaining({ code: 'unsupported' }));
});

test('Ubuntu’s autoinstall, with the password hashed', async () => {
  const answers = await answersFor('http://ubuntu.com/ubuntu/22.04');
  const { autoinstall } = parse(answers.files['user-data'] ?? '');
  expect(autoinstall).toMatchObject({ version: 1, identity: { hostname: 'web', username: 'ada', realname: 'Ada Lovelace' } });
  expect(autoinstall.identity.password).toMatch(/^\$6\$/);
  expect(answersDisc(answers)?.label).toBe('cidata');
});

test('words that would end a script’s quotes are refused before anything is written', async () => {
  const user = { ...wish.user, password: "x' ; reboot '" };
  await expect(answersFor('http://fedoraproject.org/fedora/37', { user })).rejects.toMatchObject({ code: 'bad-input' });
});

test('what goes behind a first file system is an archive that cpio reads', () => {
  const archive = cpioOf({ 'preseed.cfg': 'd-i a string b\n', 'ks.cfg': 'x' });
  const read = (name: string) => execFileSync('cpio', ['-i', '--quiet', '--to-stdout', name], { input: archive, encoding: 'utf8' });
  expect(read('preseed.cfg')).toBe('d-i a string b\n');
  expect(read('ks.cfg')).toBe('x');
});
