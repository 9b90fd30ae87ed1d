import { chownSync, existsSync, mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply } from '#contract/define';
import { windowUser } from '../../build/setup/window-user.mjs';
import { privateLibvirtdObstacle, startPrivateLibvirtd, type PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startApp, type RunningApp } from './launch.ts';

// Hosts that a person adds in the real window: asked about in main's own, kept over a restart, removed.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: hosts in the real window: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

const NAME = 'ada';
const PASSWORD = 'canary-90b1';

let daemon: PrivateLibvirtd;
/** One that wants to know who is there. Over TCP it takes only what also encrypts, which SCRAM does not. */
let vault: PrivateLibvirtd;
let home = '';
let running: RunningApp;
beforeAll(async () => {
  if (obstacle !== undefined) return;
  daemon = await startPrivateLibvirtd();
  vault = await startPrivateLibvirtd({
    listen: { tcp: true },
    sasl: { mechanisms: 'digest-md5', people: { [NAME]: PASSWORD } },
    libvirtdConf: 'auth_tcp = "sasl"',
  });
  home = mkdtempSync(join(tmpdir(), 'guesthouse-app-'));
  const user = windowUser();
  if (user !== undefined) chownSync(home, user.uid, user.gid);
  running = await startApp({ home });
}, 60_000);
afterAll(async () => {
  await running?.stop();
  await daemon?.stop();
  await vault?.stop();
  await rm(home, { recursive: true, force: true });
});

const file = () => join(home, 'config/guesthouse/hosts.json');
const call = (channel: string, input: object): Promise<Reply> =>
  running.page.evaluate(([name, value]) => window.guesthouse.invoke(name, value), [channel, input] as const);
const hosts = async (): Promise<unknown> => {
  const reply = await call('hosts.list', {});
  return reply.ok ? reply.value : reply.fault;
};
/** Main's next question, once it is shown. */
async function question(): Promise<Page> {
  const page = await running.app.waitForEvent('window', { timeout: 10_000 });
  await page.getByRole('heading').waitFor();
  return page;
}
/** Answers, which takes the window away while Playwright still looks at it. */
async function give(page: Page, answer: Promise<void>): Promise<void> {
  await answer.catch((error: unknown) => {
    if (!page.isClosed()) throw error;
  });
}
const press = (page: Page, button: string) => give(page, page.getByRole('button', { name: button }).click());
const mock = () => ({
  name: 'The mock',
  autoconnect: true,
  readOnly: false,
  address: { road: 'uri', uri: `test:///default?socket=${daemon.socket}` },
});

