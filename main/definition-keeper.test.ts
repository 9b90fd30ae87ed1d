import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { Task } from '#model/task';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { redefineFake } from '../backends/fake/fake-definitions.ts';
import { fakeDefinitionShelf } from '../test/fakes/fake-definition-shelf.ts';
import { unkeptJournal } from '../test/fakes/fake-shelf.ts';
import { DefinitionHistory } from './definition-history.ts';
import { DefinitionKeeper, withDefinitions } from './definition-keeper.ts';
import { Questions } from './questions.ts';
import { Registry } from './registry.ts';
import { Tasks } from './tasks.ts';
import { unheard } from '../test/fakes/unheard.ts';

const yes: ConfirmationAnswer = { kind: 'confirmed', ticked: [] };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function setUp() {
  const fake = new FakeBackend({ delay: 1 });
  const told: Task[] = [];
  const asked: Confirmation[] = [];
  const answers: ConfirmationAnswer[] = [];
  const uri = 'fake://here/';
  const here = { id: 'here', name: 'Here', uri, address: { road: 'uri' as const, uri }, autoconnect: true, readOnly: false };
  const publish = withDefinitions(unheard, () => keeper);
  const registry = new Registry({ backends: [fake], hosts: [here], publish, log: () => {}, random: Math.random });
  const tasks = new Tasks(
    (task) => told.push(task),
    () => {},
    randomUUID,
    unkeptJournal,
  );
  const questions = new Questions(async (_, question) => {
    asked.push(question);
    return answers.shift() ?? { kind: 'cancelled' };
  });
  const history = new DefinitionHistory({ shelf: fakeDefinitionShelf(), log: () => {} });
  const keeper = new DefinitionKeeper({ registry, tasks, questions, history });
  closing.push(async () => {
    keeper.close();
    await registry.close();
  });
  registry.connectAll();
  const guest = await vi.waitFor(() => {
    const [first] = registry.snapshot('here').guests;
    if (first === undefined) throw new Error('There are no guests yet.');
    return { host: 'here', id: first.id };
  });
  const titled = (text: string, title: string) => text.replace('</uuid>', `</uuid>\n  <title>${title}</title>`);
  const elsewhere = (title: string) => {
    const host = fake.host('here');
    const { text } = before;
    redefineFake(host, guest.id, titled(text, title));
  };
  const before = await keeper.read(guest);
  const wished = (title: string, base = before.revision) => ({
    guest,
    wish: { text: titled(before.text, title), base, validate: true },
    operation: randomUUID(),
  });
  const makers = async () => (await keeper.kept(guest)).map(({ by, what }) => what ?? by);
  return { keeper, guest, before, wished, elsewhere, answers, asked, told, makers };
}

test('what is new is asked about first; agreed to, it is a task with its command, and the one before is kept', async () => {
  const { keeper, guest, before, wished, answers, asked, told, makers } = await setUp();
  await expect(keeper.define(1, wished('Mine'))).rejects.toMatchObject({ code: 'cancelled' });
  expect(await keeper.read(guest)).toEqual(before);
  expect(told).toEqual([]);
  answers.push(yes);
  const wish = wished('Mine');
  const { now, outcome } = await keeper.define(1, wish);
  expect(outcome).toBe('defined');
  expect(now.text).toContain('<title>Mine</title>');
  expect(asked[1]?.details?.slice(1)).toEqual([{ label: 'New', value: '<title>Mine</title>', exact: true }]);
  expect(told.at(-1)).toMatchObject({ guest: guest.id, command: expect.stringContaining('fake define'), state: { kind: 'done' } });
  expect(await makers()).toEqual([expect.stringMatching(/^Change the definition of/), 'unknown']);
  expect(await keeper.keptText(guest, before.revision)).toBe(before.text);
  // The same wish once more is answered as it was, and asked and done no second time.
  expect(await keeper.define(1, wish)).toEqual({ now, outcome });
  expect(asked).toHaveLength(2);
});

