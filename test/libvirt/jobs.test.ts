import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import type { GuestDetails, GuestId } from '../../backends/model/guest.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { tinyDomain } from './tiny-domain.ts';

let daemon: PrivateLibvirtd;
let connection: HostConnection;
let log: ChangeLog;
let id: GuestId;

beforeEach(async () => {
  // One for each try: libvirtd 9.0 can crash when a job is ended while it is asked about. Compressed, the memory of a tiny guest takes seconds
  // to be saved, and not a fraction of one.
  daemon = await startPrivateLibvirtd({ qemuConf: 'save_image_format = "gzip"' });
  ({ id } = await tinyDomain(daemon, 'tiny'));
  connection = await connectTo(daemon.uri);
  log = new ChangeLog(connection);
  await connection.act(id, 'start');
  await log.guest(id, ({ state }) => state === 'running');
});
afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

test('a save tells how far it is', async () => {
  const told: (number | null)[] = [];
  await connection.act(id, 'save', quietOperation({ report: (step, progress) => void told.push(step === 'Saving' ? progress : -1) }));
  await log.guest(id, ({ state, saved }) => state === 'shut-off' && saved);
  const numbers = told.filter((progress) => progress !== null);
  expect(numbers.length).toBeGreaterThan(1);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  expect(numbers.every((progress) => progress >= 0 && progress <= 1)).toBe(true);
  expect(numbers.at(-1)).toBeGreaterThan(numbers[0] ?? 1);
});

test('a save that is cancelled ends, and the guest goes on', async () => {
  const cancel = new AbortController();
  const operation = quietOperation({
    report: (_, progress) => {
      if (progress === null || cancel.signal.aborted) return;
      cancel.abort();
    },
    signal: cancel.signal,
  });
  const saving = connection.act(id, 'save', operation);
  await expect(saving).rejects.toMatchObject({ code: 'cancelled' });
  expect(cancel.signal.aborted).toBe(true);
  await log.guest(id, ({ state, saved }) => state === 'running' && !saved);
  expect((await connection.describeGuest(id)).jobs).toEqual([]);
});

test('a save that is cancelled before it has begun does not begin', async () => {
  await expect(connection.act(id, 'save', quietOperation({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect((await connection.listGuests()).find((guest) => guest.id === id)).toMatchObject({ state: 'running', saved: false });
});

/** QEMU has told how far it is. */
const isUnderWay = (jobs: GuestDetails['jobs']): boolean => jobs.some(({ progress }) => progress !== null);

/** Has virsh save the guest until a job is seen while that goes on, and the save could be ended again. What a small guest's save takes is soon over. */
async function savingSeen(): Promise<GuestDetails['jobs']> {
  for (;;) {
    const virsh = { done: false };
    const saving = daemon.virsh('managedsave', id).finally(() => (virsh.done = true));
    saving.catch(() => undefined);
    let jobs: GuestDetails['jobs'] = [];
    while (!virsh.done && !isUnderWay(jobs)) ({ jobs } = await connection.describeGuest(id));
    const ended = await daemon.virsh('domjobabort', id).then(
      () => saving.then(() => false).catch(() => true),
      () => false,
    );
    if (ended && isUnderWay(jobs)) return jobs;
    await saving.catch(() => undefined);
    await daemon.virsh('start', id).catch(() => undefined);
  }
}

test('a save that somebody else asked for shows on the guest', async () => {
  expect(await savingSeen()).toEqual([{ kind: 'save', disk: null, progress: expect.any(Number) }]);
  await log.guest(id, ({ state }) => state === 'running');
  await expect.poll(async () => (await connection.describeGuest(id)).jobs).toEqual([]);
});
