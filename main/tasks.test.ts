import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import type { Task } from '#model/task';
import type { Operation } from '../backends/backend.ts';
import { BackendError } from '../backends/errors.ts';
import { unkeptJournal } from '../test/fakes/fake-shelf.ts';
import { Tasks } from './tasks.ts';

const job = { title: 'Create “debian”', host: 'here', guest: null, command: 'virsh create', cancellable: true };

function setUp() {
  const told: Task[] = [];
  const log = vi.fn<(line: string) => void>();
  return { told, log, tasks: new Tasks((task) => told.push(task), log, randomUUID, unkeptJournal) };
}

test('a task is told from its first step to its end', async () => {
  const { tasks, told } = setUp();
  const { id, result } = tasks.run(job, async ({ report }) => {
    report('Making the disk', 0.1);
    report('Defining', 0.5);
    return { note: 'a note', guest: 'an id' };
  });
  await result;
  expect(told.map(({ state }) => (state.kind === 'running' ? state.step : state.kind))).toEqual([
    'Starting',
    'Making the disk',
    'Defining',
    'done',
  ]);
  expect(tasks.list()).toEqual([
    {
      ...tasks.list()[0],
      id,
      command: 'virsh create',
      guest: 'an id',
      state: { kind: 'done', note: 'a note' },
      endedAt: expect.any(Number),
    },
  ]);
});

test('progress within a step does not flood windows', async () => {
  const { tasks, told } = setUp();
  await tasks.run(job, async ({ report }) => {
    for (let i = 0; i < 1000; i++) report('Copying', i / 1000);
  }).result;
  expect(told.length).toBeLessThan(20);
});

test('what was reported last before a silence is told, and nothing after the end', async () => {
  vi.useFakeTimers();
  try {
    const { tasks, told } = setUp();
    let end = (): void => {};
    const { result } = tasks.run(job, async ({ report }) => {
      for (const progress of [0.1, 0.2, 0.5]) report('Copying', progress);
      await new Promise<void>((resolve) => (end = resolve));
      report('Copying', 0.6);
      report('Copying', 0.7);
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(told.at(-1)?.state).toMatchObject({ kind: 'running', step: 'Copying', progress: 0.5 });
    expect(told).toHaveLength(3);
    end();
    await result;
    const { length } = told;
    await vi.advanceTimersByTimeAsync(5000);
    expect(told).toHaveLength(length);
    expect(told.at(-1)?.state.kind).toBe('done');
  } finally {
    vi.useRealTimers();
  }
});

test('a failure keeps its fault; one of ours goes to the log', async () => {
  const { tasks, log } = setUp();
  const failing = tasks.run(job, async () => {
    throw new BackendError('no-space', 'The disk is full.');
  });
  await expect(failing.result).rejects.toMatchObject({ code: 'no-space' });
  expect(log).not.toHaveBeenCalled();
  tasks.run(job, async () => {
    throw new Error('a bug');
  });
  await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(1));
  expect(tasks.list().map(({ state }) => state)).toMatchObject([
    { kind: 'failed', fault: { code: 'no-space' } },
    { kind: 'failed', fault: { code: 'internal' } },
  ]);
});

const untilCancelled = async ({ signal }: Operation) =>
  new Promise<void>((_, reject) => {
    signal.addEventListener('abort', () => reject(new BackendError('cancelled', 'Cancelled.')));
  });

test('a task is cancelled once, if it can be', async () => {
  const { tasks } = setUp();
  const { id, result } = tasks.run(job, untilCancelled);
  tasks.cancel(id);
  expect(() => tasks.cancel(id)).toThrow(expect.objectContaining({ code: 'invalid-state' }));
  await expect(result).rejects.toMatchObject({ code: 'cancelled' });
  expect(tasks.list()[0]?.state).toEqual({ kind: 'cancelled' });
  const firm = tasks.run({ ...job, cancellable: false }, async () => {});
  expect(() => tasks.cancel(firm.id)).toThrow(expect.objectContaining({ code: 'invalid-state' }));
  expect(() => tasks.cancel('none')).toThrow(expect.objectContaining({ code: 'not-found' }));
});

test('a wish is known again by its id, and its id is no other wish', async () => {
  const { tasks } = setUp();
  expect(tasks.knows('1', 'debian')).toBe(false);
  await tasks.run({ ...job, id: '1', wish: 'debian' }, async () => {}).result;
  expect(tasks.knows('1', 'debian')).toBe(true);
  expect(() => tasks.knows('1', 'fedora')).toThrow(expect.objectContaining({ code: 'bad-input' }));
});

test('the last hundred are kept; what runs is never forgotten; a hundred at once are enough', async () => {
  const { tasks } = setUp();
  const { id } = tasks.run(job, untilCancelled);
  for (let i = 0; i < 250; i++) await tasks.run(job, async () => {}).result;
  expect(tasks.list()).toHaveLength(100);
  expect(tasks.list()[0]?.id).toBe(id);
  for (let i = 0; i < 99; i++) tasks.run(job, untilCancelled);
  expect(() => tasks.run(job, untilCancelled)).toThrow(expect.objectContaining({ code: 'busy' }));
  await tasks.close();
  expect(tasks.list().every(({ state }) => state.kind === 'cancelled')).toBe(true);
});
