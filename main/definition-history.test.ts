import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keptMax } from '#model/definition';
import { openDefinitionFolder } from './definition-folder.ts';
import { DefinitionHistory } from './definition-history.ts';
import { type DeletedRecord, recordVersion } from './definition-record.ts';

const guest = { host: 'here', id: '00000000-0000-4000-8000-000000000001' };
const other = { host: 'here', id: '00000000-0000-4000-8000-000000000002' };
const elsewhere = { host: 'attic', id: guest.id };
const definition = (number: number, size = 0) => ({
  text: `<domain>${number}${' '.repeat(size)}</domain>`,
  revision: number.toString(16).padStart(64, '0'),
});

let folder: string;
const log = vi.fn<(line: string) => void>();
const opened: DefinitionHistory[] = [];
const open = () => {
  const history = new DefinitionHistory({ shelf: openDefinitionFolder({ folder, log }), log });
  opened.push(history);
  return history;
};
const shown = async (history: DefinitionHistory, of = guest) =>
  (await history.list(of)).map(({ revision, by, what }) => [Number.parseInt(revision, 16), by, what]);

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'definitions-')), 'kept');
  log.mockClear();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((history) => history.settled()));
  await rm(join(folder, '..'), { recursive: true, force: true });
});

test('each definition that is met is kept once, newest first, with who made it; and is there for the next run', async () => {
  const history = open();
  expect(await history.knows(guest)).toBe(false);
  await history.met(guest, definition(1));
  await history.met(guest, definition(1));
  await history.met(guest, definition(2), { by: 'guesthouse', what: 'Change it' });
  await history.met(guest, definition(3));
  await history.met(guest, definition(1));
  const expected = [
    [1, 'others', null],
    [3, 'others', null],
    [2, 'guesthouse', 'Change it'],
  ];
  expect(await shown(history)).toEqual(expected);
  await history.settled();
  const next = open();
  expect(await shown(next)).toEqual(expected);
  expect(await next.text(guest, definition(3).revision)).toBe(definition(3).text);
  await expect(next.text(guest, definition(9).revision)).rejects.toMatchObject({ code: 'not-found' });
  expect(await shown(next, other)).toEqual([]);
  expect(await shown(next, elsewhere)).toEqual([]);
  expect(await next.knows(guest)).toBe(true);
});

test('what was there when it was first looked at is nobody’s; our own change is ours, also where somebody looked before its answer', async () => {
  const history = open();
  await history.met(guest, definition(1));
  await Promise.all([
    history.met(guest, definition(2)),
    history.met(guest, definition(2), { by: 'guesthouse', what: 'Ours' }),
    history.met(guest, definition(2)),
  ]);
  expect(await shown(history)).toEqual([
    [2, 'guesthouse', 'Ours'],
    [1, 'unknown', null],
  ]);
});

test('the last twenty are kept, fewer of huge ones, and the newest always', async () => {
  const history = open();
  for (let number = 1; number <= keptMax + 5; number += 1) await history.met(guest, definition(number));
  const kept = await shown(history);
  expect(kept).toHaveLength(keptMax);
  expect(kept[0]?.[0]).toBe(keptMax + 5);
  for (let number = 1; number <= 12; number += 1) await history.met(other, definition(number, 500_000));
  const huge = await shown(history, other);
  expect(huge.length).toBeLessThan(12);
  expect(huge[0]?.[0]).toBe(12);
});

test('the files are the user’s alone, go with their host, and one that is damaged is put aside', async () => {
  const history = open();
  await history.met(guest, definition(1));
  await history.met(elsewhere, definition(2));
  await history.settled();
  const names = await readdir(folder);
  expect(names).toHaveLength(2);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  await history.forget('attic');
  const [left = ''] = await readdir(folder);
  expect(await readFile(join(folder, left), 'utf8')).toContain('"here"');
  expect(await shown(history, elsewhere)).toEqual([]);

  await writeFile(join(folder, left), '{"version":1,"host":');
  const next = open();
  expect(await shown(next)).toEqual([]);
  expect(log).toHaveBeenCalledWith(expect.stringContaining('Cannot use'));
  await next.met(guest, definition(7));
  await next.settled();
  expect(await shown(open())).toEqual([[7, 'unknown', null]]);
  expect(await readdir(folder)).toContain(`${left}.unusable`);
});

test('where nothing can be written the work goes on, and the log says so', async () => {
  await writeFile(folder, 'a file where a folder should be');
  await chmod(folder, 0o400);
  const history = open();
  await history.met(guest, definition(1));
  await history.met(guest, definition(2));
  await history.settled();
  expect(await shown(history)).toHaveLength(2);
  expect(log).toHaveBeenCalledWith(expect.stringContaining('could not be kept'));
});

test('who was deleted is kept for each host apart, and goes with the host', async () => {
  const shelf = openDefinitionFolder({ folder, log });
  const of = (host: string, name: string): DeletedRecord => ({
    version: recordVersion,
    host,
    guests: [{ id: guest.id, name, at: 1, revision: definition(1).revision }],
  });
  expect(await shelf.readDeleted('here')).toBeNull();
  const [here, attic] = [of('here', 'web'), of('attic', 'db')];
  await shelf.writeDeleted(here);
  await shelf.writeDeleted(attic);
  const next = openDefinitionFolder({ folder, log });
  expect([await next.readDeleted('here'), await next.readDeleted('attic')]).toEqual([here, attic]);
  await next.forget('here');
  expect([await next.readDeleted('here'), await next.readDeleted('attic')]).toEqual([null, attic]);
  expect(log).not.toHaveBeenCalled();
});
