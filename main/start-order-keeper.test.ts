import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GuestRef } from '#model/guest';
import type { StartPlace } from '#model/start-order';
import { BackendError } from '../backends/errors.ts';
import { fakeMain, type FakeMain } from '../test/fakes/fake-main.ts';
import { Questions } from './questions.ts';
import { StartOrderKeeper } from './start-order-keeper.ts';

let main: FakeMain;
let keeper: StartOrderKeeper;
let asked: string[];
let agrees: boolean;
let slept: number[];
/** What happens while it waits. */
let meanwhile: () => void;
const host = 'here';

beforeEach(async () => {
  main = await fakeMain();
  [asked, slept, agrees, meanwhile] = [[], [], true, () => {}];
  const questions = new Questions(async (_window, { title, message }) => {
    asked.push([title, ...message].join(' '));
    return agrees ? { kind: 'confirmed', ticked: [] } : { kind: 'cancelled' };
  });
  keeper = new StartOrderKeeper({
    registry: main.registry,
    tasks: main.tasks,
    questions,
    sleep: async (ms) => {
      slept.push(ms);
      meanwhile();
      // The fake host's news come in turns of their own.
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  });
});
afterEach(() => main.registry.close());

const connection = () => main.registry.connection(host);
const guests = () => main.registry.snapshot(host).guests;
const stateOf = (id: string) => guests().find((guest) => guest.id === id)?.state;
const ended = () => vi.waitFor(() => expect(main.told.at(-1)?.state.kind).not.toBe('running'), { timeout: 20_000 });
const steps = () => main.told.flatMap(({ state }) => (state.kind === 'running' ? [state.step] : []));
const place = (order: number, delay = 0): StartPlace => ({ order, delay });
const put = (id: string, to: StartPlace) => keeper.set(host, [{ id, was: null, place: to }]);

/** Guests that are off, or that run. */
function some(state: 'shut-off' | 'running', count: number): { readonly id: GuestRef['id']; readonly name: string }[] {
  const found = guests()
    .filter((guest) => guest.state === state && guest.persistent)
    .slice(0, count);
  expect(found).toHaveLength(count);
  return found;
}

test('guests start step by step with the wait between, and one that runs is left alone', async () => {
  const [first, second] = some('shut-off', 2);
  const [on] = some('running', 1);
  if (first === undefined || second === undefined || on === undefined) throw new Error('too few guests');
  await put(second.id, place(2, 60));
  await put(first.id, place(1, 3));
  await put(on.id, place(1, 600));
  await keeper.start(host, randomUUID());
  await ended();
  expect(main.told.at(-1)?.state.kind).toBe('done');
  expect([stateOf(first.id), stateOf(second.id)]).toEqual(['running', 'running']);
  expect(slept).toEqual([1000, 1000, 1000]);
  expect(steps().filter((step) => step.startsWith('Starting “'))).toEqual([`Starting “${first.name}”`, `Starting “${second.name}”`]);
  expect(main.told[0]?.command).toBe(`fake start ${first.name}; sleep 3; fake start ${second.name}`);
});

test('a guest that does not start is told, and holds nothing up', async () => {
  const [first, second] = some('shut-off', 2);
  if (first === undefined || second === undefined) throw new Error('too few guests');
  await put(first.id, place(1));
  await put(second.id, place(2));
  const { act } = connection();
  vi.spyOn(connection(), 'act').mockImplementation(async (id, ...rest) => {
    if (id === first.id) throw new Error('no memory');
    return act.call(connection(), id, ...rest);
  });
  await keeper.start(host, randomUUID());
  await ended();
  expect(main.told.at(-1)?.state).toMatchObject({ kind: 'failed', fault: { message: expect.stringContaining('A guest of 2') } });
  expect(stateOf(second.id)).toBe('running');
});

test('cancelled in a wait, nothing further is started', async () => {
  const [first, second] = some('shut-off', 2);
  if (first === undefined || second === undefined) throw new Error('too few guests');
  await put(first.id, place(1, 100));
  await put(second.id, place(2));
  const operation = randomUUID();
  meanwhile = () => slept.length === 3 && main.tasks.cancel(operation);
  await keeper.start(host, operation);
  await ended();
  expect(main.told.at(-1)?.state.kind).toBe('cancelled');
  expect([stateOf(first.id), stateOf(second.id)]).toEqual(['running', 'shut-off']);
});

test('a wish is done once, and one at a time', async () => {
  const [first, second] = some('shut-off', 2);
  if (first === undefined || second === undefined) throw new Error('too few guests');
  await put(first.id, place(1, 5));
  await put(second.id, place(2));
  const operation = randomUUID();
  await keeper.start(host, operation);
  await keeper.start(host, operation);
  await expect(keeper.start(host, randomUUID())).rejects.toMatchObject({ code: 'busy' });
  await ended();
  expect(new Set(main.told.map(({ id }) => id))).toEqual(new Set([operation]));
  await expect(keeper.start(host, randomUUID())).rejects.toMatchObject({ code: 'invalid-state' });
});

test('they shut down the other way round, each step waiting for the one before, after the person was asked', async () => {
  const [first, second] = some('running', 2);
  if (first === undefined || second === undefined) throw new Error('too few guests');
  await put(first.id, place(1));
  await put(second.id, place(2));
  agrees = false;
  await expect(keeper.shutDown(1, host, randomUUID())).rejects.toMatchObject({ code: 'cancelled' });
  expect(main.told).toEqual([]);
  agrees = true;
  await keeper.shutDown(1, host, randomUUID());
  await ended();
  expect(main.told.at(-1)?.state.kind).toBe('done');
  expect(asked.at(-1)).toContain(`“${second.name}”, “${first.name}”`);
  const shut = steps().filter((step) => step.startsWith('Asking'));
  expect(shut).toEqual([`Asking “${second.name}” to shut down`, `Asking “${first.name}” to shut down`]);
  expect([stateOf(first.id), stateOf(second.id)]).toEqual(['shut-off', 'shut-off']);
});

test('a guest that stays on is waited for, and what it may need is left running', async () => {
  const [first, second] = some('running', 2);
  if (first === undefined || second === undefined) throw new Error('too few guests');
  await put(first.id, place(1));
  await put(second.id, place(2));
  vi.spyOn(connection(), 'act').mockResolvedValue();
  await keeper.shutDown(1, host, randomUUID());
  await ended();
  expect(main.told.at(-1)?.state).toMatchObject({
    kind: 'failed',
    fault: { code: 'timeout', message: expect.stringContaining(second.name) },
  });
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBe(300_000);
  expect(stateOf(first.id)).toBe('running');
});

test('the same wish, sent again while the question is open, asks nothing more', async () => {
  const [first] = some('running', 1);
  if (first === undefined) throw new Error('no guest');
  await put(first.id, place(1));
  const operation = randomUUID();
  await Promise.all([keeper.shutDown(1, host, operation), keeper.shutDown(1, host, operation)]);
  await ended();
  expect(asked).toHaveLength(1);
  expect(stateOf(first.id)).toBe('shut-off');
});

test('what was refused is told, also where the road breaks after it', async () => {
  const [first, second] = some('shut-off', 2);
  if (first === undefined || second === undefined) throw new Error('too few guests');
  await put(first.id, place(1));
  await put(second.id, place(2));
  vi.spyOn(connection(), 'act').mockImplementation(async (id) => {
    throw id === first.id ? new BackendError('no-space', 'no memory') : new BackendError('connection-lost', 'gone');
  });
  await keeper.start(host, randomUUID());
  await ended();
  expect(main.told.at(-1)?.state).toMatchObject({ fault: { code: 'connection-lost', reason: `“${first.name}”: no memory` } });
});

test('a paused guest ends it at once, since nothing can ask it', async () => {
  const [first] = some('running', 1);
  const paused = guests().find(({ state }) => state === 'paused');
  if (first === undefined || paused === undefined) throw new Error('too few guests');
  await put(first.id, place(1));
  await put(paused.id, place(2));
  await keeper.shutDown(1, host, randomUUID());
  await ended();
  expect(main.told.at(-1)?.state).toMatchObject({
    kind: 'failed',
    fault: { code: 'invalid-state', message: expect.stringContaining('paused') },
  });
  expect([stateOf(first.id), slept]).toEqual(['running', []]);
});

test('a place that somebody changed meanwhile is not overwritten', async () => {
  const [guest] = some('shut-off', 1);
  if (guest === undefined) throw new Error('no guest');
  await put(guest.id, place(4, 4));
  await expect(put(guest.id, place(1))).rejects.toMatchObject({ code: 'conflict' });
  expect(await keeper.read(host)).toEqual([{ id: guest.id, name: guest.name, place: place(4, 4) }]);
  await keeper.set(host, [{ id: guest.id, was: place(4, 4), place: null }]);
  expect(await keeper.read(host)).toEqual([]);
});
