import { expect, test, vi } from 'vitest';
import { CLIPBOARD_BYTES } from '#model/clipboard';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { FakeClipboard } from '../backends/fake/fake-clipboard.ts';
import { fakeKept } from '../backends/fake/fake-kept.ts';
import { guestId } from '../backends/fake/seed.ts';
import { ClipboardGate, copiesASecond } from './clipboard-gate.ts';
import { ConsoleSettings, type GuestConsoleSettings } from './console-settings.ts';
import { Questions } from './questions.ts';
import { Registry } from './registry.ts';
import { unheard } from '../test/fakes/unheard.ts';

vi.setConfig({ testTimeout: 60_000 });

const debian = { host: 'here', id: guestId(0) };
const WINDOW = 1;

async function setUp({ readOnly = false } = {}) {
  const questions: Confirmation[] = [];
  const person: { answer: ConfirmationAnswer | Promise<ConfirmationAnswer> } = { answer: { kind: 'confirmed', ticked: [] } };
  const registry = new Registry({
    backends: [new FakeBackend({ delay: 1 })],
    hosts: [{ id: 'here', name: 'Here', uri: 'fake://here/', address: { road: 'uri', uri: 'fake://here/' }, autoconnect: true, readOnly }],
    publish: unheard,
    log: () => {},
    random: () => 0,
  });
  registry.connectAll();
  await vi.waitFor(() => registry.connection('here'), { timeout: 20_000 });
  const desktop = new FakeClipboard();
  const clock = { now: 0 };
  const changed = vi.fn();
  const settings = new ConsoleSettings(fakeKept<readonly GuestConsoleSettings[]>([]));
  const gate = new ClipboardGate({
    registry,
    settings,
    questions: new Questions(async (_window, question) => {
      questions.push(question);
      return person.answer;
    }),
    desktop,
    publish: { clipboard: { changed } },
    now: () => clock.now,
  });
  return { gate, desktop, questions, person, clock, changed, registry };
}

const both = { toGuest: true, fromGuest: true };

test('nothing passes before it is allowed, and nothing is even read', async () => {
  const { gate, desktop } = await setUp();
  desktop.text = 'a secret';
  expect(await gate.toGuest(WINDOW, debian)).toBeNull();
  expect(await gate.fromGuest(WINDOW, debian, 'rm -rf /')).toBe(false);
  expect(desktop.reads).toBe(0);
  expect(desktop.text).toBe('a secret');
});

test('each way is opened by the person, by itself; closing one is not asked about', async () => {
  const { gate, desktop, questions, person, changed } = await setUp();
  desktop.text = 'hello';
  await gate.allow(WINDOW, debian, { toGuest: true, fromGuest: false });
  expect(questions).toHaveLength(1);
  expect(questions[0]?.title).toContain('debian-13');
  expect(await gate.toGuest(WINDOW, debian)).toBe('hello');
  expect(await gate.fromGuest(WINDOW, debian, 'from the guest')).toBe(false);
  expect(changed).toHaveBeenLastCalledWith({ guest: debian, ways: { toGuest: true, fromGuest: false } });

  person.answer = { kind: 'cancelled' };
  await expect(gate.allow(WINDOW, debian, both)).rejects.toMatchObject({ code: 'cancelled' });
  expect(await gate.ways(debian)).toEqual({ toGuest: true, fromGuest: false });

  await gate.allow(WINDOW, debian, { toGuest: false, fromGuest: false });
  expect(questions).toHaveLength(2);
  expect(await gate.toGuest(WINDOW, debian)).toBeNull();
});

test('a way that was closed while another was asked about stays closed', async () => {
  const { gate, person } = await setUp();
  await gate.allow(WINDOW, debian, { toGuest: true, fromGuest: false });
  let answer: (answer: ConfirmationAnswer) => void = () => {};
  person.answer = new Promise((resolve) => {
    answer = resolve;
  });
  const allowed = gate.allow(WINDOW, debian, both);
  await gate.allow(WINDOW + 1, debian, { toGuest: false, fromGuest: false });
  answer({ kind: 'confirmed', ticked: [] });
  expect(await allowed).toEqual({ toGuest: false, fromGuest: true });
});

test('a window without the focus gets nothing and changes nothing', async () => {
  const { gate, desktop } = await setUp();
  await gate.allow(WINDOW, debian, both);
  desktop.text = 'copied elsewhere';
  desktop.focused = false;
  expect(await gate.toGuest(WINDOW, debian)).toBeNull();
  expect(await gate.fromGuest(WINDOW, debian, 'x')).toBe(false);
  expect(desktop.text).toBe('copied elsewhere');
});

test('what is too long or nothing stays here', async () => {
  const { gate, desktop } = await setUp();
  await gate.allow(WINDOW, debian, both);
  desktop.text = 'é'.repeat(CLIPBOARD_BYTES / 2 + 1);
  expect(await gate.toGuest(WINDOW, debian)).toBeNull();
  desktop.text = '';
  expect(await gate.toGuest(WINDOW, debian)).toBeNull();
  desktop.text = 'é'.repeat(CLIPBOARD_BYTES / 2);
  expect(await gate.toGuest(WINDOW, debian)).toBe(desktop.text);
});

test('a guest that copies without end is slowed down', async () => {
  const { gate, desktop, clock } = await setUp();
  await gate.allow(WINDOW, debian, both);
  for (let index = 0; index < copiesASecond; index++) expect(await gate.fromGuest(WINDOW, debian, `text ${index}`)).toBe(true);
  await expect(gate.fromGuest(WINDOW, debian, 'one more')).rejects.toMatchObject({ code: 'busy' });
  expect(desktop.text).toBe(`text ${copiesASecond - 1}`);
  clock.now = 1001;
  expect(await gate.fromGuest(WINDOW, debian, 'later')).toBe(true);
});

test('a host that may only be looked at is told nothing', async () => {
  const { gate, desktop, questions } = await setUp({ readOnly: true });
  desktop.text = 'a secret';
  await expect(gate.allow(WINDOW, debian, both)).rejects.toMatchObject({ code: 'permission' });
  expect(questions).toEqual([]);
  expect(await gate.toGuest(WINDOW, debian)).toBeNull();
});
