import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import type { GuestRef } from '#model/guest';
import type { Task } from '#model/task';
import { FakeBackend } from '../../backends/fake/fake-backend.ts';
import { Registry } from '../../main/registry.ts';
import { Tasks } from '../../main/tasks.ts';
import { unkeptJournal } from './fake-shelf.ts';

export interface FakeMain {
  /** To be closed by the test. */
  readonly registry: Registry;
  readonly tasks: Tasks;
  /** Each word of each task. */
  readonly told: Task[];
  /** One that runs. */
  readonly guest: GuestRef;
}

/** Main's registry and tasks over the fake host, which is connected and has told its guests. */
export async function fakeMain(): Promise<FakeMain> {
  const uri = 'fake://here/';
  const registry = new Registry({
    backends: [new FakeBackend({ delay: 1 })],
    hosts: [{ id: 'here', name: 'Here', uri, address: { road: 'uri', uri }, autoconnect: true, readOnly: false }],
    publish: {
      hosts: { changed: () => {}, removed: () => {}, loaded: () => {}, stale: () => {} },
      guests: { changed: () => {}, relisted: () => {}, sampled: () => {}, noticed: () => {} },
    },
    log: () => {},
    random: Math.random,
  });
  registry.connectAll();
  const guest = await vi.waitFor(() => {
    const running = registry.snapshot('here').guests.find(({ state }) => state === 'running');
    if (running === undefined) throw new Error('There are no guests yet.');
    return { host: 'here', id: running.id };
  });
  const told: Task[] = [];
  const tasks = new Tasks(
    (task) => told.push(task),
    () => {},
    randomUUID,
    unkeptJournal,
  );
  return { registry, tasks, told, guest };
}
