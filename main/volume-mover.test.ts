import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { Task } from '#model/task';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { fakeFiles } from '../backends/fake/fake-files.ts';
import { unkeptJournal } from '../test/fakes/fake-shelf.ts';
import { Questions } from './questions.ts';
import { Registry } from './registry.ts';
import { Tasks, tasksMax } from './tasks.ts';
import { VolumeLocks } from './volume-locks.ts';
import { fileNameFor, VolumeMover } from './volume-mover.ts';
import { unheard } from '../test/fakes/unheard.ts';

let registry: Registry | undefined;
afterEach(async () => registry?.close());

const code = (found: string) => expect.objectContaining({ code: found });
const other = { pool: 'default', name: 'other.qcow2' };

async function setUp({ delay = 1, incomplete = null }: { delay?: number; incomplete?: string | null } = {}) {
  const fake = new FakeBackend({ delay });
  const told: Task[] = [];
  const answers: ConfirmationAnswer[] = [];
  const here = {
    id: 'here',
    name: 'Here',
    uri: 'fake://here/',
    address: { road: 'uri' as const, uri: 'fake://here/' },
    autoconnect: true,
    readOnly: false,
  };
  registry = new Registry({ backends: [fake], hosts: [here], publish: unheard, log: () => {}, random: Math.random });
  registry.connectAll();
  await vi.waitFor(() => registry?.connection('here'));
  const tasks = new Tasks(
    (task) => told.push(task),
    () => {},
    randomUUID,
    unkeptJournal,
  );
  const locks = new VolumeLocks((_, { name }) => name === incomplete);
  const asked: Confirmation[] = [];
  const questions = new Questions(async (_, question) => {
    asked.push(question);
    return answers.shift() ?? { kind: 'cancelled' };
  });
  const mover = new VolumeMover({ registry, tasks, questions, locks, files: fakeFiles(() => '/home/ada/disk.qcow2'), uuid: randomUUID });
  const choose = async (window = 1) => (await mover.chooseImage(window))?.file ?? '';
  const wish = (file: string, name = 'new.qcow2') => ({
    host: 'here',
    to: { kind: 'new' as const, pool: 'default', name },
    file,
    operation: randomUUID(),
  });
  const ended = async (id: string) =>
    vi.waitFor(
      () => {
        const state = told.filter((task) => task.id === id).at(-1)?.state;
        if (state === undefined || state.kind === 'running') throw new Error('it runs');
        return state;
      },
      { timeout: 5000 },
    );
  return { mover, tasks, locks, asked, answers, told, choose, wish, ended, host: fake.host('here') };
}

test('an upload is a task of its volume, with a command that names no folder of this computer', async () => {
  const { mover, choose, wish, ended, told } = await setUp();
  const upload = wish(await choose());
  await mover.upload(1, upload);
  await mover.upload(1, upload);
  expect(await ended(upload.operation)).toMatchObject({ kind: 'done' });
  const [first] = told;
  expect(first).toMatchObject({ id: upload.operation, title: 'Upload “new.qcow2”', volume: { pool: 'default', name: 'new.qcow2' } });
  expect(first?.command).not.toContain('/home');
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
});

test('a token is good once, for its own window, and again after a failure (IPC 20, 21)', async () => {
  const { mover, choose, wish, ended, host } = await setUp();
  await expect(mover.upload(1, wish(randomUUID()))).rejects.toEqual(code('bad-token'));
  const limit = (available: number) => {
    for (const pool of host.pools) if (pool.name === 'default') pool.available = available;
  };
  const file = await choose(1);
  await expect(mover.upload(2, wish(file))).rejects.toEqual(code('bad-token'));
  limit(1);
  const failing = wish(file);
  await mover.upload(1, failing);
  expect(await ended(failing.operation)).toMatchObject({ kind: 'failed', fault: { code: 'no-space' } });
  limit(2 ** 40);
  const again = wish(file);
  await mover.upload(1, again);
  expect(await ended(again.operation)).toMatchObject({ kind: 'done' });
  await expect(mover.upload(1, wish(file, 'third'))).rejects.toEqual(code('bad-token'));
});

