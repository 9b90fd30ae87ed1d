import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultKeyboard } from '#contract/keyboard';
import { openSettings } from './settings-file.ts';

const others = { manualConsoles: [], keyboard: defaultKeyboard };

let folder = '';
let file = '';
const logged: string[] = [];
const log = (line: string): void => void logged.push(line);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-settings-'));
  file = join(folder, 'config/settings.json');
  logged.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

test('without a file the defaults hold, and nothing is written', async () => {
  expect(await openSettings(file, log).read()).toEqual({ theme: 'system', sidebarWidth: 260, sidebarOpen: true, ...others });
  expect(await readdir(folder)).toEqual([]);
  expect(logged).toEqual([]);
});

test('a change is there at the next start, for the user alone', async () => {
  await openSettings(file, log).write({ theme: 'dark' });
  expect(await openSettings(file, log).read()).toEqual({ theme: 'dark', sidebarWidth: 260, sidebarOpen: true, ...others });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, 'config'))).toEqual(['settings.json', 'settings.json.last']);
});

test('changes made at once all hold', async () => {
  const settings = openSettings(file, log);
  await Promise.all([settings.write({ theme: 'dark' }), settings.write({ sidebarWidth: 300 }), settings.write({ sidebarOpen: false })]);
  expect(await openSettings(file, log).read()).toEqual({ theme: 'dark', sidebarWidth: 300, sidebarOpen: false, ...others });
});

test.each([
  ['cut short', (text: string) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['of another version', (text: string) => text.replace('"version": 1', '"version": 2')],
  ['with a value that cannot be', (text: string) => text.replace('"dark"', '"pink"')],
])('a file that is %s: the last good copy is used, and the file kept aside at the next change', async (_what, spoil) => {
  await openSettings(file, log).write({ theme: 'dark' });
  const spoilt = spoil(await readFile(file, 'utf8'));
  await writeFile(file, spoilt);
  const settings = openSettings(file, log);
  expect((await settings.read()).theme).toBe('dark');
  expect(logged).toHaveLength(1);
  expect(await readFile(file, 'utf8')).toBe(spoilt);
  await settings.write({ sidebarWidth: 300 });
  expect(await readFile(`${file}.unusable`, 'utf8')).toBe(spoilt);
  expect(await openSettings(file, log).read()).toEqual({ theme: 'dark', sidebarWidth: 300, sidebarOpen: true, ...others });
});

test('keys of a later release are passed over', async () => {
  await openSettings(file, log).write({ theme: 'dark' });
  await writeFile(file, (await readFile(file, 'utf8')).replace('"theme"', '"novelty": 7, "theme"'));
  expect((await openSettings(file, log).read()).theme).toBe('dark');
  expect(logged).toEqual([]);
});

test('what cannot be written has not changed, and says why', async () => {
  // A file where the folder should be: what even root cannot write into.
  await writeFile(join(folder, 'config'), '');
  await chmod(folder, 0o700);
  const settings = openSettings(file, log);
  await expect(settings.write({ theme: 'dark' })).rejects.toMatchObject({ name: 'BackendError', reason: expect.stringMatching(/^E/) });
  expect((await settings.read()).theme).toBe('system');
});