test('what somebody else has changed meanwhile is not written over, and theirs is kept too', async () => {
  const { keeper, wished, elsewhere, answers, told, makers } = await setUp();
  elsewhere('Theirs');
  answers.push(yes);
  await expect(keeper.define(1, wished('Mine'))).rejects.toMatchObject({ code: 'conflict' });
  expect(told.at(-1)?.state).toMatchObject({ kind: 'failed', fault: { code: 'conflict' } });
  expect(await makers()).toEqual(['others', 'unknown']);
});

test('a change that nobody here made is noticed where the guest was looked at before', async () => {
  const { elsewhere, makers } = await setUp();
  elsewhere('Theirs');
  await vi.waitFor(async () => expect(await makers()).toEqual(['others', 'unknown']), 10_000);
});

test('an earlier one is brought back without a question, over what the person saw and nothing else', async () => {
  const { keeper, guest, before, wished, answers, asked, elsewhere, makers } = await setUp();
  answers.push(yes);
  const { now } = await keeper.define(1, wished('Mine'));
  const restored = await keeper.restore(1, guest, before.revision, now.revision, randomUUID());
  expect(restored.now.text).toBe(before.text);
  expect(asked).toHaveLength(1);
  expect((await makers())[0]).toMatch(/^Restore a definition of/);
  elsewhere('Theirs');
  await expect(keeper.restore(1, guest, now.revision, before.revision, randomUUID())).rejects.toMatchObject({ code: 'conflict' });
  await expect(keeper.restore(1, guest, '0'.repeat(64), before.revision, randomUUID())).rejects.toMatchObject({ code: 'not-found' });
});

test('before anything else of Guesthouse changes a guest its definition is kept, and what it became is ours', async () => {
  const { keeper, guest, elsewhere, makers } = await setUp();
  await keeper.keep(guest);
  elsewhere('By a form');
  await keeper.changedBy(guest, 'Add a disk');
  expect(await makers()).toEqual(['Add a disk', 'unknown']);
  await keeper.keep({ host: 'here', id: '00000000-0000-4000-8000-00000000dead' });
});

test('what an earlier definition had of the host, and the guest has no more, is asked about before it comes back', async () => {
  const { keeper, guest, before, answers, asked } = await setUp();
  const disk = "<disk type='file'><source file='/etc/shadow'/></disk>";
  const withDisk = before.text.replace('</devices>', `  ${disk}\n  </devices>`);
  answers.push(yes);
  const had = await keeper.define(1, { guest, wish: { text: withDisk, base: before.revision, validate: true }, operation: randomUUID() });
  const without = await keeper.restore(1, guest, before.revision, had.now.revision, randomUUID());
  expect(asked).toHaveLength(1);
  await expect(keeper.restore(1, guest, had.now.revision, without.now.revision, randomUUID())).rejects.toMatchObject({ code: 'cancelled' });
  expect(JSON.stringify(asked[1]?.details)).toContain('/etc/shadow');
  expect((await keeper.read(guest)).text).toBe(before.text);
  answers.push(yes);
  const back = await keeper.restore(1, guest, had.now.revision, without.now.revision, randomUUID());
  expect(back.now.text).toContain('/etc/shadow');
});

test('new lines that name something of the host come first in the question', async () => {
  const { keeper, guest, before, asked } = await setUp();
  const many = Array.from({ length: 40 }, (_, at) => `  <harmless number='${at}'/>`).join('\n');
  const text = before.text.replace('</devices>', `${many}\n  <disk><source file='/etc/shadow'/></disk>\n  </devices>`);
  await expect(
    keeper.define(1, { guest, wish: { text, base: before.revision, validate: true }, operation: randomUUID() }),
  ).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(asked[0]?.details?.slice(0, 2)).toMatchObject([{ label: 'Host' }, { label: 'Of its host' }]);
  expect(asked[0]?.details?.slice(1, 3).map(({ value }) => value.includes('/etc/shadow'))).toEqual([true, true]);
});
