import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OperationRecord } from './operation-record.ts';
import { openRecordFolder } from './record-folder.ts';

let home = '';
let folder = '';
const logged: string[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'guesthouse-journal-'));
  folder = join(home, 'state/operations');
  logged.length = 0;
});
afterEach(() => rm(home, { recursive: true, force: true }));

const open = () => openRecordFolder({ folder, log: (line) => void logged.push(line) });

/** Of a run of the program that has ended: no process began at tick 1. */
const ended = (): OperationRecord => ({
  version: 1,
  id: randomUUID(),
  title: 'Create “debian”',
  host: 'local',
  hostName: 'This computer',
  startedAt: 1,
  owner: { pid: process.pid, started: '1', boot: 'another' },
  entries: [
    { product: { kind: 'volume', pool: 'default', name: 'debian.qcow2', capacity: 2 ** 30 }, made: true, identity: null },
    { product: { kind: 'file', path: '/tmp/x.part' }, made: true, identity: '1:2' },
  ],
});

test('without a folder there is nothing, and nothing is made', async () => {
  expect(await open().read()).toEqual({ records: [], unusable: [] });
  expect(await readdir(home)).toEqual([]);
});

test('a record is whole, for the user alone, and there at the next start', async () => {
  const record = ended();
  await open().write(record);
  expect(await readdir(folder)).toEqual([`${record.id}.json`]);
  expect((await stat(join(folder, `${record.id}.json`))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await open().read()).toEqual({ records: [record], unusable: [] });
  await open().remove(record.id);
  expect(await readdir(folder)).toEqual([]);
});

test('what a program that lives has written is its own', async () => {
  const shelf = open();
  const living = { ...ended(), owner: await shelf.owner() };
  await shelf.write(living);
  expect(await shelf.read()).toEqual({ records: [], unusable: [] });
  // The same process id, given out again; and the same after the computer was started anew.
  for (const owner of [
    { ...living.owner, started: '1' },
    { ...living.owner, boot: 'another' },
  ]) {
    await shelf.write({ ...living, owner });
    expect((await shelf.read()).records).toHaveLength(1);
  }
});

test('a damaged record is kept aside and told once, a later release’s stays where it is', async () => {
  await mkdir(folder, { recursive: true });
  const [cut, wrong, later, renamed] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  await writeFile(join(folder, `${cut}.json`), JSON.stringify({ ...ended(), id: cut }).slice(0, 100));
  await writeFile(
    join(folder, `${wrong}.json`),
    JSON.stringify({ ...ended(), id: wrong, entries: [{ product: { kind: 'shell', command: 'rm' } }] }),
  );
  const future = JSON.stringify({ ...ended(), id: later, version: 2, more: true });
  await writeFile(join(folder, `${later}.json`), future);
  await writeFile(join(folder, `${renamed}.json`), JSON.stringify(ended()));
  const { records, unusable } = await open().read();
  expect(records).toEqual([]);
  expect([...unusable].sort()).toEqual([cut, wrong, later, renamed].map((id) => `${id}.json`).sort());
  expect((await readdir(folder)).sort()).toEqual(
    [`${cut}.json.unusable`, `${wrong}.json.unusable`, `${later}.json`, `${renamed}.json.unusable`].sort(),
  );
  expect(await readFile(join(folder, `${later}.json`), 'utf8')).toBe(future);
  expect((await open().read()).unusable).toEqual([`${later}.json`]);
  expect(logged).toHaveLength(3);
});

test('a record as large as none of ours is not read', async () => {
  await mkdir(folder, { recursive: true });
  const id = randomUUID();
  await writeFile(join(folder, `${id}.json`), `"${'x'.repeat(1024 * 1024)}"`);
  expect(await open().read()).toEqual({ records: [], unusable: [`${id}.json`] });
});

test('what was being written when the program died is taken away, but not from who still writes', async () => {
  await mkdir(folder, { recursive: true });
  const [dead, living] = [`${randomUUID()}.json.4194305.tmp`, `${randomUUID()}.json.${process.pid}.tmp`];
  for (const name of [dead, living, 'notes.txt']) await writeFile(join(folder, name), '{');
  await open().read();
  expect((await readdir(folder)).sort()).toEqual([living, 'notes.txt'].sort());
});

test('where it cannot be written, that is said, and what to do', async () => {
  await mkdir(join(home, 'state'));
  await writeFile(folder, 'a file where the folder should be');
  await expect(open().write(ended())).rejects.toMatchObject({
    name: 'BackendError',
    message: 'It could not be written down what would be made, so nothing was made.',
  });
  await expect(open().write({ ...ended(), id: '../../x' })).rejects.toMatchObject({ code: 'internal' });
});
