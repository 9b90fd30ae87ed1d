import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { deletedMax } from '#model/deleted-guest';
import type { Task } from '#model/task';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { redefineFake } from '../backends/fake/fake-definitions.ts';
import { guestId } from '../backends/fake/seed.ts';
import { fakeDefinitionShelf } from '../test/fakes/fake-definition-shelf.ts';
import { unkeptJournal } from '../test/fakes/fake-shelf.ts';
import { DefinitionHistory } from './definition-history.ts';
import { DefinitionKeeper } from './definition-keeper.ts';
import { DeletedGuests } from './deleted-guests.ts';
import { GuestDeleter } from './guest-deleter.ts';
import { Questions } from './questions.ts';
import { Registry } from './registry.ts';
import { Tasks } from './tasks.ts';
import { VolumeLocks } from './volume-locks.ts';
import { unheard } from '../test/fakes/unheard.ts';

const agree = (...ticked: string[]): ConfirmationAnswer => ({ kind: 'confirmed', ticked });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Shut off, with one disk in a pool, of which another guest is an overlay. */
const template = { host: 'here', id: guestId(3) };
/** With a medium that is in no pool. */
const fedora = { host: 'here', id: guestId(1) };
const image = '/var/lib/libvirt/images/build-runner-2.qcow2';
const runner = { host: 'here', id: guestId(5) };

async function setUp() {
  const fake = new FakeBackend({ delay: 1 });
  const told = new Map<string, Task>();
  const asked: Confirmation[] = [];
  const answers: ConfirmationAnswer[] = [];
  const uri = 'fake://here/';
  const here = { id: 'here', name: 'Here', uri, address: { road: 'uri' as const, uri }, autoconnect: true, readOnly: false };
  const log = () => {};
  const registry = new Registry({ backends: [fake], hosts: [here], publish: unheard, log, random: Math.random });
  const tasks = new Tasks((task) => told.set(task.id, task), log, randomUUID, unkeptJournal);
  const questions = new Questions(async (_, question) => {
    asked.push(question);
    return answers.shift() ?? { kind: 'cancelled' };
  });
  const shelf = fakeDefinitionShelf();
  const history = new DefinitionHistory({ shelf, log });
  const keeper = new DefinitionKeeper({ registry, tasks, questions, history });
  const deleted = new DeletedGuests({ registry, tasks, questions, history, shelf, log });
  const deleter = new GuestDeleter(registry, tasks, questions, new VolumeLocks(() => false), {
    onDeleted: log,
    keep: (guest) => keeper.keep(guest),
    remember: (guest, name) => deleted.remember(guest, name),
  });
  closing.push(async () => {
    keeper.close();
    await registry.close();
  });
  registry.connectAll();
  await vi.waitFor(() => expect(registry.snapshot('here').guests).not.toEqual([]));
  const there = (id: string) => registry.snapshot('here').guests.find((guest) => guest.id === id);
  const ended = (id: string | null) =>
    vi.waitFor(() => {
      const task = told.get(id ?? '');
      if (task === undefined || task.state.kind === 'running') throw new Error('It has not ended.');
      return task;
    });
  const remove = async (guest: typeof template, ...disks: string[]) => {
    answers.push(agree(...disks));
    const task = await ended(await deleter.delete(1, guest));
    await vi.waitFor(() => expect(there(guest.id)).toBeUndefined());
    return task;
  };
  const again = (guest: typeof template, name: string | null = null, operation: string = randomUUID()) =>
    deleted.defineAgain(1, { guest, name, operation });
  return { fake, registry, keeper, deleted, shelf, remove, again, there, asked, answers, told };
}

test('a guest whose disks were kept is offered at once, defined again as it was, and leaves the list', async () => {
  const { keeper, deleted, remove, again, there, asked, told } = await setUp();
  const before = await keeper.read(template);
  const { state } = await remove(template);
  expect(state).toMatchObject({ kind: 'done', offer: 'define-again' });
  const [entry, ...rest] = await deleted.list('here');
  expect(rest).toEqual([]);
  expect(entry).toMatchObject({ id: template.id, name: 'template', revision: before.revision });
  expect(entry?.outlook?.disks).toEqual([{ target: 'vda', path: '/var/lib/libvirt/images/template.qcow2', found: 'there' }]);
  const operation = randomUUID();
  await Promise.all([again(template, null, operation), again(template, null, operation)]);
  // Nothing of it is the host's own, and the wish was told twice: the one question is that of the deletion.
  expect(asked).toHaveLength(1);
  expect([...told.values()].filter(({ title }) => title === 'Define “template” again')).toMatchObject([
    { guest: template.id, command: expect.stringContaining('fake define'), state: { kind: 'done' } },
  ]);
  await vi.waitFor(() => expect(there(template.id)).toMatchObject({ name: 'template', state: 'shut-off' }));
  expect(await keeper.read(template)).toEqual(before);
  expect(await deleted.list('here')).toEqual([]);
  await expect(again(template)).rejects.toMatchObject({ code: 'not-found' });
});

