import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GuestTemplate } from '#model/guest-template';
import { GiB } from '#model/quantity';
import { openTemplates } from './templates-file.ts';

let folder = '';
let file = '';
const logged: string[] = [];
const open = () => openTemplates(file, (line) => void logged.push(line));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-templates-'));
  file = join(folder, 'templates.json');
  logged.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const template: GuestTemplate = {
  name: 'small server',
  road: 'iso',
  os: { id: 'http://debian.org/debian/13', name: 'Debian 13' },
  guest: {
    machine: null,
    firmware: 'uefi',
    tpm: false,
    cpu: null,
    graphics: null,
    vcpus: 2,
    memory: 2 * GiB,
    disks: [{ kind: 'new', pool: 'default', size: 20 * GiB, format: 'qcow2' }],
    nics: [{ kind: 'network', name: 'default' }],
    start: true,
  },
};

test('a template is there at the next start, for the user alone', async () => {
  await open().change(() => [template]);
  expect(await open().read()).toEqual([template]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('one that cannot be read is passed over, and the others stay', async () => {
  const later = { ...template, name: 'of a later release', road: 'teleport' };
  await writeFile(file, JSON.stringify({ version: 1, templates: [later, template] }));
  expect(await open().read()).toEqual([template]);
  expect(logged).toEqual(['Passed over a template that cannot be read']);
  expect(await readFile(file, 'utf8')).toContain('teleport');
});