test('while a volume is filled, nobody else fills, reads or deletes it (L21)', async () => {
  const { mover, tasks, locks, choose, wish, ended } = await setUp({ delay: 50 });
  const upload = wish(await choose());
  await mover.upload(1, upload);
  await expect(mover.upload(1, wish(await choose()))).rejects.toEqual(code('busy'));
  await expect(mover.download(1, 'here', { pool: 'default', name: 'new.qcow2' })).rejects.toEqual(code('busy'));
  expect(() => locks.assertFree('here', ['/var/lib/libvirt/images/new.qcow2'])).toThrow(/being filled/);
  expect(() => locks.assertFree('there', ['/var/lib/libvirt/images/new.qcow2'])).not.toThrow();
  tasks.cancel(upload.operation);
  expect(await ended(upload.operation)).toEqual({ kind: 'cancelled' });
  await vi.waitFor(() => locks.assertFree('here', ['/var/lib/libvirt/images/new.qcow2']));
});

test('a volume that an interrupted operation was filling is not read, and is written over by who knows what it is (L20)', async () => {
  const { mover, locks, choose, host, asked } = await setUp({ incomplete: 'half.qcow2' });
  const half = { pool: 'default', name: 'half.qcow2' };
  const [other] = host.uploads;
  if (other === undefined) throw new Error('the fake host has no volume');
  host.uploads.push({ ...other, ...half, path: '/var/lib/libvirt/images/half.qcow2' });
  const over = { host: 'here', to: { kind: 'existing' as const, volume: half }, file: await choose(), operation: randomUUID() };
  const refusal = expect.objectContaining({ code: 'invalid-state', message: expect.stringContaining('is incomplete') });
  await expect(mover.upload(1, over)).rejects.toEqual(code('cancelled'));
  expect(asked.at(-1)?.message).toContain('What filled it last did not come to its end, so it is incomplete now.');
  await expect(mover.download(1, 'here', half)).rejects.toEqual(refusal);
  // To delete it is one way to settle it.
  expect(() => locks.assertUnlocked('here', half)).not.toThrow();
});

test('an upload that cannot begin leaves the volume free and the file chosen', async () => {
  const { mover, tasks, locks, choose, wish, ended } = await setUp();
  const file = await choose();
  const job = { title: 'Waiting', host: 'here', guest: null, command: null, cancellable: true };
  const running = Array.from({ length: tasksMax }, () =>
    tasks.run(job, ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))),
  );
  const refused = wish(file);
  await expect(mover.upload(1, refused)).rejects.toEqual(code('busy'));
  locks.assertUnlocked('here', { pool: 'default', name: 'new.qcow2' });
  for (const { id } of running) tasks.cancel(id);
  await Promise.allSettled(running.map(({ result }) => result));
  await mover.upload(1, refused);
  expect(await ended(refused.operation)).toMatchObject({ kind: 'done' });
});

test('of two uploads to one volume at once, one keeps its file for another', async () => {
  const { mover, choose, wish, ended } = await setUp({ delay: 20 });
  const [one, two] = [wish(await choose()), wish(await choose())];
  const [first, second] = await Promise.allSettled([mover.upload(1, one), mover.upload(1, two)]);
  expect(new Set([first.status, second.status])).toEqual(new Set(['fulfilled', 'rejected']));
  const [begun, refused] = first.status === 'fulfilled' ? [one, two] : [two, one];
  expect(await ended(begun.operation)).toMatchObject({ kind: 'done' });
  const elsewhere = { ...refused, to: { kind: 'new' as const, pool: 'default', name: 'elsewhere.qcow2' }, operation: randomUUID() };
  await mover.upload(1, elsewhere);
  expect(await ended(elsewhere.operation)).toMatchObject({ kind: 'done' });
});

test('a volume is overwritten only when the person agrees', async () => {
  const { mover, answers, choose, wish, ended, told } = await setUp();
  const made = wish(await choose(), other.name);
  await mover.upload(1, made);
  await ended(made.operation);
  const file = await choose();
  const over = { host: 'here', to: { kind: 'existing' as const, volume: other }, file, operation: randomUUID() };
  await expect(mover.upload(1, over)).rejects.toEqual(code('cancelled'));
  expect(told.some(({ id }) => id === over.operation)).toBe(false);
  answers.push({ kind: 'confirmed', ticked: [] });
  await mover.upload(1, over);
  expect(await ended(over.operation)).toMatchObject({ kind: 'done' });
});

test('a file’s proposed name is none that leads elsewhere', () => {
  expect(fileNameFor('disk.qcow2')).toBe('disk.qcow2');
  expect(fileNameFor('../../etc/passwd')).toBe('_.._etc_passwd');
  expect(fileNameFor('a\nb\u202ec')).toBe('a_b_c');
  expect(fileNameFor('..')).toBe('disk.img');
});
