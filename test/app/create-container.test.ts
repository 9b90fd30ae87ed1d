import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type RunningApp, startApp } from './launch.ts';
import { Wizard } from './wizard.ts';

// The container form in the real window, over libvirt's real LXC driver: what was made runs, and answers at its console.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: containers made in the real window: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

const run = promisify(execFile);
const PATIENCE = { timeout: 90_000, interval: 1000 };
const pictures = 'out/create';
let daemon: PrivateLibvirtd;
let running: RunningApp;
let wizard: Wizard;
/** A system of one program, which belongs to the users that the wizard proposes for a container. */
let root: string;

beforeAll(async () => {
  if (obstacle !== undefined) return;
  await mkdir(pictures, { recursive: true });
  daemon = await startPrivateLibvirtd();
  root = join(daemon.dir, 'root');
  await mkdir(join(root, 'bin'), { recursive: true });
  for (const folder of ['dev', 'proc', 'sys', 'tmp', 'etc']) await mkdir(join(root, folder));
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  await symlink('busybox', join(root, 'bin/sh'));
  await chmod(root, 0o755);
  await run('chown', ['-R', '-h', '100000:100000', root]);
  running = await startApp({ uri: `lxc:///system?socket=${daemon.socket}` });
  wizard = new Wizard(running);
  await wizard.page.getByRole('link', { name: 'All guests' }).waitFor();
}, 240_000);
afterAll(async () => {
  if (obstacle !== undefined) return;
  await photograph('container-last');
  await running?.stop();
  await daemon?.stop();
});

const photograph = (name: string) => wizard.page.screenshot({ path: `${pictures}/${name}.png` });
const containers = {
  virsh: async (...words: string[]) => (await run('virsh', ['-c', `lxc+unix:///system?socket=${daemon.socket}`, ...words])).stdout,
};
/** A shell that has asked already, while nobody listened, asks again. */
const answers = async (line: string, answer: RegExp) => {
  const stage = wizard.page.locator('.gh-terminal-stage:visible');
  await expect
    .poll(async () => {
      await stage.locator('.xterm-helper-textarea').focus();
      await wizard.page.keyboard.insertText(line);
      await wizard.page.keyboard.press('Enter');
      return stage.locator('.xterm-rows').innerText();
    }, PATIENCE)
    .toMatch(answer);
};

real('a system container is made of a folder, with users of its own, and its console answers', async () => {
  const { page } = wizard;
  await wizard.begin('System container');
  expect(await page.getByRole('radio', { name: 'ISO image', exact: true }).count()).toBe(0);
  await wizard.chooses(root);
  await wizard.press('Choose folder');
  await page.getByRole('textbox', { name: 'First program' }).fill('/bin/sh');
  await page.getByText(/is user 100000 outside/).waitFor();
  await photograph('container');
  await wizard.press('Next');
  const name = wizard.fresh('system');
  await wizard.toReview(name);
  await photograph('container-review');
  const definition = await wizard.create(name, containers);
  expect(definition).toContain(`<source dir='${root}'/>`);
  expect(definition).toMatch(/<uid start='0' target='100000' count='65536'\/>/);
  await answers('busybox id -u; busybox cat /proc/self/uid_map', /\n0\n\s+0\s+100000\s+65536/);
  await containers.virsh('destroy', name);
});

real('an application container runs its program, after main’s question', async () => {
  const { page } = wizard;
  await wizard.begin('Application container');
  await page.getByRole('textbox', { name: 'Program' }).fill('/bin/sh');
  await page.getByRole('textbox', { name: 'Arguments' }).fill('-i');
  await wizard.press('Next');
  const name = wizard.fresh('app');
  await wizard.toReview(name);
  await wizard.agree(() => wizard.press('Create'), '/bin/sh', 'Run it');
  expect(await wizard.made(name, containers)).toContain('<initarg>-i</initarg>');
  await answers('echo seen-$((6 * 7))', /\nseen-42/);
  await containers.virsh('destroy', name);
});

/** Made where the daemon may and the window may not write. */
async function poolFor(name: string): Promise<string> {
  const path = join(daemon.dir, 'lib', name);
  await daemon.virsh('pool-define-as', name, 'dir', '--target', path);
  await daemon.virsh('pool-build', name);
  await daemon.virsh('pool-start', name);
  return path;
}

real('an archive is unpacked into a pool, and its system starts with users of its own', async () => {
  const { page } = wizard;
  const pool = await poolFor('default');
  const archive = join(daemon.dir, 'small-system.tar.gz');
  // As archives are: its files belong to root.
  await run('tar', ['-C', root, '--owner=0', '--group=0', '-czf', archive, '.']);
  await wizard.begin('System container');
  await wizard.chooses(archive);
  await wizard.press('Choose archive');
  await page.getByRole('combobox', { name: 'Pool for the files' }).waitFor();
  await page.getByRole('textbox', { name: 'First program' }).fill('/bin/sh');
  await photograph('container-archive');
  await wizard.press('Next');
  const name = wizard.fresh('packed');
  await wizard.toReview(name);
  await photograph('container-archive-review');
  const definition = await wizard.create(name, containers);
  expect(definition).toContain(`<source dir='${join(pool, name)}'/>`);
  await answers('busybox stat -c %u:%g /bin/busybox; busybox cat /proc/self/uid_map', /\n0:0\n\s+0\s+100000\s+65536/);
  await photograph('container-archive-runs');
  await containers.virsh('destroy', name);
  expect((await containers.virsh('list', '--all', '--name')).trim().split('\n')).not.toContainEqual(expect.stringMatching(/^guesthouse-/));
});

