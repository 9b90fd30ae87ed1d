import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { Product } from '#model/product';
import { MiB } from '#model/quantity';
import type { Task } from '#model/task';
import { BackendError } from '../../backends/errors.ts';
import { FakeBackend } from '../../backends/fake/fake-backend.ts';
import { fakeShelf } from '../../test/fakes/fake-shelf.ts';
import { Questions } from '../questions.ts';
import { Registry } from '../registry.ts';
import { Tasks } from '../tasks.ts';
import { Interruptions } from './interruptions.ts';
import { Journal } from './journal.ts';
import type { NotedEntry, OperationRecord } from './operation-record.ts';
import { unheard } from '../../test/fakes/unheard.ts';

let registry: Registry | null = null;
afterEach(async () => {
  await registry?.close();
  registry = null;
});

const volume: Product = { kind: 'volume', pool: 'scratch', name: 'half.img', capacity: null };
const made = (product: Product, identity: string | null = null): NotedEntry => ({ product, made: true, identity });
const part = (path: string, identity: string) => made({ kind: 'file', path }, identity);

const recordOf = (entries: NotedEntry[], host = 'here'): OperationRecord => ({
  version: 1,
  id: randomUUID(),
  title: 'Upload “half.img”',
  host,
  hostName: 'Here',
  startedAt: 1,
  owner: { pid: 1, started: '1', boot: 'x' },
  entries,
});

async function setUp(
  records: OperationRecord[],
  { answer = 'confirmed', onDisk = {} }: { answer?: 'confirmed' | 'cancelled'; onDisk?: Record<string, string> } = {},
) {
  const fake = new FakeBackend({ delay: 0 });
  const here = {
    id: 'here',
    name: 'Here',
    uri: 'fake://here/',
    address: { road: 'uri' as const, uri: 'fake://here/' },
    autoconnect: true,
    readOnly: false,
  };
  const links = new Registry({ backends: [fake], hosts: [here], publish: unheard, log: () => {}, random: Math.random });
  registry = links;
  links.connectAll();
  await vi.waitFor(() => links.connection('here'));
  const disk = new Map(Object.entries(onDisk));
  const files = { identify: async (path: string) => disk.get(path) ?? null, remove: async (path: string) => void disk.delete(path) };
  const shelf = fakeShelf(records);
  const journal = new Journal({ shelf, files, hostName: (id) => links.link(id).saved.name, changed: () => {}, log: () => {} });
  const told: Task[] = [];
  const tasks = new Tasks(
    (task) => told.push(task),
    () => {},
    randomUUID,
    journal,
  );
  const asked: Confirmation[] = [];
  const alsoTicked: string[] = [];
  const questions = new Questions(async (_, question): Promise<ConfirmationAnswer> => {
    asked.push(question);
    const ticked = question.choices.filter((choice) => choice.ticked || alsoTicked.includes(choice.label)).map(({ id }) => id);
    return answer === 'confirmed' ? { kind: 'confirmed', ticked } : { kind: 'cancelled' };
  });
  const interruptions = new Interruptions({ journal, files, registry: links, tasks, questions });
  const cleanUp = async (id: string) => {
    const task = await interruptions.cleanUp(1, id);
    return vi.waitFor(() => {
      const state = told.filter((each) => each.id === task).at(-1)?.state;
      if (state === undefined || state.kind === 'running') throw new Error('it runs');
      return state;
    });
  };
  const host = fake.host('here');
  const blank = {
    format: 'raw',
    capacity: MiB,
    allocation: 0,
    folder: false,
    encrypted: false,
    backing: null,
    permissions: null,
    modified: null,
  };
  const put = (name: string) => host.uploads.push({ pool: 'scratch', name, path: `/srv/scratch/${name}`, ...blank });
  const ours = ['half.img', 'mine.img', 'other.img'];
  const images = () => host.uploads.map(({ name }) => name).filter((name) => ours.includes(name));
  const remnants = async () => (await interruptions.list()).operations.flatMap(({ products }) => products.map(({ remnant }) => remnant));
  return { interruptions, journal, shelf, host, put, images, disk, asked, alsoTicked, cleanUp, remnants };
}

test('a file that may have been there before is not taken for one of ours', async () => {
  const product: Product = { kind: 'file', path: '/home/ada/a.part' };
  const { remnants } = await setUp([recordOf([{ product, made: false, identity: null }])], { onDisk: { '/home/ada/a.part': '1:9' } });
  expect(await remnants()).toMatchObject([{ kind: 'kept' }]);
});

