import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeInstaller } from '../bed/installer.ts';
import { makeLocalOsinfo } from '../bed/own-osinfo-db.ts';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';
import { startWebServer, type WebServer } from '../bed/web-server.ts';
import { makePool } from '../faults/storage-bed.ts';
import { type RunningApp, startApp } from './launch.ts';
import { Wizard } from './wizard.ts';

// Unattended installations in the real window, to a guest that boots and finds its answers where the real installer looks for them. The media
// pass for the distributions' to osinfo-db; what boots from them only says what it has found.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: unattended installations in the real window: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

const run = promisify(execFile);
const PATIENCE = { timeout: 240_000, interval: 1000 };
const pictures = 'out/create';
const tree = '/debian/dists/bullseye/main/installer-amd64';
const boot = `${tree}/current/images/netboot/debian-installer/amd64`;
let daemon: PrivateLibvirtd;
let running: RunningApp;
let wizard: Wizard;
let web: WebServer;
let isKnown = false;
/** The guests that were made, and what each is to find. */
const made = new Map<string, RegExp>();

const media = {
  fedora: { volume: 'Fedora-S-dvd-x86_64-37' },
  ubuntu: { volume: 'Ubuntu-Server 22.04.1 LTS amd64' },
  windows: { volume: 'WINDOWS_10_OF_OURS', publisher: 'MICROSOFT CORPORATION' },
};
// Its real labels are Windows 11's too, which would not start this without a signature.
const windows = `<os id="http://microsoft.com/win/10"><media arch="x86_64"><iso>
  <volume-id>WINDOWS_10_OF_OURS</volume-id><publisher-id>MICROSOFT CORPORATION</publisher-id>
</iso></media></os>`;

beforeAll(async () => {
  if (obstacle !== undefined) return;
  await mkdir(pictures, { recursive: true });
  const tiny = await tinyGuest();
  daemon = await startPrivateLibvirtd();
  await makePool(daemon, 'disks');
  const installer = await makeInstaller(join(daemon.dir, 'installer'));
  for (const [name, labels] of Object.entries(media)) await installer.medium(join(daemon.dir, `${name}.iso`), labels);
  web = await startWebServer({ [`${boot}/linux`]: await readFile(tiny.vmlinux), [`${boot}/initrd.gz`]: await readFile(installer.initrd) });
  const osinfo = join(daemon.dir, 'osinfo');
  await makeLocalOsinfo(osinfo, { 'os/microsoft.com/win-10.d/ours.xml': windows });
  running = await startApp({ uri: daemon.uri, env: { OSINFO_LOCAL_DIR: osinfo } });
  wizard = new Wizard(running);
  await wizard.page.getByRole('link', { name: 'All guests' }).waitFor();
}, 240_000);
afterAll(async () => {
  if (obstacle !== undefined) return;
  await photograph('unattended-last');
  await running?.stop();
  await web?.close();
  await daemon?.stop();
});

const photograph = (name: string) => wizard.page.screenshot({ path: `${pictures}/${name}.png` });
const fill = (name: string, text: string) => wizard.page.getByRole('textbox', { name, exact: true }).fill(text);

/** Answers what the form asks; its other fields are as they were proposed. */
const answers = async (kind: RegExp, user: string) => {
  await wizard.page.getByRole('checkbox', { name: 'Let it install by itself' }).check();
  await expect.poll(async () => wizard.page.getByRole('combobox', { name: 'What is installed' }).innerText()).toMatch(kind);
  await fill('User', user);
  await fill('Full name', 'Ada Lovelace');
  await fill('Password', 'correct-horse-1');
  await fill('The same password again', 'correct-horse-1');
};
const begins = async (name: keyof typeof media, system: string) => {
  await wizard.begin('ISO image');
  await wizard.chooses(join(daemon.dir, `${name}.iso`));
  await wizard.press('Choose ISO image');
  await wizard.main().getByText(system).first().waitFor();
};
const creates = async (kind: string, finds: RegExp | null) => {
  await wizard.press('Next');
  await wizard.sizeDisk('64');
  const name = wizard.fresh(kind);
  await wizard.toReview(name, '256');
  await photograph(`unattended-${kind}-review`);
  const definition = await wizard.create(name, daemon);
  if (finds === null) await daemon.virsh('destroy', name);
  else made.set(name, finds);
  return { name, definition };
};
const answersIn = (definition: string) => /<source file='([^']*-seed\.iso)'/.exec(definition)?.[1] ?? '';

