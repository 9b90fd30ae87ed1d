import { chmod, rm, writeFile } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { guestDefaults, type GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts';
import { inventory, makePool } from '../faults/storage-bed.ts';
import { KillableApp, type Run } from './killable-app.ts';

// L4 and L20: the app is killed in the middle of an operation on a real host, and started again in the same home.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: killing the app in the middle of an operation: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

const PATIENCE = { timeout: 60_000 };

let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let pool: string;
let killable: KillableApp;
let image: string;

beforeAll(async () => {
  if (obstacle !== undefined) return;
  daemon = await startPrivateLibvirtd();
  pool = await makePool(daemon, 'disks');
  await daemon.virsh('vol-create-as', 'disks', 'bystander.qcow2', '8M', '--format', 'qcow2');
  proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
  // The app is nobody's.
  await chmod(join(daemon.dir, 'proxy'), 0o777);
  image = join(daemon.dir, 'half.img');
  await writeFile(image, Buffer.alloc(4 * MiB, 'guest'), { mode: 0o644 });
  killable = new KillableApp(mkdtempSync(join(tmpdir(), 'guesthouse-journal-app-')));
});
afterAll(async () => {
  if (obstacle !== undefined) return;
  await proxy.close();
  await daemon.stop();
  await rm(killable.home, { recursive: true, force: true });
});

// A test that failed leaves nothing to the next try.
afterEach(async () => {
  if (obstacle !== undefined) return;
  await killable.clear();
  proxy.arm();
  await daemon.virsh('destroy', 'unlucky').catch(() => undefined);
  await daemon.virsh('undefine', 'unlucky').catch(() => undefined);
  await daemon.virsh('pool-refresh', 'disks');
  for (const name of ['unlucky.qcow2', 'half.img']) await daemon.virsh('vol-delete', name, '--pool', 'disks').catch(() => undefined);
});

const everything = () => inventory(daemon, { disks: pool });

const spec: GuestSpec = {
  ...guestDefaults,
  name: 'unlucky',
  source: { kind: 'empty' },
  firmware: 'bios',
  vcpus: 1,
  memory: 64 * MiB,
  disks: [{ kind: 'new', pool: 'disks', size: 16 * MiB, format: 'qcow2' }],
  nics: [],
};
const create = (run: Run) => run.call('guests.create', { host: 'local', spec, operation: '00000000-0000-4000-8000-0000000000a1' });

async function upload(run: Run): Promise<void> {
  const file = await run.chosen(image, 'storage.chooseImage', {}, 'file');
  const to = { kind: 'new', pool: 'disks', name: 'half.img' };
  await run.call('storage.upload', { host: 'local', to, file, operation: '00000000-0000-4000-8000-0000000000a2' });
}

/** Does `work` until the host has carried out this call, whose answer never comes, and kills the app then. */
async function killedAfter(named: string, work: (run: Run) => Promise<unknown>): Promise<void> {
  const run = await killable.start(proxy.uri);
  proxy.arm({ mode: 'done, no reply', at: 1, among: { named } });
  await work(run);
  await expect.poll(() => proxy.spoilt, PATIENCE).toBe(named);
  expect(await killable.records()).toHaveLength(1);
  await run.kill();
  proxy.arm();
}

const diskLabel = 'Delete the volume “unlucky.qcow2” in the pool “disks”';

real('killed when the disk was made: the disk is offered, and goes', { timeout: 300_000 }, async () => {
  const before = await everything();
  await killedAfter('storageVolCreateXml', create);
  await expect.poll(everything, PATIENCE).toMatchObject({ 'files of disks': ['bystander.qcow2', 'unlucky.qcow2'] });
  const run = await killable.startAfterInterruption(daemon.uri);
  await run.page.getByRole('article', { name: 'Create “unlucky”' }).getByText('Left there').waitFor();
  await run.cleanUp(true, diskLabel);
  expect(await everything()).toEqual(before);
  expect(await killable.records()).toEqual([]);
  await run.end();
});

real('killed when the guest was defined: guest and disk are offered, and go', { timeout: 300_000 }, async () => {
  const before = await everything();
  await killedAfter('domainDefineXmlFlags', create);
  await expect.poll(everything, PATIENCE).toMatchObject({ domains: ['unlucky'] });
  const run = await killable.startAfterInterruption(daemon.uri);
  await expect.poll(() => run.page.getByText('Left there').count(), PATIENCE).toBe(2);
  // It may have been used since, which nothing tells.
  await run.cleanUp(false, diskLabel, 'Delete the guest “unlucky”');
  expect(await everything()).toEqual(before);
  expect(await killable.records()).toEqual([]);
  await run.end();
});

real('killed when the guest was started: it runs on, and is not offered', { timeout: 300_000 }, async () => {
  await killedAfter('domainCreateWithFlags', create);
  await expect.poll(async () => (await daemon.virsh('domstate', 'unlucky')).trim(), PATIENCE).toBe('running');
  const run = await killable.startAfterInterruption(daemon.uri);
  await run.page.getByText('Kept. It runs.').waitFor();
  await run.page.getByText('Kept. It is needed by “unlucky”.').waitFor();
  expect(await run.page.getByRole('button', { name: 'Clean up…' }).count()).toBe(0);
  // Its disk would be forgotten by it, so main says that it stays.
  await run.agree(() => run.page.getByRole('button', { name: 'Keep all of it…' }).click(), /unlucky\.qcow2/, 'Keep all of it');
  await run.page.getByText('Nothing was left').waitFor();
  expect(await killable.records()).toEqual([]);
  expect((await daemon.virsh('domstate', 'unlucky')).trim()).toBe('running');
  await run.end();
});

real('killed in the middle of an upload: the volume is incomplete until it is settled, and goes', { timeout: 300_000 }, async () => {
  const before = await everything();
  await killedAfter('storageVolUpload', upload);
  const run = await killable.startAfterInterruption(daemon.uri);
  const half = { pool: 'disks', name: 'half.img' };
  expect(await run.call('interruptions.incompleteVolumes', { host: 'local' })).toEqual([half]);
  await run.page.getByText('Left there, perhaps incomplete').waitFor();
  // Nor can it be used meanwhile.
  const refused = await run.page.evaluate((volume) => window.guesthouse.invoke('storage.download', { host: 'local', volume }), half);
  expect(refused).toMatchObject({
    ok: false,
    fault: { code: 'invalid-state', message: expect.stringContaining('“half.img” is incomplete') },
  });
  await run.cleanUp(true, 'Delete the volume “half.img” in the pool “disks”');
  expect(await everything()).toEqual(before);
  expect(await killable.records()).toEqual([]);
  await run.end();
});