test('a disk that went with it is named, and nothing is offered that would not start', async () => {
  const { deleted, remove, again, told } = await setUp();
  const { state } = await remove(runner, image);
  expect(state).toMatchObject({ kind: 'done', note: null });
  expect(state).not.toHaveProperty('offer');
  expect((await deleted.list('here'))[0]?.outlook?.disks).toEqual([{ target: 'vda', path: image, found: 'gone' }]);
  await again(runner);
  expect([...told.values()].at(-1)?.state).toMatchObject({ kind: 'done', note: expect.stringContaining(image) });
});

test('what it would have of its host is asked about, and not agreed to nothing is done', async () => {
  const { deleted, remove, again, there, asked, answers } = await setUp();
  await remove(fedora);
  await expect(again(fedora)).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked.at(-1)?.details).toMatchObject([{ label: 'Host' }, { label: 'New', value: '/srv/isos/fedora-43.iso', exact: true }]);
  expect(there(fedora.id)).toBeUndefined();
  expect(await deleted.list('here')).toHaveLength(1);
  answers.push(agree());
  await again(fedora);
  await vi.waitFor(() => expect(there(fedora.id)).toBeDefined());
});

test('a name that is taken by now is refused, and another one taken', async () => {
  const { fake, registry, keeper, remove, again, there } = await setUp();
  await remove(template);
  fake.host('here').update(runner.id, { name: 'template' });
  await vi.waitFor(() => expect(there(runner.id)?.name).toBe('template'));
  await expect(again(template)).rejects.toMatchObject({ code: 'exists', remedy: 'Give it another name.' });
  await again(template, 'template-2');
  await vi.waitFor(() => expect(there(template.id)?.name).toBe('template-2'));
  expect((await keeper.read(template)).text).toContain('<name>template-2</name>');
  expect(registry.snapshot('here').guests.filter(({ name }) => name === 'template')).toHaveLength(1);
});

test('a guest that somebody else has defined again is in no list, and is not written over', async () => {
  const { fake, keeper, deleted, remove, again, there } = await setUp();
  const { text } = await keeper.read(template);
  await remove(template);
  const host = fake.host('here');
  const known = host.deleted.get(template.id);
  if (known === undefined) throw new Error('It was not deleted.');
  host.add(known.guest);
  redefineFake(host, template.id, text.replace('</uuid>', '</uuid>\n  <title>Theirs</title>'));
  await vi.waitFor(() => expect(there(template.id)).toBeDefined());
  expect(await deleted.list('here')).toEqual([]);
  await expect(again(template)).rejects.toMatchObject({ code: 'exists' });
  expect((await keeper.read(template)).text).toContain('Theirs');
});

test('the last twenty are known, also while the host is away', async () => {
  const { registry, keeper, deleted, shelf } = await setUp();
  const ids = registry.snapshot('here').guests.map(({ id }) => id);
  for (let number = 0; number <= deletedMax; number += 1) {
    const id = guestId(900 + number);
    await keeper.read(template);
    const record = shelf.kept.get(`here ${template.id}`);
    if (record !== undefined) await shelf.write({ ...record, guest: id });
    expect(await deleted.remember({ host: 'here', id }, `guest ${number}`)).toBe(true);
  }
  expect(ids).not.toContain(guestId(900));
  expect(await deleted.remember({ host: 'here', id: guestId(990) }, 'never met')).toBe(false);
  const listed = await deleted.list('here');
  expect(listed.map(({ name }) => name)).toEqual(Array.from({ length: deletedMax }, (_, at) => `guest ${deletedMax - at}`));
  await registry.link('here').disconnect();
  expect((await deleted.list('here'))[0]).toMatchObject({ name: `guest ${deletedMax}`, outlook: null, command: null });
});
