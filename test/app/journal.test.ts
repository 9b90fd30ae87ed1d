import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { guestDefaults, type GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts';
import { inventory, makePool } from '../faults/storage-bed.ts';
import { appCommand } from './launch.ts';

// L4 and L20: the app is killed in the middle of an operation on a real host, and started again in the same home.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: killing the app in the middle of an operation: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

const PATIENCE = { timeout: 60_000 };

let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let pool: string;
let home: string;
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
  home = mkdtempSync(join(tmpdir(), 'guesthouse-journal-app-'));
});
afterAll(async () => {
  if (obstacle !== undefined) return;
  await proxy.close();
  await daemon.stop();
  await rm(home, { recursive: true, force: true });
});

const open = new Set<Run>();
// A test that failed leaves nothing to the next try.
afterEach(async () => {
  if (obstacle !== undefined) return;
  for (const run of open) await run.end();
  proxy.arm();
  await daemon.virsh('destroy', 'unlucky').catch(() => undefined);
  await daemon.virsh('undefine', 'unlucky').catch(() => undefined);
  await daemon.virsh('pool-refresh', 'disks');
  for (const name of ['unlucky.qcow2', 'half.img']) await daemon.virsh('vol-delete', name, '--pool', 'disks').catch(() => undefined);
  await rm(join(home, 'state/guesthouse/operations'), { recursive: true, force: true });
});

const everything = () => inventory(daemon, { disks: pool });
const records = () => readdir(join(home, 'state/guesthouse/operations'));

interface Run {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** As kill -9. */
  kill(): Promise<void>;
  end(): Promise<void>;
}

async function start(uri: string): Promise<Run> {
  const command = await appCommand({ uri, home });
  const app = await _electron.launch({ executablePath: command.executable, env: command.env, chromiumSandbox: true, colorScheme: null });
  const page = await app.firstWindow();
  page.setDefaultTimeout(PATIENCE.timeout);
  await page.getByRole('link', { name: 'Storage' }).waitFor();
  const run: Run = {
    app,
    page,
    async kill() {
      open.delete(run);
      const ended = app.waitForEvent('close');
      process.kill(await app.evaluate(() => process.pid), 'SIGKILL');
      await ended;
      await command.dispose();
    },
    async end() {
      open.delete(run);
      await app.close();
      await command.dispose();
    },
  };
  open.add(run);
  return run;
}

/** What the window asks of main, as its own pages do. */
async function call(page: Page, name: string, input: object): Promise<unknown> {
  const reply = await page.evaluate(([channel, wish]) => window.guesthouse.invoke(channel, wish), [name, input] as const);
  expect(reply).toMatchObject({ ok: true });
  return 'value' in reply ? reply.value : undefined;
}

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
const create = (page: Page) => call(page, 'guests.create', { host: 'local', spec, operation: '00000000-0000-4000-8000-0000000000a1' });

async function upload({ app, page }: Run): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    Reflect.set(dialog, 'showOpenDialog', async () => ({ canceled: false, filePaths: [path] }));
  }, image);
  const chosen = await call(page, 'storage.chooseImage', {});
  const file = typeof chosen === 'object' && chosen !== null && 'file' in chosen ? chosen.file : null;
  const to = { kind: 'new', pool: 'disks', name: 'half.img' };
  await call(page, 'storage.upload', { host: 'local', to, file, operation: '00000000-0000-4000-8000-0000000000a2' });
}

/** Does `work` until the host has carried out this call, whose answer never comes, and kills the app then. */
async function killedAfter(named: string, work: (run: Run) => Promise<unknown>): Promise<void> {
  const run = await start(proxy.uri);
  proxy.arm({ mode: 'done, no reply', at: 1, among: { named } });
  await work(run);
  await expect.poll(() => proxy.spoilt, PATIENCE).toBe(named);
  expect(await records()).toHaveLength(1);
  await run.kill();
  proxy.arm();
}

/** The next start, on the page that the notice leads to. */
async function nextStart(): Promise<Run> {
  const run = await start(daemon.uri);
  await run.page.getByText('An operation was interrupted.').waitFor();
  await run.page.getByRole('link', { name: 'See what was left' }).click();
  return run;
}