test('what an operation left is told, asked about by name, and removed', async () => {
  const record = recordOf([part('/home/ada/half.img.part', '1:2'), made(volume)]);
  const { interruptions, put, images, disk, asked, cleanUp, shelf } = await setUp([record], {
    onDisk: { '/home/ada/half.img.part': '1:2' },
  });
  put('half.img');
  put('mine.img');
  const { operations } = await interruptions.list();
  // No window gets a path of this computer.
  expect(operations).toMatchObject([
    {
      title: 'Upload “half.img”',
      hostName: 'Here',
      products: [
        { kind: 'file', name: 'half.img.part', pool: null, remnant: { kind: 'there' } },
        { kind: 'volume', name: 'half.img', pool: 'scratch', remnant: { kind: 'there' } },
      ],
    },
  ]);
  expect(await cleanUp(record.id)).toEqual({ kind: 'done', note: null });
  expect(asked[0]).toMatchObject({
    title: 'Remove what “Upload “half.img”” left?',
    choices: [
      { label: 'Delete the file /home/ada/half.img.part', ticked: true },
      { label: 'Delete the volume “half.img” in the pool “scratch”', ticked: true },
    ],
    confirm: 'Delete',
    danger: true,
  });
  expect(images()).toEqual(['mine.img']);
  expect([disk.size, shelf.kept.size, await interruptions.count()]).toEqual([0, 0, 0]);
});

test('who says no loses nothing, and is offered it again', async () => {
  const record = recordOf([made(volume)]);
  const { interruptions, put, images, shelf } = await setUp([record], { answer: 'cancelled' });
  put('half.img');
  expect(await interruptions.cleanUp(1, record.id)).toBeNull();
  expect([images(), shelf.kept.size]).toEqual([['half.img'], 1]);
});

test('a running guest is kept, with the disk that it needs; one that is off goes before its disk', async () => {
  const { host: seed } = await setUp([]);
  const [running] = [...seed.guests.values()].filter(
    ({ alive, disks }) => alive && disks.some(({ source }) => source?.startsWith('/var/lib')),
  );
  if (running === undefined) throw new Error('the fake host has no running guest with a disk');
  const { id, name } = running.guest;
  const source = running.disks.find((disk) => disk.source?.startsWith('/var/lib'))?.source ?? '';
  const disk: Product = { kind: 'volume', pool: 'default', name: source.slice(source.lastIndexOf('/') + 1), capacity: null };
  const record = recordOf([made(disk), made({ kind: 'guest', id, name })]);
  const { host, interruptions, alsoTicked, shelf, remnants, cleanUp } = await setUp([record]);
  expect(await remnants()).toEqual([
    { kind: 'kept', why: `It is needed by “${name}”.` },
    { kind: 'kept', why: 'It runs.' },
  ]);
  await expect(interruptions.cleanUp(1, record.id)).rejects.toMatchObject({ code: 'invalid-state' });
  expect(host.guests.has(id)).toBe(true);
  host.update(id, { state: 'shut-off' });
  expect(await remnants()).toEqual([{ kind: 'there' }, { kind: 'there' }]);
  // It may have been used since: only what the person ticks goes.
  await cleanUp(record.id);
  expect([host.guests.has(id), shelf.kept.size]).toEqual([true, 1]);
  alsoTicked.push(`Delete the guest “${name}”`);
  await cleanUp(record.id);
  expect(host.guests.has(id)).toBe(false);
});

test('what cannot be removed stays on record, and can be tried again', async () => {
  const record = recordOf([made(volume), made({ ...volume, name: 'other.img' })]);
  const { put, host, images, cleanUp, shelf } = await setUp([record]);
  put('half.img');
  put('other.img');
  host.injectFault('delete-disk', new BackendError('permission', 'The host refuses.'));
  expect(await cleanUp(record.id)).toMatchObject({
    kind: 'failed',
    fault: { message: 'Not all could be cleaned up: the volume “other.img” in the pool “scratch” (The host refuses.).' },
  });
  expect(shelf.kept.get(record.id)?.entries).toMatchObject([{ product: { name: 'other.img' } }]);
  expect(await cleanUp(record.id)).toMatchObject({ kind: 'done' });
  expect([images(), shelf.kept.size]).toEqual([[], 0]);
});

test('of a host that is not connected, or is no more, nothing can be told; of files it can', async () => {
  const away = recordOf([made(volume), part('/home/ada/a.part', '1:2'), part('/home/ada/b.part', '1:3')], 'away');
  const { remnants } = await setUp([away], { onDisk: { '/home/ada/b.part': '9:9' } });
  expect(await remnants()).toEqual([
    { kind: 'unknown', why: 'The host is not among your connections any more.' },
    { kind: 'gone' },
    { kind: 'kept', why: 'Another file has taken its place.' },
  ]);
});