real('a host is added when the person agrees to its way, and is there with its guests', async () => {
  const refused = call('hosts.add', mock());
  const first = await question();
  expect(await first.getByRole('heading').innerText()).toBe('Connect in this way?');
  expect(await first.locator('dl').innerText()).toContain(`socket=${daemon.socket}`);
  await give(first, first.keyboard.press('Escape'));
  expect(await refused).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
  expect(await hosts()).toMatchObject([{ id: 'local' }]);
  await expect(readFile(file())).rejects.toMatchObject({ code: 'ENOENT' });

  const added = call('hosts.add', mock());
  const second = await question();
  // What can do harm is not one Enter away.
  expect(await second.getByRole('button', { name: 'Cancel' }).evaluate((button) => button === document.activeElement)).toBe(true);
  await press(second, 'Connect anyway');
  const reply = Object(await added);
  expect(reply).toMatchObject({ ok: true, value: { name: 'The mock', state: { kind: 'disconnected' } } });
  await call('hosts.connect', { host: reply.value.id });
  await expect
    .poll(hosts)
    .toMatchObject([{ id: 'local' }, { name: 'The mock', state: { kind: 'connected', facts: { hypervisor: 'TEST' } } }]);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

real('after a restart it is there again, connected, and nobody was asked', async () => {
  const before = await hosts();
  await running.stop();
  running = await startApp({ home });
  let asked = false;
  running.app.on('window', () => (asked = true));
  await expect.poll(hosts, { timeout: 10_000 }).toMatchObject([{ id: 'local' }, { name: 'The mock', state: { kind: 'connected' } }]);
  const [, earlier] = Object(before);
  expect(await hosts()).toMatchObject([{}, { id: earlier.id, uri: mock().address.uri, autoconnect: true }]);
  expect(asked).toBe(false);
});

real('it is tried without being kept', async () => {
  const address = { road: 'uri', uri: 'test:///default?socket=/nonexistent/guesthouse' };
  const trial = call('hosts.test', { host: null, address, readOnly: false });
  const page = await question();
  await press(page, 'Connect anyway');
  expect(await trial).toMatchObject({ ok: true, value: { kind: 'failed', fault: { code: 'daemon-missing' } } });
  expect(await hosts()).toHaveLength(2);
});

real('a removed host is gone, also after a restart', async () => {
  const [, added] = Object(await hosts());
  const removal = call('hosts.remove', { host: added.id });
  const page = await question();
  expect(await page.getByRole('heading').innerText()).toBe('Remove “The mock”?');
  await press(page, 'Remove');
  expect(await removal).toMatchObject({ ok: true });
  expect(await hosts()).toMatchObject([{ id: 'local' }]);
  await running.stop();
  running = await startApp({ home });
  expect(await hosts()).toMatchObject([{ id: 'local' }]);
});

real('the menu leads to the form', async () => {
  await running.app.evaluate(({ Menu }) => {
    const file = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'File');
    file?.submenu?.items.find(({ label }) => label === 'Add connection…')?.click();
  });
  await expect.poll(() => running.page.url()).toBe('app://bundle/#/hosts/add');
  await running.page.getByRole('heading', { level: 1, name: 'Add connection' }).waitFor();
});

const ssh = (more: object) => ({
  road: 'ssh',
  driver: 'qemu',
  scope: 'system',
  host: 'shelf',
  user: null,
  port: null,
  keyFile: { kind: 'none' },
  ...more,
});
const typed = (uri: string) => ({ road: 'uri', uri });
real.each([
  ['20', 'bad-token', ssh({ keyFile: { kind: 'chosen', token: '/etc/shadow' } })],
  ['21', 'bad-token', ssh({ keyFile: { kind: 'chosen', token: '0b54a2f0-58a7-4a3f-9b0e-6c6f7a1d2e3f' } })],
  ['23', 'bad-uri', typed('qemu+ext:///system?command=touch%20/tmp/guesthouse-was-here')],
  ['24', 'bad-uri', typed('qemu+ssh://-oProxyCommand=touch%20%2Ftmp%2Fguesthouse-was-here/system')],
  ['24', 'bad-uri', ssh({ host: '-oProxyCommand=touch' })],
  ['24', 'bad-uri', ssh({ user: '-l' })],
  ['24', 'bad-uri', ssh({ host: 'shelf\n' })],
  ['26', 'insecure', typed('qemu://shelf/system?no_verify=1')],
  ['26', 'insecure', typed('qemu+ssh://shelf/system?known_hosts_verify=ignore')],
  ['26', 'insecure', typed('qemu+tcp://shelf/system')],
  ['27', 'bad-uri', typed('test:///etc/passwd')],
  ['28', 'bad-uri', typed(`qemu+ssh://ada:${PASSWORD}@shelf/system`)],
  ['28', 'bad-uri', typed(`qemu+ssh://shelf/${'x'.repeat(300_000)}`)],
])('%s: %s at once, with no question and nothing kept: %.120j', async (_number, code, address) => {
  const before = await hosts();
  const started = performance.now();
  const reply = await call('hosts.add', { name: 'x', autoconnect: true, readOnly: false, address });
  expect(performance.now() - started).toBeLessThan(8000);
  expect(reply).toMatchObject({ ok: false, fault: { code } });
  expect(JSON.stringify(reply)).not.toContain(PASSWORD);
  expect(running.app.windows()).toHaveLength(1);
  expect(await hosts()).toMatchObject(Object(before).map(({ id }: { id: string }) => ({ id })));
  expect(existsSync('/tmp/guesthouse-was-here')).toBe(false);
});

real('a host that asks is asked about in its own window; what was typed is nowhere; nobody is asked at the next start', async () => {
  const wish = {
    name: 'The vault',
    autoconnect: true,
    readOnly: false,
    address: { road: 'tcp', driver: 'test', host: '127.0.0.1', port: vault.ports.tcp },
  };
  const added = Object(await call('hosts.add', wish));
  expect(added).toMatchObject({ ok: true });
  const login = async (password: string): Promise<void> => {
    const page = await question();
    expect(await page.getByRole('heading').innerText()).toBe('Log in to “The vault”');
    await page.getByLabel('Name').fill(NAME);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await give(page, page.keyboard.press('Enter'));
  };
  await call('hosts.connect', { host: added.value.id });
  await login('wrong');
  await login(PASSWORD);
  const is = (state: object) => expect.poll(hosts, { timeout: 10_000 }).toMatchObject([{ id: 'local' }, { name: 'The vault', state }]);
  await is({ kind: 'connected', facts: { hypervisor: 'TEST' } });
  await running.stop();
  running = await startApp({ home });
  let asked = false;
  running.app.on('window', () => (asked = true));
  await is({ kind: 'failed', fault: { code: 'auth-needed' }, retryAt: null });
  expect(asked).toBe(false);
  const kept = await filesUnder(home);
  expect(kept.size).toBeGreaterThan(3);
  for (const [name, content] of kept) expect([name, content.includes(PASSWORD)]).toEqual([name, false]);
});

real('a question goes away with the attempt that it is asked for', async () => {
  const [, { id }] = Object(await hosts());
  await call('hosts.connect', { host: id });
  const page = await question();
  const gone = page.waitForEvent('close');
  await call('hosts.disconnect', { host: id });
  await gone;
  expect(await hosts()).toMatchObject([{}, { state: { kind: 'disconnected' } }]);
  // The same person, who comes back to it.
  await call('hosts.connect', { host: id });
  const again = await question();
  await give(again, again.keyboard.press('Escape'));
  await expect.poll(hosts).toMatchObject([{}, { state: { kind: 'failed', fault: { code: 'auth-cancelled' }, retryAt: null } }]);
});

async function filesUnder(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly (readonly [string, Buffer])[]> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return [...(await filesUnder(path))];
      // Sockets and links of Chromium have nothing in them; a cache may go away while it is looked at.
      return entry.isFile() ? [[path, await readFile(path).catch(() => Buffer.of())]] : [];
    }),
  );
  return new Map(found.flat());
}