real('Fedora is given a kickstart on a disc, which the task says to take out afterwards', async () => {
  await begins('fedora', 'Fedora Server 37');
  await answers(/Kickstart/, 'ada');
  await photograph('unattended-kickstart');
  const { name, definition } = await creates('kickstart', /answers: kickstart of OEMDRV for ada/);
  const disc = answersIn(definition);
  expect(disc).toContain(name);
  await wizard.page.getByRole('button', { name: /^Tasks/ }).click();
  await wizard.page.getByText(`stays in the guest’s drive as “${name}-seed.iso”`).first().waitFor();
  await photograph('unattended-task');
  await wizard.page.getByRole('button', { name: /^Tasks/ }).click();
  // The passwords are in the disc, and nowhere that others may look.
  expect(await running.log()).not.toContain('correct-horse-1');
  expect(definition).not.toContain('correct-horse-1');
});

real('Ubuntu is given an autoinstall seed, and its installer is said to ask once', async () => {
  await begins('ubuntu', 'Ubuntu 22.04');
  await wizard.main().getByText('asks only whether it may begin (in the console)').waitFor();
  await answers(/Autoinstall/, 'grace');
  // What boots from a disc is tried with the others.
  const { name, definition } = await creates('autoinstall', null);
  const userData = join(daemon.dir, `${name}.yaml`);
  await run('xorriso', ['-osirrox', 'on', '-indev', answersIn(definition), '-extract', '/user-data', userData]);
  expect(await readFile(userData, 'utf8')).toMatch(/^#cloud-config\nautoinstall:\n[^]*username: grace\n/);
});

real('Windows is given an answer file, with the product key among what it is asked', async () => {
  await begins('windows', 'Microsoft Windows 10');
  await answers(/Answer file/, 'edsger');
  await fill('Product key', 'VK7JG-NPHTM-C97JM-9MPGT-3V66T');
  await photograph('unattended-windows');
  await creates('windows', /answers: autounattend\.xml of ANSWERS for edsger/);
});

real('Debian’s network installer is given a preseed in its first file system, and told to use it', async () => {
  await wizard.begin('ISO image');
  await wizard.chooses((await tinyGuest()).iso);
  await wizard.press('Choose ISO image');
  await wizard.main().getByText('begin with “Network install”').waitFor();
  await wizard.begin('Network install');
  const looksUp = async () => {
    await wizard.page.getByRole('textbox', { name: 'Address of the installation tree' }).fill(`${web.url}${tree}/`);
    await wizard.press('Look it up');
  };
  if (isKnown) await looksUp();
  else await wizard.agree(looksUp, web.url, 'Fetch');
  isKnown = true;
  await wizard.page.getByRole('textbox', { name: 'Kernel arguments' }).fill('console=tty0 console=ttyS0,115200 no_timer_check');
  await answers(/Preseed/, 'barbara');
  await photograph('unattended-preseed');
  const { name, definition } = await creates('preseed', /answers: preseed of initrd for barbara\s+words: .*auto=true priority=critical/);
  expect(definition).toContain('auto=true');
  expect(await daemon.virsh('dumpxml', '--inactive', name)).not.toContain('auto=true');
});

real('the others boot, and find what was answered', { timeout: 600_000 }, async () => {
  expect(made.size).toBe(3);
  for (const [name, finds] of made) {
    await wizard.page.getByRole('link', { name: 'All guests' }).click();
    await wizard.page.getByRole('link', { name, exact: true }).first().click();
    await wizard.page.getByRole('tab', { name: 'Console' }).click();
    await wizard.page.getByRole('button', { name: 'Serial console', exact: true }).click();
    const shown = wizard.page.locator('.gh-terminal-stage:visible .xterm-rows');
    await expect.poll(async () => (await shown.innerText()).replaceAll('\u00a0', ' '), PATIENCE).toMatch(finds);
    await photograph(`unattended-${name}`);
    await daemon.virsh('destroy', name);
  }
});
