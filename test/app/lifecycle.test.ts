import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, linkSync } from 'node:fs';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { becomeUser, windowUser } from '../../build/setup/window-user.mjs';
import { appCommand, startApp, type AppCommand, type RunningApp } from './launch.ts';

// E15-E18 and E21 of the security bar: how the app starts, and what it survives.

let command: AppCommand;
let running: RunningApp;
beforeAll(async () => {
  command = await appCommand();
  running = await startApp();
});
afterAll(async () => {
  await running.stop();
  await command.dispose();
});

interface Ending {
  readonly code: number | null;
  readonly errors: string;
}

async function ending(child: ChildProcess, seconds = 15): Promise<Ending> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  const [code]: unknown[] = await once(child, 'close');
  clearTimeout(timer);
  return { code: typeof code === 'number' ? code : null, errors };
}

/** The executable as users have it: Electron takes an app for packaged once its executable is not called "electron". */
function packagedProgram(): readonly [string, ...string[]] {
  const program = join(dirname(command.executable), 'guesthouse');
  if (!existsSync(program)) linkSync(join(dirname(command.executable), 'electron'), program);
  const user = windowUser();
  const [first, ...rest] = user === undefined ? [program] : [...becomeUser(user), program];
  return [first ?? program, ...rest];
}

test.each([
  '--remote-debugging-port=0',
  '--remote-debugging-pipe',
  '--inspect=0',
  '-inspect=0',
  '--js-flags=--expose-gc',
  '--disable-web-security',
  '--ignore-certificate-errors',
  '--load-extension=/tmp',
  '--host-rules=MAP * 127.0.0.1',
])('E15: the packaged app does not start with %s', async (argument) => {
  const [program, ...args] = packagedProgram();
  const { code, errors } = await ending(spawn(program, [...args, argument], { env: command.env, stdio: ['ignore', 'ignore', 'pipe'] }));
  expect(code).toBe(2);
  expect(errors).toMatch(/Guesthouse does not start with --[a-z-]+/);
});

test('E15: nor does a checkout without the sandbox', async () => {
  const { code } = await ending(spawn(command.executable, ['--no-sandbox'], { env: command.env, stdio: ['ignore', 'ignore', 'pipe'] }));
  expect(code).toBe(2);
});

test('E15: without such switches the packaged app runs', async () => {
  const [program, ...args] = packagedProgram();
  const child = spawn(program, args, { env: command.env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let ended = false;
  child.once('exit', () => (ended = true));
  await expect.poll(() => existsSync(join(command.home, 'cache/guesthouse/chromium')), { timeout: 10_000 }).toBe(true);
  expect(ended).toBe(false);
  child.kill();
  await once(child, 'close');
});

test.runIf(process.getuid?.() === 0)('E16: root is sent away', async () => {
  const program = join(dirname(command.executable), 'electron');
  const start = (args: string[]): ChildProcess => spawn(program, args, { env: command.env, stdio: ['ignore', 'ignore', 'pipe'] });
  // Chromium is there first, with a sentence of its own; what it advises is no way round.
  expect(await ending(start([]))).toEqual({ code: null, errors: expect.stringContaining('Running as root') });
  const advised = await ending(start(['--no-sandbox']));
  expect(advised).toEqual({ code: 3, errors: expect.stringContaining('Guesthouse does not run as root') });
});

test('E18: a second start changes nothing, whatever it is given', async () => {
  const hostile = [
    'qemu+ext:///system?command=touch%20/tmp/guesthouse-was-here',
    '/etc/passwd',
    'guesthouse://delete/local/all',
    'file:///etc/passwd',
    '--connect=test:///etc/passwd',
    '../../x.vv',
    '\u202e\u001b[31m\n',
    '{"__proto__":{"polluted":1}}',
    'javascript:alert(1)',
  ];
  const env = { ...command.env, ...(await running.app.evaluate(() => ({ XDG_CONFIG_HOME: process.env['XDG_CONFIG_HOME'] ?? '' }))) };
  const before = running.page.url();
  for (const args of [hostile, ...hostile.slice(0, 3).map((argument) => [argument])]) {
    const { code } = await ending(spawn(command.executable, args, { env, stdio: ['ignore', 'ignore', 'pipe'] }));
    expect(code).toBe(0);
  }
  // The first one would be killed for not understanding this.
  const { code } = await ending(spawn(command.executable, ['x'.repeat(100_000)], { env, stdio: ['ignore', 'ignore', 'pipe'] }));
  expect(code).toBe(2);
  expect(running.app.windows()).toHaveLength(1);
  expect(running.page.url()).toBe(before);
  expect(existsSync('/tmp/guesthouse-was-here')).toBe(false);
  expect(await running.app.evaluate(() => 'polluted' in {})).toBe(false);
});

/**
 * In a network of its own whose only way out is counted; prints 124 for an app that had to be ended,
 * the packets sent while it was idle, and those after one was sent on purpose.
 */
const IDLE_IN_A_NETWORK = `set -e
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
ip link set lo up
ip link add out0 type veth peer name out1
ip address add 10.99.0.1/24 dev out0
ip link set out0 up
ip link set out1 up
ip neighbour add 10.99.0.2 lladdr 02:00:00:00:00:02 dev out0
ip route add default via 10.99.0.2
sent() { ip -s -j link show out0 | sed 's/.*"tx":{[^}]*"packets":\\([0-9]*\\).*/\\1/'; }
before=$(sent)
ended=0
timeout 12 "$@" >/dev/null 2>&1 || ended=$?
idle=$(sent)
echo x >/dev/udp/10.99.0.2/9
echo "$ended $((idle - before)) $(($(sent) - idle))"`;

test.runIf(process.getuid?.() === 0)('E20: an idle app sends nothing', () => {
  const output = execFileSync('unshare', ['--net', 'bash', '-c', IDLE_IN_A_NETWORK, 'idle', command.executable], {
    env: { ...process.env, ...command.env },
    encoding: 'utf8',
  });
  expect(output.trim()).toBe('124 0 1');
});

test('E21: a page that dies is back where it was, and main goes on', async () => {
  await running.page.evaluate(() => (window.location.hash = '#/hosts/local'));
  const seconds = await running.app.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) return Infinity;
    const started = Date.now();
    const loaded = new Promise<void>((resolve) => window.webContents.once('did-finish-load', () => resolve()));
    window.webContents.forcefullyCrashRenderer();
    await loaded;
    return (Date.now() - started) / 1000;
  });
  expect(seconds).toBeLessThan(3);
  const page = (): Promise<unknown> =>
    running.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
        `guesthouse.invoke('settings.read', {}).then(({ ok }) => [ok, location.href, document.getElementById('root').childElementCount > 0])`,
      ),
    );
  await expect.poll(page).toEqual([true, 'app://bundle/#/hosts/local', true]);
  expect(await running.log()).toMatch(/process ended: /);
});

test('E21: main outlives the processes for graphics and network', async () => {
  const killed = await running.app.evaluate(({ app }) => {
    const helpers = app.getAppMetrics().filter(({ type }) => type === 'GPU' || type === 'Utility');
    for (const { pid } of helpers) process.kill(pid, 'SIGKILL');
    return helpers.length;
  });
  expect(killed).toBeGreaterThan(0);
  await expect
    .poll(() => running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('1 + 1')))
    .toBe(2);
});
