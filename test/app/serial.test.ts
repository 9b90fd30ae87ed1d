import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { privateLibvirtdObstacle, startPrivateLibvirtd, type PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { startApp, type RunningApp } from './launch.ts';

// Serial and container consoles in the real window, on a guest with two serial ports and a virtio console, and on a container.

const run = promisify(execFile);
const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: serial consoles in the real window: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

const PATIENCE = { timeout: 90_000 };
const ENTER = 'Enter';

let daemon: PrivateLibvirtd;
let running: RunningApp;
let page: Page;
let id = '';

beforeAll(async () => {
  if (obstacle !== undefined) return;
  daemon = await startPrivateLibvirtd();
  const more = `<serial type='pty'><target port='0'/></serial><serial type='pty'><target port='1'/></serial>
    <console type='pty'><target type='serial' port='0'/></console><console type='pty'><target type='virtio' port='1'/></console>`;
  const file = join(daemon.dir, 'lines.xml');
  await writeFile(file, tinyDomainXml(await tinyGuest(), { name: 'lines' }).replace(`<serial type='pty'></serial>`, more));
  await daemon.virsh('define', file);
  await daemon.virsh('start', 'lines');
  id = (await daemon.virsh('domuuid', 'lines')).trim();
  running = await startApp({ uri: daemon.uri });
  page = running.page;
}, 240_000);
afterAll(async () => {
  await running?.stop();
  await daemon?.stop();
});

const open = async (guest: string, title: string) => {
  await page.evaluate((hash) => (window.location.hash = hash), `/hosts/local/guests/${guest}/console`);
  await page.getByRole('button', { name: title, exact: true }).click(PATIENCE);
};
/** What the terminal in sight shows. */
const shown = () => page.locator('.gh-terminal-stage:visible .xterm-rows');
const see = async (pattern: RegExp) => expect.poll(async () => shown().innerText(), PATIENCE).toMatch(pattern);
/** A guest that has asked already, while nobody listened, asks again. */
const wake = async (pattern: RegExp, interval = 1000) =>
  expect
    .poll(
      async () => {
        await type('');
        return shown().innerText();
      },
      { ...PATIENCE, interval },
    )
    .toMatch(pattern);
const type = async (line: string) => {
  await page.locator('.gh-terminal-stage:visible .xterm-helper-textarea').focus();
  // As an input method gives it: there is no key for most of it.
  await page.keyboard.insertText(line);
  await page.keyboard.press(ENTER);
};

real('what is typed reaches the guest in UTF-8, and comes back', async () => {
  await open(id, 'Serial console 1');
  await wake(/tiny login:/);
  await type('root');
  await see(/# /);
  // Its login leaves it open whether Enter ends a line; and what comes while the shell changes its terminal may be lost.
  await type('stty sane; stty -echo; echo listening; cat');
  await see(/\nlistening/);
  await type('é 你好 🙂');
  await see(/é 你好 🙂/);
  await page.keyboard.press('Control+c');
  await see(/🙂[^]*# /);
  await type('stty echo; echo heard');
  await see(/heard\n[^]*# /);
});

real('several consoles of one guest, each with its own screen', async () => {
  await type('for line in ttyS1 hvc0; do setsid sh <>/dev/$line >&0 2>&1 & done; sleep 1; echo began');
  await see(/\nbegan/);
  await open(id, 'Serial console 2');
  await type('echo I am $(tty)');
  await see(/I am \/dev\/ttyS1/);
  await open(id, 'Virtio console');
  await type('echo I am $(tty)');
  await see(/I am \/dev\/hvc0/);
  await open(id, 'Serial console 2');
  await see(/I am \/dev\/ttyS1/);
  await open(id, 'Serial console 1');
  await see(/\nbegan/);
});

real('the guest is told the size, and searching finds what it said', async () => {
  await page.getByRole('button', { name: 'More of the terminal' }).locator('visible=true').click();
  await page.getByRole('menuitem', { name: 'Tell the guest the size' }).click();
  await type('echo it is $(stty size)');
  await see(/it is \d+ \d+/);
  const [, rows, columns] = /it is (\d+) (\d+)/.exec(await shown().innerText()) ?? [];
  await page.getByText(`${columns} × ${rows}`).locator('visible=true').waitFor();
  await page.keyboard.press('Control+Shift+F');
  const wanted = page.getByRole('textbox', { name: 'Text to search for' });
  await wanted.fill('IT IS ');
  await page
    .getByRole('search')
    .getByRole('status')
    .getByText(/\d of \d/)
    .waitFor();
  await wanted.press('Escape');
});

real('what it has shown is saved as plain text', async () => {
  const path = join(running.home, 'lines.txt');
  await running.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  await type('for i in $(seq 1 300); do echo row $i; done; printf "\\033[31mred\\033[0m\\n"; echo all');
  await see(/\nall/);
  await page.getByRole('button', { name: 'More of the terminal' }).locator('visible=true').click();
  await page.getByRole('menuitem', { name: 'Save to file…' }).click();
  await page.getByText('What the terminal has shown was saved').waitFor();
  const text = await readFile(path, 'utf8');
  expect(text).toContain('é 你好 🙂\n');
  expect(text).toMatch(/\nrow 1\nrow 2\n[^]*\nrow 300\nred\nall\n/);
});

/** Somebody else's virsh on a terminal of its own, without which it opens no console. */
function virshConsole(): ChildProcess {
  const words = ['virsh', '-c', daemon.uri, 'console', 'lines', '--force'];
  return spawn('python3', ['-c', 'import pty, sys; pty.spawn(sys.argv[1:])', ...words], { stdio: ['pipe', 'ignore', 'ignore'] });
}

real('taken over by virsh, it says so, keeps what it showed, and can be taken back', async () => {
  const virsh = virshConsole();
  await page.getByText('Taken over by another session').waitFor(PATIENCE);
  await see(/\nall/);
  await page.getByRole('button', { name: 'Take it back' }).click();
  await see(/— reconnected/);
  await type('echo mine again');
  await see(/\nmine again/);
  virsh.kill();
});

real('the daemon is killed and comes back: so does the console, with its last screen', async () => {
  await type('echo before the crash');
  await see(/\nbefore the crash/);
  await daemon.crash();
  await page.waitForTimeout(2000);
  await daemon.revive();
  await see(/before the crash[^]*— reconnected/);
  await type('echo after the crash');
  await see(/\nafter the crash/);
});

real(
  'the guest reboots under it, and is started anew: the same terminal goes on',
  async () => {
    await type('clear; echo last words; reboot -f');
    await see(/last words[^]*tiny login:/);
    await daemon.virsh('destroy', 'lines');
    await page.getByRole('heading', { name: 'The guest is off' }).waitFor(PATIENCE);
    await daemon.virsh('start', 'lines');
    await page.getByRole('button', { name: 'Serial console 1', exact: true }).click(PATIENCE);
    await see(/tiny login:[^]*— reconnected/);
    // Seldom: each time makes the line that is looked for go up by four.
    await wake(/— reconnected[^]*tiny login:/, 15_000);
    // It boots twice, which without KVM takes its time.
  },
  300_000,
);

real('a container’s console', async () => {
  const root = join(daemon.dir, 'container');
  await mkdir(join(root, 'bin'), { recursive: true });
  for (const folder of ['dev', 'proc', 'sys', 'tmp', 'etc']) await mkdir(join(root, folder));
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  await symlink('busybox', join(root, 'bin/sh'));
  const file = join(daemon.dir, 'container.xml');
  await writeFile(
    file,
    `<domain type='lxc'><name>container</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>exe</type><init>/bin/sh</init></os>
    <devices><filesystem type='mount'><source dir='${root}'/><target dir='/'/></filesystem><console type='pty'/></devices></domain>`,
  );
  const uri = `lxc:///system?socket=${daemon.socket}`;
  const virsh = async (...words: string[]) => (await run('virsh', ['-c', uri.replace('lxc:', 'lxc+unix:'), ...words])).stdout.trim();
  await virsh('define', file);
  await virsh('start', 'container');
  const container = await virsh('domuuid', 'container');
  await running.stop();
  running = await startApp({ uri });
  page = running.page;
  await page.evaluate((hash) => (window.location.hash = hash), `/hosts/local/guests/${container}/console`);
  await wake(/# /);
  await type('/bin/busybox echo é $((6 * 7))');
  await see(/é 42/);
  await page.getByRole('button', { name: 'More of the terminal' }).click();
  await page.getByRole('menuitem', { name: 'Tell the guest the size' }).click();
  await see(/stty rows \d+ cols \d+/);
  await virsh('destroy', 'container');
  await page.getByRole('heading', { name: 'The guest is off' }).waitFor(PATIENCE);
});
