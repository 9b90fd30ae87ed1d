import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Product } from '#model/product';
import { BackendError } from '../../backends/errors.ts';
import { fakeShelf } from '../../test/fakes/fake-shelf.ts';
import { Journal } from './journal.ts';

const disk: Product = { kind: 'volume', pool: 'default', name: 'a.qcow2', capacity: 100 };
const guest: Product = { kind: 'guest', id: '00000000-0000-4000-8000-00000000000a', name: 'a' };
const part: Product = { kind: 'file', path: '/home/ada/a.iso.part' };
const files = { identify: async () => '1:2', remove: async () => undefined };

async function setUp(shelf = fakeShelf()) {
  let changes = 0;
  const logged: string[] = [];
  const journal = new Journal({
    shelf,
    files,
    hostName: () => 'Here',
    changed: () => (changes += 1),
    log: (line) => void logged.push(line),
  });
  await journal.loaded;
  const begin = (id = randomUUID()) => ({ id, ...journal.begin({ id, title: 'Create “a”', host: 'here', startedAt: 5 }) });
  const written = (id: string) => shelf.kept.get(id)?.entries.map(({ product, made }) => [product.kind, made]);
  return { journal, shelf, begin, written, logged, changes: () => changes };
}

test('each step is written before it is done, and all is gone when the operation has ended well', async () => {
  const { begin, written, shelf, journal, changes } = await setUp();
  const { id, making, end } = begin();
  expect(shelf.kept.size).toBe(0);
  const first = await making(disk);
  expect(written(id)).toEqual([['volume', false]]);
  await first.made();
  expect(written(id)).toEqual([['volume', true]]);
  await (await making(guest)).made();
  expect(written(id)).toEqual([
    ['volume', true],
    ['guest', true],
  ]);
  expect(shelf.kept.get(id)).toMatchObject({ title: 'Create “a”', host: 'here', hostName: 'Here', startedAt: 5 });
  await end(true);
  expect([shelf.kept.size, journal.interrupted, changes()]).toEqual([0, [], 0]);
});

test('what was taken back is no news; what was not is, at once and at the next start', async () => {
  const { begin, shelf, journal, changes } = await setUp();
  const clean = begin();
  const note = await clean.making(disk);
  await note.made();
  await note.gone();
  await clean.end(false);
  expect([shelf.kept.size, journal.interrupted]).toEqual([0, []]);

  const { id, making, end } = begin();
  await (await making(disk)).made();
  const refused = await making(guest);
  await refused.gone();
  await end(false);
  expect(journal.interrupted).toMatchObject([{ id, entries: [{ product: disk, made: true }] }]);
  expect(changes()).toBe(1);
  const next = await setUp(shelf);
  expect(next.journal.interrupted).toEqual(journal.interrupted);
  expect(next.journal.isIncomplete('here', { pool: 'default', name: 'a.qcow2' })).toBe(true);
  expect(next.journal.isIncomplete('there', { pool: 'default', name: 'a.qcow2' })).toBe(false);
});

test('what goes after the operation has ended, when a disk answers at last, is struck from what it left', async () => {
  const { begin, shelf, journal } = await setUp();
  const { making, end } = begin();
  const note = await making(part);
  await note.made();
  await end(false);
  expect(journal.interrupted).toHaveLength(1);
  await note.gone();
  expect([shelf.kept.size, journal.interrupted]).toEqual([0, []]);
});

test('a record that was forgotten is not written once more by what goes late', async () => {
  const { begin, shelf, journal } = await setUp();
  const { id, making, end } = begin();
  const [first, second] = [await making(part), await making(disk)];
  await end(false);
  await journal.forget(id);
  await first.gone();
  await second.made();
  expect([shelf.kept.size, journal.interrupted]).toEqual([0, []]);
});

test('a file of this computer is noted with what it is', async () => {
  const { begin, shelf } = await setUp();
  const { id, making } = begin();
  await (await making(part)).made();
  expect(shelf.kept.get(id)?.entries).toEqual([{ product: part, made: true, identity: '1:2' }]);
});

test('what cannot be written down is not made; what cannot be written later only leaves an older note', async () => {
  const shelf = fakeShelf();
  const { write } = shelf;
  const refuse = async () => {
    throw new BackendError('no-space', 'full');
  };
  const { begin, written, logged } = await setUp(shelf);
  const { id, making, end } = begin();
  Object.assign(shelf, { write: refuse });
  await expect(making(disk)).rejects.toMatchObject({ code: 'no-space' });
  Object.assign(shelf, { write });
  const note = await making(guest);
  expect(written(id)).toEqual([['guest', false]]);
  Object.assign(shelf, { write: refuse });
  await note.made();
  expect(logged).toHaveLength(1);
  Object.assign(shelf, { write });
  await note.gone();
  await end(false);
  expect(shelf.kept.size).toBe(0);
});

test('what is made again under a name that was left over is no leftover', async () => {
  const { begin, journal, shelf } = await setUp();
  const first = begin();
  await (await first.making(disk)).made();
  await (await first.making(guest)).made();
  await first.end(false);
  const second = begin();
  const note = await second.making(disk);
  expect(journal.isIncomplete('here', { pool: 'default', name: 'a.qcow2' })).toBe(true);
  await note.made();
  await second.end(true);
  expect(journal.isIncomplete('here', { pool: 'default', name: 'a.qcow2' })).toBe(false);
  expect(journal.interrupted).toMatchObject([{ id: first.id, entries: [{ product: guest }] }]);
  expect([...shelf.kept.keys()]).toEqual([first.id]);
});

test('a record goes with the last thing that is struck out, or as a whole', async () => {
  const { begin, journal, shelf } = await setUp();
  const { id, making, end } = begin();
  await (await making(disk)).made();
  await (await making(guest)).made();
  await end(false);
  await journal.strike(id, ({ product }) => product.kind === 'guest');
  expect(shelf.kept.get(id)?.entries).toMatchObject([{ product: disk }]);
  await journal.strike(id, () => true);
  expect([shelf.kept.size, journal.interrupted]).toEqual([0, []]);
});