real('root of a new container logs in at its console with the password that was typed, and its name is the typed one', async () => {
  const { page } = wizard;
  const system = join(daemon.dir, 'with-login');
  await run('cp', ['-a', root, system]);
  await symlink('busybox', join(system, 'bin/login'));
  await writeFile(join(system, 'bin/first'), '#!/bin/sh\nwhile :; do busybox login; done\n', { mode: 0o755 });
  await writeFile(join(system, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  await writeFile(join(system, 'etc/shadow'), 'root:*:19000:0:99999:7:::\n');
  const archive = join(daemon.dir, 'with-login.tar');
  await run('tar', ['-C', system, '--owner=0', '--group=0', '-cf', archive, '.']);
  await wizard.begin('System container');
  await wizard.chooses(archive);
  await wizard.press('Choose archive');
  await page.getByRole('textbox', { name: 'First program' }).fill('/bin/first');
  // Typed into the very field: the second appears with the first letter of the first.
  await page.getByRole('textbox', { name: 'Password of root' }).fill('open, sesame');
  await page.getByRole('textbox', { name: 'The same password again' }).fill('open, sesame');
  await page.getByText('Set. Only its hash is kept.').waitFor();
  await page.getByRole('textbox', { name: 'Host name' }).fill('cave');
  await photograph('container-password');
  await wizard.press('Next');
  const name = wizard.fresh('login');
  await wizard.toReview(name);
  await page.getByText('As root, with the password').waitFor();
  await page.getByRole('button', { name: 'Show command' }).click();
  await page.getByRole('region', { name: 'Command' }).getByText('--prompt-root-password').waitFor();
  await photograph('container-password-review');
  await wizard.create(name, containers);
  const rows = page.locator('.gh-terminal-stage:visible').locator('.xterm-rows');
  const type = async (line: string) => {
    await page.locator('.gh-terminal-stage:visible').locator('.xterm-helper-textarea').focus();
    await page.keyboard.insertText(line);
    await page.keyboard.press('Enter');
  };
  // What it asked before anybody listened it asks again.
  await answers('', /login:/);
  await type('root');
  await expect.poll(() => rows.innerText(), PATIENCE).toMatch(/Password:/);
  await type('open, sesame');
  await answers('busybox hostname -F /etc/hostname; busybox hostname; busybox id -u', /\ncave\n0\n/);
  await photograph('container-password-runs');
  await containers.virsh('destroy', name);
  // What the app keeps, and what the daemon has logged, knows neither the password nor its hash.
  const logs = join(daemon.dir, 'log');
  expect((await readdir(join(logs, 'lxc'))).length).toBeGreaterThan(0);
  const { stdout } = await run('sh', ['-c', 'grep -rlF -e "$0" -e "open, sesame" -- "$@" || true', '$6$', logs, running.home]);
  expect(stdout).toBe('');
});

real('a system is put together on the host, after main’s question, and its words are seen; cancelling leaves nothing', async () => {
  const { page } = wizard;
  const inside = (...words: string[]) => run(daemon.enter[0], [...daemon.enter.slice(1), ...words]);
  await inside('mount', '-t', 'tmpfs', 'stand-ins', '/usr/local/sbin');
  const script = join(daemon.dir, 'debootstrap');
  await writeFile(script, ['#!/bin/sh', 'echo "I: Retrieving $4 from $6"', 'mkdir "$5/half"', 'sleep 1000'].join('\n'));
  await inside('install', '-m', '755', script, '/usr/local/sbin/debootstrap');
  await wizard.begin('System container');
  await page.getByRole('radio', { name: 'Made of packages' }).press('Space');
  await page.getByRole('textbox', { name: 'Release' }).fill('bookworm');
  await page.getByRole('textbox', { name: 'Mirror' }).fill('https://deb.debian.org/debian');
  await photograph('container-packages');
  await wizard.press('Next');
  const name = wizard.fresh('made');
  await wizard.toReview(name);
  await wizard.agree(() => wizard.press('Create'), 'bookworm', 'Put it together');
  await wizard.main().getByText('I: Retrieving bookworm from https://deb.debian.org/debian').first().waitFor();
  await photograph('container-packages-progress');
  await wizard.press('Cancel');
  await expect.poll(async () => (await containers.virsh('list', '--all', '--name')).trim(), PATIENCE).not.toMatch(/guesthouse-/);
  await expect.poll(async () => readdir(join(daemon.dir, 'lib/default')), PATIENCE).not.toContain(name);
});
