import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { Task } from '../../backends/model/task.ts';
import { createDiskFiles } from '../../main/disk-files.ts';
import { Questions } from '../../main/questions.ts';
import { Registry } from '../../main/registry.ts';
import { Tasks } from '../../main/tasks.ts';
import { VolumeLocks } from '../../main/volume-locks.ts';
import { VolumeMover } from '../../main/volume-mover.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { makePool } from '../faults/storage-bed.ts';
import { unkeptJournal } from '../fakes/fake-shelf.ts';
import { sha256 } from './transfer-bed.ts';

// Two uploads to one volume, from one Guesthouse and from two, to a real daemon: what one has filled is its own, whole and not taken away by the other.
const run = promisify(execFile);
const PATIENCE_MS = 100_000;
let daemon: PrivateLibvirtd;
let pool: string;
let apps: App[];

interface App {
  readonly told: Task[];
  /** Of a file whose bytes are all its own. */
  upload(to: 'new' | 'existing', name: string): Promise<Task>;
  readonly file: string;
  close(): Promise<void>;
}

async function startApp(name: string): Promise<App> {
  const file = join(daemon.dir, `${name}.img`);
  await run('sh', ['-c', `head -c 48M /dev/urandom > '${file}'`]);
  const told: Task[] = [];
  const nobody = () => undefined;
  const publish = {
    hosts: { changed: nobody, removed: nobody, loaded: nobody, stale: nobody },
    guests: { changed: nobody, relisted: nobody, sampled: nobody, noticed: nobody },
  };
  const address = { road: 'uri', uri: daemon.uri } as const;
  const hosts = [{ id: 'here', name: 'Here', uri: daemon.uri, address, autoconnect: true, readOnly: false }];
  const registry = new Registry({ backends: [libvirtBackend], hosts, publish, log: nobody, random: Math.random });
  registry.connectAll();
  await vi.waitFor(() => registry.connection('here'), { timeout: 60_000 });
  const tasks = new Tasks((task) => told.push(task), nobody, randomUUID, unkeptJournal);
  const questions = new Questions(async () => ({ kind: 'confirmed', ticked: [] }));
  const files = createDiskFiles({ chooseImage: async () => ({ path: file }), chooseSave: async () => null });
  const mover = new VolumeMover({ registry, tasks, questions, locks: new VolumeLocks(() => false), files, uuid: randomUUID });
  return {
    told,
    file,
    close: () => registry.close(),
    async upload(to, volume) {
      const token = (await mover.chooseImage(1))?.file ?? '';
      const place = { pool: 'disks', name: volume };
      const operation = randomUUID();
      await mover.upload(1, {
        host: 'here',
        to: to === 'new' ? { kind: to, ...place } : { kind: to, volume: place },
        file: token,
        operation,
      });
      const ended = () => told.find(({ id, state }) => id === operation && state.kind !== 'running');
      await vi.waitFor(() => expect(ended()).toBeDefined(), { timeout: PATIENCE_MS });
      const task = ended();
      if (task === undefined) throw new Error('it has ended');
      return task;
    },
  };
}

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  apps = [await startApp('one'), await startApp('two')];
});
afterAll(async () => {
  for (const app of apps) await app.close();
  await daemon.stop();
});

test.each(['new', 'existing'] as const)('of two at once from one app, one fills the %s volume and the other is refused', async (kind) => {
  const [app] = apps;
  if (app === undefined) throw new Error('it was started');
  const name = randomUUID();
  if (kind === 'existing') await daemon.virsh('vol-create-as', 'disks', name, '48M', '--format', 'raw');
  const results = await Promise.allSettled([app.upload(kind, name), app.upload(kind, name)]);
  const ended = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const refused = results.flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []));
  expect(ended.map(({ state }) => state.kind)).toEqual(['done']);
  expect(refused).toEqual([expect.objectContaining({ code: 'busy' })]);
  expect(await sha256(join(pool, name))).toBe(await sha256(app.file));
});

test('what another app has begun to fill is neither taken nor removed by one that comes in the middle', async () => {
  const [first, second] = apps;
  if (first === undefined || second === undefined) throw new Error('they were started');
  const name = randomUUID();
  const filled = first.upload('new', name);
  await vi.waitFor(async () => expect(await readdir(pool)).toContain(name), { timeout: PATIENCE_MS, interval: 5 });
  expect((await second.upload('new', name)).state).toMatchObject({ kind: 'failed', fault: { code: 'exists' } });
  expect((await filled).state).toMatchObject({ kind: 'done' });
  expect(await sha256(join(pool, name))).toBe(await sha256(first.file));
});
