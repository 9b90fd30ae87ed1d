import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { fakeMain } from '../test/fakes/fake-main.ts';
import { facetOf } from './facet.ts';
import { InspectionKeeper } from './inspection-keeper.ts';
import type { Registry } from './registry.ts';

let registry: Registry | undefined;
afterEach(async () => registry?.close());

async function setUp() {
  const main = await fakeMain();
  registry = main.registry;
  const { guest, tasks, told } = main;
  return {
    keeper: new InspectionKeeper(main.registry, tasks),
    inspector: facetOf(main.registry.connection('here'), 'inspector'),
    guest,
    told,
  };
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
