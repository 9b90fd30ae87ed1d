import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { HardwareChange, HardwarePlan } from '#model/hardware';
import { fakeMain } from '../test/fakes/fake-main.ts';
import { facetOf } from './facet.ts';
import { HardwareKeeper } from './hardware-keeper.ts';
import { Questions } from './questions.ts';
import type { Registry } from './registry.ts';

let registry: Registry | undefined;
afterEach(async () => registry?.close());

const yes: ConfirmationAnswer = { kind: 'confirmed', ticked: [] };
const harmless: HardwarePlan = {
  differences: [],
  before: '',
  after: '',
  warnings: [],
  losses: [],
  grants: [],
  objections: [],
  commands: ['virsh one', 'virsh two'],
};

/** Main over the fake host, with what it would plan and do in place of the host's own. */
async function setUp(plan: Partial<HardwarePlan> = {}) {
  const main = await fakeMain();
  registry = main.registry;
  const { registry: all, guest, tasks, told } = main;
  const asked: Confirmation[] = [];
  const answers: ConfirmationAnswer[] = [];
  const kept: string[] = [];
  const questions = new Questions(async (_, question) => {
    asked.push(question);
    return answers.shift() ?? { kind: 'cancelled' };
  });
  const hardware = facetOf(all.connection('here'), 'hardware');
  vi.spyOn(hardware, 'plan').mockImplementation(async () => ({ ...harmless, ...plan }));
  const apply = vi.spyOn(hardware, 'apply').mockImplementation(async () => ({ effect: 'next-start', why: 'It was busy.' }));
  const definitions = { keep: async () => void kept.push('before'), changedBy: async (_: unknown, what: string) => void kept.push(what) };
  const keeper = new HardwareKeeper(all, tasks, questions, definitions);
  const { revision } = await keeper.read(guest);
  const wished = (change: HardwareChange) => ({
    guest,
    wish: { change, base: revision, when: 'as-soon-as-possible' as const },
    operation: randomUUID(),
  });
  return { keeper, hardware, wished, guest, apply, told, asked, answers, kept };
}

const change: HardwareChange = { kind: 'set', device: 'memory', values: {} };

test('a change is a task with its commands, done once however often it is wished, and the definition before it is kept', async () => {
  const { keeper, wished, apply, told, asked, kept } = await setUp();
  const wish = wished(change);
  const outcomes = await Promise.all([keeper.apply(1, wish), keeper.apply(1, wish)]);
  expect(await keeper.apply(1, wish)).toEqual(outcomes[0]);
  expect(outcomes).toEqual([
    { effect: 'next-start', why: 'It was busy.' },
    { effect: 'next-start', why: 'It was busy.' },
  ]);
  expect(apply).toHaveBeenCalledTimes(1);
  expect(asked).toEqual([]);
  expect(told.at(-1)).toMatchObject({ id: wish.operation, command: 'virsh one\nvirsh two', state: { kind: 'done', note: 'It was busy.' } });
  expect(kept).toEqual(['before', told.at(-1)?.title]);
});

test('what of the host a guest gets, main asks about itself', async () => {
  const { keeper, wished, apply, asked, answers } = await setUp({ grants: ['/etc/shadow'] });
  await expect(keeper.apply(1, wished(change))).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked[0]?.details).toEqual([
    { label: 'Host', value: 'Here (fake://here/)', exact: true },
    { label: 'New', value: '/etc/shadow', exact: true },
  ]);
  expect(apply).not.toHaveBeenCalled();
  answers.push(yes);
  await keeper.apply(1, wished(change));
  expect(apply).toHaveBeenCalledTimes(1);
});

test('nothing is hidden behind much: each thing is named, and more than a person can judge is refused', async () => {
  const many = Array.from({ length: 40 }, (_, index) => `/srv/${index}`);
  const few = await setUp({ grants: [...many.slice(1), '/etc/shadow'] });
  await expect(few.keeper.apply(1, few.wished(change))).rejects.toMatchObject({ code: 'cancelled' });
  expect(few.asked[0]?.details?.map(({ value }) => value)).toContain('/etc/shadow');
  await registry?.close();
  const all = await setUp({ grants: [...many, '/etc/shadow'] });
  all.answers.push(yes);
  await expect(all.keeper.apply(1, all.wished(change))).rejects.toMatchObject({ code: 'bad-input' });
  expect(all.apply).not.toHaveBeenCalled();
});

test('what is lost for good, and what is pulled out of a running guest, is asked about too', async () => {
  const { keeper, wished, guest, apply, asked, answers } = await setUp({ losses: ['The volume is deleted.'] });
  const { pages } = await keeper.read(guest);
  const unpluggable = pages.find(({ removal }) => removal?.live === true);
  const removal: HardwareChange = { kind: 'remove', device: unpluggable?.id ?? 'none has' };
  answers.push(yes);
  await expect(keeper.apply(1, wished(removal))).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked).toHaveLength(2);
  expect(asked[0]?.title).toContain(unpluggable?.title);
  expect(JSON.stringify(asked[1]?.message)).toContain('The volume is deleted.');
  expect(apply).not.toHaveBeenCalled();
});

test('a guest without a next start is asked about even where the wish was to wait for one', async () => {
  const { keeper, hardware, wished, guest, apply, asked } = await setUp();
  const read = await keeper.read(guest);
  const device = read.pages.find(({ removal }) => removal?.live === true)?.id ?? 'none has';
  const { wish, ...rest } = wished({ kind: 'remove', device });
  vi.spyOn(hardware, 'read').mockImplementation(async () => ({ ...read, persistent: false }));
  await expect(keeper.apply(1, { ...rest, wish: { ...wish, when: 'next-start' } })).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked).toHaveLength(1);
  expect(apply).not.toHaveBeenCalled();
});
