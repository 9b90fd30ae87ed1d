import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SavedHost } from '#model/host';
import { openHosts } from './hosts-file.ts';

let folder = '';
let file = '';
const logged: string[] = [];
const open = (localUri?: string) => openHosts({ file, localUri, log: (line) => void logged.push(line) });
const shelf: SavedHost = {
  id: '6d1f3a0e-0b1c-4c53-9d0e-2f6a4b8c9d10',
  name: 'The shelf',
  uri: 'qemu+ssh://ada@shelf/system?keyfile=%2Fk',
  address: { road: 'ssh', driver: 'qemu', scope: 'system', host: 'shelf', user: 'ada', port: null, keyFile: '/k' },
  autoconnect: false,
  readOnly: false,
};
const written = async (): Promise<{ hosts: Record<string, unknown>[] }> => JSON.parse(await readFile(file, 'utf8'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-hosts-'));
  file = join(folder, 'config/hosts.json');
  logged.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

test('the first start knows this computer, and writes nothing', async () => {
  expect(await open().read()).toEqual([
    {
      id: 'local',
      name: 'This computer',
      uri: 'qemu:///system',
      address: { road: 'local', driver: 'qemu', scope: 'system' },
      autoconnect: true,
      readOnly: false,
    },
  ]);
  expect(await readdir(folder)).toEqual([]);
});

test('what is written is there at the next start, in its order, for the user alone', async () => {
  const [local] = await open().read();
  if (local === undefined) throw new Error('no host');
  await open().write([shelf, local]);
  expect(await open().read()).toEqual([shelf, local]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'config'))).mode & 0o777).toBe(0o700);
});

test('a path that no address can say costs its own host only', async () => {
  await open().write([shelf]);
  const hosts = (await written()).hosts;
  const broken = { ...hosts[0], id: 'broken', address: { ...shelf.address, keyFile: '/k\ud800' } };
  await writeFile(file, JSON.stringify({ version: 1, hosts: [broken, ...hosts] }));
  expect(await open().read()).toEqual([shelf]);
});

test('this computer can be elsewhere for one run, and is not written as if it were', async () => {
  const there = open('test:///default?socket=/run/x');
  const [local] = await there.read();
  if (local === undefined) throw new Error('no host');
  expect(local).toMatchObject({ id: 'local', uri: 'test:///default?socket=/run/x' });
  await there.write([{ ...local, name: 'Mine' }, shelf]);
  expect(await open().read()).toMatchObject([{ id: 'local', name: 'Mine', uri: 'qemu:///system', address: { road: 'local' } }, shelf]);
});

test('this computer can be removed for good', async () => {
  await open().write([shelf]);
  expect(await open('qemu:///session').read()).toEqual([shelf]);
  await open().write([]);
  expect(await open().read()).toEqual([]);
});

test('what a later release added is carried along', async () => {
  await open().write([shelf]);
  const content = await written();
  const pigeon = { id: 'p', name: 'Pigeon', address: { road: 'carrier-pigeon', loft: 7 }, autoconnect: true };
  await writeFile(file, JSON.stringify({ ...content, hosts: [{ ...content.hosts[0], colour: 'red' }, pigeon] }));
  const hosts = open();
  expect(await hosts.read()).toEqual([shelf]);
  await hosts.write([{ ...shelf, name: 'Renamed' }]);
  expect((await written()).hosts).toEqual([expect.objectContaining({ name: 'Renamed', colour: 'red' }), pigeon]);
});

test('a file of before there was looking only has hosts to work with', async () => {
  await open().write([{ ...shelf, readOnly: true }]);
  expect(await open().read()).toMatchObject([{ id: shelf.id, readOnly: true }]);
  const { version, hosts } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ version, hosts: [{ ...hosts[0], readOnly: undefined }] }));
  expect(await open().read()).toEqual([{ ...shelf, readOnly: false }]);
});

test('of two with one id the second is carried along', async () => {
  await open().write([shelf]);
  const {
    hosts: [first],
  } = await written();
  await writeFile(file, JSON.stringify({ version: 1, hosts: [first, { ...first, name: 'Copy' }] }));
  const hosts = open();
  expect(await hosts.read()).toEqual([shelf]);
  await hosts.write([]);
  expect((await written()).hosts).toMatchObject([{ name: 'Copy' }]);
});

test.each([
  ['cut short', (text: string) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['of another version', (text: string) => text.replace('"version": 1', '"version": 2')],
  ['no list', (text: string) => text.replace('[', '{').replace(']', '}')],
])('L30: a file that is %s: the last good copy is used, and nothing is lost at the next change', async (_what, spoil) => {
  await open().write([shelf]);
  const spoilt = spoil(await readFile(file, 'utf8'));
  await writeFile(file, spoilt);
  const hosts = open();
  expect(await hosts.read()).toEqual([shelf]);
  expect(logged).toHaveLength(1);
  await hosts.write([{ ...shelf, name: 'Renamed' }]);
  expect(await readFile(`${file}.unusable`, 'utf8')).toBe(spoilt);
  expect(await open().read()).toMatchObject([{ name: 'Renamed' }]);
});

test('L30: with both copies spoilt, both are kept aside before another takes their place', async () => {
  await open().write([shelf]);
  await writeFile(file, 'one');
  await writeFile(`${file}.last`, 'two');
  const hosts = open();
  expect(await hosts.read()).toMatchObject([{ id: 'local' }]);
  await hosts.write([shelf]);
  expect([await readFile(`${file}.unusable`, 'utf8'), await readFile(`${file}.last.unusable`, 'utf8')]).toEqual(['one', 'two']);
});

test('L30: a file that went missing is taken from its copy', async () => {
  await open().write([shelf]);
  await rm(file);
  expect(await open().read()).toEqual([shelf]);
});

test('L30: what cannot be written has not changed, and says why', async () => {
  await mkdir(join(folder, 'config'));
  // A folder where the file should be: what even root cannot replace by one.
  await mkdir(join(file, 'x'), { recursive: true });
  await chmod(folder, 0o700);
  const hosts = open();
  expect(await hosts.read()).toHaveLength(1);
  await rm(join(folder, 'config'), { recursive: true });
  await writeFile(join(folder, 'config'), '');
  await expect(hosts.write([shelf])).rejects.toMatchObject({ name: 'BackendError', message: 'The hosts could not be saved.' });
  expect(await hosts.read()).toMatchObject([{ id: 'local' }]);
});