test('what was about to be made is only ours if it is as it would have been made', async () => {
  const record = recordOf([{ product: { ...volume, capacity: 5 * MiB }, made: false, identity: null }]);
  const { put, remnants, interruptions } = await setUp([record]);
  put('half.img');
  expect(await remnants()).toEqual([{ kind: 'kept', why: 'It is not the one that was to be made.' }]);
  await interruptions.keep(1, record.id);
  expect(await interruptions.count()).toBe(0);
  await expect(interruptions.keep(1, record.id)).rejects.toMatchObject({ code: 'not-found' });
});

test('a volume that was being written over is nobody’s to delete, and stays incomplete until the person says otherwise', async () => {
  const record = recordOf([made({ kind: 'overwritten', pool: 'scratch', name: 'half.img' }), made({ ...volume, name: 'other.img' })]);
  const { put, images, cleanUp, journal, interruptions } = await setUp([record]);
  put('half.img');
  put('other.img');
  expect(await cleanUp(record.id)).toMatchObject({ kind: 'done' });
  expect(images()).toEqual(['half.img']);
  expect(journal.isIncomplete('here', { pool: 'scratch', name: 'half.img' })).toBe(true);
  await interruptions.keep(1, record.id);
  expect(journal.isIncomplete('here', { pool: 'scratch', name: 'half.img' })).toBe(false);
});

test('what VFIO was left with is given back and nothing is deleted; who keeps it so is told how long that lasts', async () => {
  const card: Product = { kind: 'borrowed', device: 'pci_0000_01_00_0', name: 'Card (0000:01:00.0)', driver: 'nouveau' };
  const record = recordOf([made(card), made({ ...card, device: 'pci_0000_01_00_1', name: 'Sound (0000:01:00.1)' })]);
  const { host, asked, cleanUp, interruptions, remnants, shelf } = await setUp([record]);
  host.withVfio.add(card.device);
  expect(await remnants()).toEqual([{ kind: 'there' }, { kind: 'gone' }]);
  expect(await cleanUp(record.id)).toEqual({ kind: 'done', note: null });
  expect(asked).toMatchObject([
    {
      title: 'Give back what “Upload “half.img”” took?',
      choices: [{ label: 'Give back the PCI device “Card (0000:01:00.0)”', ticked: true }],
      confirm: 'Give back',
      danger: false,
    },
  ]);
  expect([host.withVfio.size, shelf.kept.size, await interruptions.count()]).toEqual([0, 0, 0]);

  const again = await setUp([record]);
  again.host.withVfio.add(card.device);
  await again.interruptions.keep(1, record.id);
  expect(again.asked).toMatchObject([{ message: [expect.stringMatching(/stays with VFIO.*nodedev-reattach/)] }]);
});

test('before it is forgotten, what could be cleaned up is named; what is gone is only news', async () => {
  const record = recordOf([part('/home/ada/half.img.part', '1:2'), made(volume), made({ ...volume, name: 'other.img' })]);
  const { interruptions, put, images, asked, shelf } = await setUp([record], { onDisk: { '/home/ada/half.img.part': '1:2' } });
  put('half.img');
  await interruptions.keep(1, record.id);
  expect(asked).toMatchObject([
    {
      title: 'Keep what “Upload “half.img”” left?',
      details: [
        { label: 'Host' },
        { label: 'Stays', value: 'the file /home/ada/half.img.part' },
        { label: 'Stays', value: 'the volume “half.img” in the pool “scratch”' },
      ],
      confirm: 'Keep all of it',
    },
  ]);
  expect([images(), shelf.kept.size]).toEqual([['half.img'], 0]);

  const gone = recordOf([made(volume)]);
  const other = await setUp([gone]);
  await other.interruptions.keep(1, gone.id);
  expect([other.asked, other.shelf.kept.size]).toEqual([[], 0]);
});

test('who does not want it forgotten is offered it again', async () => {
  const record = recordOf([made(volume)], 'away');
  const { interruptions, asked, shelf } = await setUp([record], { answer: 'cancelled' });
  await expect(interruptions.keep(1, record.id)).rejects.toMatchObject({ code: 'cancelled' });
  // Of a host that cannot be asked nobody knows.
  expect(asked).toMatchObject([{ details: [{ label: 'Perhaps' }] }]);
  expect(shelf.kept.size).toBe(1);
});