/** Presses "Clean up…", reads main's question and agrees to all of it. `ticked`: whether it was ticked from the start. */
async function cleanUp({ app, page }: Run, ticked: boolean, ...labels: readonly string[]): Promise<void> {
  const opened = app.waitForEvent('window');
  await page.getByRole('button', { name: 'Clean up…' }).click();
  const question = await opened;
  for (const label of labels) {
    const box = question.getByRole('checkbox', { name: label });
    expect(await box.isChecked()).toBe(ticked);
    await box.check();
  }
  const closed = question.waitForEvent('close');
  // The answer closes the window, often before the click is known to have been made.
  await question.getByRole('button', { name: 'Delete', exact: true }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
  await closed;
  await page.getByText('Nothing was left').waitFor();
}

const diskLabel = 'Delete the volume “unlucky.qcow2” in the pool “disks”';

real('killed when the disk was made: the disk is offered, and goes', { timeout: 300_000 }, async () => {
  const before = await everything();
  await killedAfter('storageVolCreateXml', ({ page }) => create(page));
  await expect.poll(everything, PATIENCE).toMatchObject({ 'files of disks': ['bystander.qcow2', 'unlucky.qcow2'] });
  const run = await nextStart();
  await run.page.getByRole('article', { name: 'Create “unlucky”' }).getByText('Left there').waitFor();
  await cleanUp(run, true, diskLabel);
  expect(await everything()).toEqual(before);
  expect(await records()).toEqual([]);
  await run.end();
});

real('killed when the guest was defined: guest and disk are offered, and go', { timeout: 300_000 }, async () => {
  const before = await everything();
  await killedAfter('domainDefineXmlFlags', ({ page }) => create(page));
  await expect.poll(everything, PATIENCE).toMatchObject({ domains: ['unlucky'] });
  const run = await nextStart();
  await expect.poll(() => run.page.getByText('Left there').count(), PATIENCE).toBe(2);
  // It may have been used since, which nothing tells.
  await cleanUp(run, false, diskLabel, 'Delete the guest “unlucky”');
  expect(await everything()).toEqual(before);
  expect(await records()).toEqual([]);
  await run.end();
});

real('killed when the guest was started: it runs on, and is not offered', { timeout: 300_000 }, async () => {
  await killedAfter('domainCreateWithFlags', ({ page }) => create(page));
  await expect.poll(async () => (await daemon.virsh('domstate', 'unlucky')).trim(), PATIENCE).toBe('running');
  const run = await nextStart();
  await run.page.getByText('Kept. It runs.').waitFor();
  await run.page.getByText('Kept. It is needed by “unlucky”.').waitFor();
  expect(await run.page.getByRole('button', { name: 'Clean up…' }).count()).toBe(0);
  // Its disk would be forgotten by it, so main says that it stays.
  const opened = run.app.waitForEvent('window');
  await run.page.getByRole('button', { name: 'Keep all of it…' }).click();
  const question = await opened;
  await question
    .getByText(/unlucky\.qcow2/)
    .first()
    .waitFor();
  const closed = question.waitForEvent('close');
  await question
    .getByRole('button', { name: 'Keep all of it', exact: true })
    .evaluate((element: HTMLElement) => setTimeout(() => element.click()));
  await closed;
  await run.page.getByText('Nothing was left').waitFor();
  expect(await records()).toEqual([]);
  expect((await daemon.virsh('domstate', 'unlucky')).trim()).toBe('running');
  await run.end();
});

real('killed in the middle of an upload: the volume is incomplete until it is settled, and goes', { timeout: 300_000 }, async () => {
  const before = await everything();
  await killedAfter('storageVolUpload', upload);
  const run = await nextStart();
  const half = { pool: 'disks', name: 'half.img' };
  expect(await call(run.page, 'interruptions.incompleteVolumes', { host: 'local' })).toEqual([half]);
  await run.page.getByText('Left there, perhaps incomplete').waitFor();
  // Nor can it be used meanwhile.
  const refused = await run.page.evaluate((volume) => window.guesthouse.invoke('storage.download', { host: 'local', volume }), half);
  expect(refused).toMatchObject({
    ok: false,
    fault: { code: 'invalid-state', message: expect.stringContaining('“half.img” is incomplete') },
  });
  await cleanUp(run, true, 'Delete the volume “half.img” in the pool “disks”');
  expect(await everything()).toEqual(before);
  expect(await records()).toEqual([]);
  await run.end();
});
