import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { LanChange } from '#model/lan-bridge';
import { BackendError } from '../backends/errors.ts';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import type { LanBridges } from '../backends/lan-bridges.ts';
import { fakeShelf } from '../test/fakes/fake-shelf.ts';
import { Journal } from './journal/journal.ts';
import { LanTrials } from './lan-trials.ts';
import { Questions } from './questions.ts';
import { Registry } from './registry.ts';
import { Tasks } from './tasks.ts';
import { unheard } from '../test/fakes/unheard.ts';

const change: LanChange = { kind: 'make', link: 'enp65s0f0', bridge: 'br1', stp: false };
let registry: Registry;
let lan: LanBridges;

beforeEach(async () => {
  const address = { road: 'uri' as const, uri: 'fake://here/' };
  const here = { id: 'here', name: 'Here', uri: 'fake://here/', address, autoconnect: true, readOnly: false };
  registry = new Registry({
    backends: [new FakeBackend({ delay: 0 })],
    hosts: [here],
    publish: unheard,
    log: () => {},
    random: Math.random,
  });
  registry.connectAll();
  lan = await vi.waitFor(() => {
    const found = registry.connection('here').networks?.lan;
    if (found === undefined || found === null) throw new Error('no networks yet');
    return found;
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await registry.close();
});

function trialsThat(answer: ConfirmationAnswer['kind'] = 'confirmed') {
  const asked: Confirmation[] = [];
  const questions = new Questions(async (_, question): Promise<ConfirmationAnswer> => {
    asked.push(question);
    return answer === 'confirmed' ? { kind: 'confirmed', ticked: [] } : { kind: 'cancelled' };
  });
  const files = { identify: async () => null, remove: async () => {} };
  const journal = new Journal({ shelf: fakeShelf([]), files, hostName: () => 'Here', changed: () => {}, log: () => {} });
  const tasks = new Tasks(
    () => {},
    () => {},
    randomUUID,
    journal,
  );
  const trials = new LanTrials(registry, tasks, questions);
  const reaches = (kind: string) => vi.waitFor(() => expect(trials.state('here').kind).toBe(kind), { timeout: 20_000 });
  const bridges = async () => {
    const outlook = await lan.look();
    return outlook.kind === 'ready' ? outlook.bridges.map(({ name }) => name) : [];
  };
  return { trials, tasks, asked, reaches, bridges };
}

test('who says no in main’s window changes nothing', async () => {
  const { trials, asked, bridges } = trialsThat('cancelled');
  expect(await trials.begin(1, 'here', change)).toBe(false);
  expect(asked).toMatchObject([
    { title: 'Make the bridge br1 over enp65s0f0?', details: [{ label: 'Host' }, { value: '192.168.1.30/24, 2001:db8:77::30/64' }] },
  ]);
  expect([trials.state('here').kind, await bridges()]).toEqual(['none', ['br0']]);
});

test('one at a time; kept, it stays, and there is nothing more to decide', async () => {
  const { trials, reaches, bridges } = trialsThat();
  expect(await trials.begin(1, 'here', change)).toBe(true);
  await reaches('deciding');
  expect(trials.state('here')).toMatchObject({ change, addresses: ['192.168.1.30/24', '2001:db8:77::30/64'] });
  await expect(trials.begin(1, 'here', change)).rejects.toMatchObject({ code: 'busy' });
  trials.settle('here', true);
  await reaches('kept');
  expect(() => trials.settle('here', true)).toThrow(/nothing to decide/);
  expect(await bridges()).toEqual(['br0', 'br1']);
});

test('nobody says that it works: it goes back, as a cancelled task does', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], shouldAdvanceTime: true });
  const { trials, tasks, reaches, bridges } = trialsThat();
  await trials.begin(1, 'here', change);
  await reaches('deciding');
  await vi.advanceTimersByTimeAsync(60_000);
  await reaches('back');
  expect(await bridges()).toEqual(['br0']);
  await trials.begin(1, 'here', change);
  await reaches('deciding');
  tasks.cancel(tasks.list().at(-1)?.id ?? '');
  await reaches('back');
  expect(await bridges()).toEqual(['br0']);
});

test('what the host refuses is told, and another try is free', async () => {
  const { trials, reaches } = trialsThat();
  await trials.begin(1, 'here', { ...change, link: 'wlp2s0' });
  await reaches('failed');
  expect(trials.state('here')).toMatchObject({
    fault: { code: 'unsupported', reason: expect.stringContaining('Wi-Fi cannot be bridged') },
  });
  expect(await trials.begin(1, 'here', change)).toBe(true);
});

test('a host that went back before it was kept says so', async () => {
  const { trials, reaches } = trialsThat();
  await trials.begin(1, 'here', change);
  await reaches('deciding');
  const networks = registry.connection('here').networks;
  vi.spyOn(registry, 'connection').mockReturnValue({
    ...registry.connection('here'),
    networks: networks && { ...networks, lan: { ...lan, keep: () => Promise.reject(new BackendError('invalid-state', 'Too late.')) } },
  });
  trials.settle('here', true);
  await reaches('failed');
  expect(trials.state('here')).toMatchObject({ fault: { message: 'Too late.' } });
});
