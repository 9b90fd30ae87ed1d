import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Task } from '#model/task';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { unkeptJournal } from '../test/fakes/fake-shelf.ts';
import { facetOf } from './facet.ts';
import { InspectionKeeper } from './inspection-keeper.ts';
import { Registry } from './registry.ts';
import { Tasks } from './tasks.ts';

let registry: Registry | undefined;
afterEach(async () => registry?.close());

async function setUp() {
  const told: Task[] = [];
  const uri = 'fake://here/';
  const all = new Registry({
    backends: [new FakeBackend({ delay: 1 })],
    hosts: [{ id: 'here', name: 'Here', uri, address: { road: 'uri', uri }, autoconnect: true, readOnly: false }],
    publish: {
      hosts: { changed: () => {}, removed: () => {}, loaded: () => {}, stale: () => {} },
      guests: { changed: () => {}, relisted: () => {}, sampled: () => {}, noticed: () => {} },
    },
    log: () => {},
    random: Math.random,
  });
  registry = all;
  all.connectAll();
  const guest = await vi.waitFor(() => {
    const running = all.snapshot('here').guests.find(({ state }) => state === 'running');
    if (running === undefined) throw new Error('There are no guests yet.');
    return { host: 'here', id: running.id };
  });
  const tasks = new Tasks(
    (task) => told.push(task),
    () => {},
    randomUUID,
    unkeptJournal,
  );
  return { keeper: new InspectionKeeper(all, tasks), inspector: facetOf(all.connection('here'), 'inspector'), guest, told };
}

test('a look is a task with its command, one at a time for each guest, and what it finds is kept while the disks are the same', async () => {
  const { keeper, inspector, guest, told } = await setUp();
  expect(await keeper.read(guest)).toEqual({ found: null, task: null });
  const operation = randomUUID();
  const look = keeper.inspect(guest, operation);
  await expect(keeper.inspect(guest, randomUUID())).rejects.toMatchObject({ code: 'busy' });
  expect(await keeper.read(guest)).toEqual({ found: null, task: operation });
  await look;
  expect(told.at(-1)).toMatchObject({ id: operation, state: { kind: 'done' }, command: expect.stringContaining('fake inspect') });

  const { found, task } = await keeper.read(guest);
  expect([found?.systems.length, task]).toEqual([1, null]);
  const outlook = await inspector.outlook(guest.id);
  vi.spyOn(inspector, 'outlook').mockResolvedValue({ ...outlook, disks: [{ target: 'vda', source: '/another' }] });
  expect(await keeper.read(guest)).toEqual({ found: null, task: null });
});

test('a look that fails leaves what was found before, and may be tried again', async () => {
  const { keeper, inspector, guest } = await setUp();
  await keeper.inspect(guest, randomUUID());
  vi.spyOn(inspector, 'inspect').mockRejectedValueOnce(new Error('broken'));
  await expect(keeper.inspect(guest, randomUUID())).rejects.toThrow('broken');
  expect((await keeper.read(guest)).found).not.toBeNull();
  await keeper.inspect(guest, randomUUID());
});
