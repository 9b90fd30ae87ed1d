import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { type AppCommand, appCommand } from '../app/launch.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { Desktop } from './desktop.ts';
import { tourSteps } from './tour-steps.ts';

// One guest that runs, and what a person changes of it: at once, for its next start, against somebody else, and back.
const NAME = 'workbench';
const MiB = 1024 * 1024;
const PATIENCE = { timeout: 90_000, interval: 500 };

let daemon: PrivateLibvirtd;
let command: AppCommand;
let app: ElectronApplication;
let page: Page;
let desktop: Desktop;
let line: SerialLine;
let log: string;
const tour = tourSteps('changing', () => ({ page, desktop }));
const { step } = tour;

const list = () => page.getByRole('navigation', { name: 'Devices and settings' });
const choose = (device: RegExp) => list().getByRole('button', { name: device }).click();
const field = (label: string) => page.getByRole('article').getByLabel(label, { exact: true });
/** An ellipsis tells of more to be said first. */
const button = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}…?$`) });
const differences = () => page.getByRole('table', { name: 'What will be different' });
const applied = async () => {
  await button('Apply').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
};
const next = () => daemon.virsh('dumpxml', '--inactive', NAME);

/** What the guest's shell wrote of itself: not what was typed, which is echoed. */
async function tells(command: string, answer: string): Promise<void> {
  line.type(`echo "says: $(${command})"`);
  await line.until(new RegExp(`^says: ${answer}\r?$`, 'm'), 90_000);
}

/** After each start, which begins the log anew. */
async function logIn(): Promise<void> {
  line?.close();
  line = await serialLine(daemon, NAME, log);
  await line.until(/tiny login: /, 180_000);
  line.type('root');
  await line.until(/root login on[^]*\/root # /, 90_000);
}

const editor = () => page.getByRole('textbox', { name: 'Definition', exact: true });
async function typeAfter(words: string, typed: string): Promise<void> {
  await editor().getByText(words, { exact: false }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(typed);
}

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  log = join(daemon.dir, 'lib/boot', `${NAME}.log`);
  await daemon.virsh('pool-define-as', 'images', 'dir', '--target', join(daemon.dir, 'lib/images'));
  await daemon.virsh('pool-start', 'images');
  await daemon.virsh('vol-create-as', 'images', `${NAME}.qcow2`, '64M', '--format', 'qcow2');
  const disk = (await daemon.virsh('vol-path', '--pool', 'images', `${NAME}.qcow2`)).trim();
  // Slots for what is plugged in while it runs.
  const ports = "<controller type='pci' model='pcie-root'/>".concat("<controller type='pci' model='pcie-root-port'/>".repeat(8));
  const file = join(daemon.dir, `${NAME}.xml`);
  await writeFile(file, tinyDomainXml(await tinyGuest(), { name: NAME, disk, serialLog: log }).replace('<devices>', `<devices>${ports}`));
  await daemon.virsh('define', file);
  await daemon.virsh('start', NAME);
  await logIn();
  command = await appCommand({ uri: daemon.uri });
  app = await _electron.launch({ executablePath: command.executable, env: command.env, chromiumSandbox: true, colorScheme: null });
  page = await app.firstWindow();
  page.setDefaultTimeout(60_000);
  desktop = new Desktop(command.env['DISPLAY'] ?? '');
});
afterAll(async () => {
  if (tour.broken && desktop !== undefined) await desktop.photograph(`${tour.pictures}/failed.png`);
  line?.close();
  await app?.close();
  await command?.dispose();
  await daemon?.stop();
});

step('What the guest is made of, each device with a form', async () => {
  await page.getByRole('link', { name: NAME, exact: true }).click();
  await page.getByRole('tab', { name: 'Hardware' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 3 }).waitFor();
});

step('A disk is made and plugged into the running guest', async () => {
  await list().getByRole('button', { name: 'Add device…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Disk/ }).click();
  await dialog.getByText('The running guest gets it at once.').waitFor();
  await dialog.getByLabel('Size', { exact: true }).fill('48');
  await dialog.getByLabel('Unit of Size').selectOption('MiB');
  await desktop.photograph(`${tour.pictures}/form.png`);
  await dialog.getByRole('button', { name: 'Review' }).click();
  await differences().getByText('Takes effect now').first().waitFor();
});

step('The guest has it', async () => {
  await applied();
  await list()
    .getByRole('button', { name: /^Disk vdb/ })
    .waitFor();
  await tells('cat /sys/block/vdb/size', String((48 * MiB) / 512));
});

step('It is made larger, and the guest sees it grow', async () => {
  await choose(/^Disk vdb/);
  await page.getByRole('article').getByRole('button', { name: 'Resize' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Size', { exact: true }).fill('96');
  await dialog.getByRole('button', { name: 'Review' }).click();
  await button('Show command').click();
  await page.getByRole('region', { name: 'Command' }).getByText('blockresize').waitFor();
  await desktop.photograph(`${tour.pictures}/resize.png`);
  await applied();
  await tells('cat /sys/block/vdb/size', String((96 * MiB) / 512));
});

step('Processors and a cache wait for the next start', async () => {
  await choose(/^Processors/);
  await field('Processors').fill('2');
  await button('Review and apply').click();
  await differences().getByText('At the next start').first().waitFor();
  await applied();
  await choose(/^Disk vda/);
  await field('Cache').selectOption({ label: 'None' });
  await button('Review and apply').click();
  await differences().getByText('Cache', { exact: true }).waitFor();
  await applied();
  await page.getByText(/changes wait for the next start/).waitFor();
  await button('Show them')
    .or(button('Show what waits'))
    .click({ timeout: 3000 })
    .catch(() => undefined);
});

step('A restart takes them up', async () => {
  const before = (await daemon.virsh('domid', NAME)).trim();
  await button('Restart now').click();
  // No number, as long as it is off.
  const after = async () => Number((await daemon.virsh('domid', NAME)).trim()) > Number(before);
  await expect.poll(after, PATIENCE).toBe(true);
  // It has its number before it has its line.
  await expect.poll(() => daemon.virsh('ttyconsole', NAME).catch(() => ''), PATIENCE).toContain('/dev/');
  await logIn();
  await tells('nproc', '2');
  await page.getByText('wait for the next start').waitFor({ state: 'detached' });
});

step('A mistake in the definition is shown at its line', async () => {
  await page.getByRole('tab', { name: 'XML', exact: true }).click();
  await typeAfter('</uuid>', '<title>Mine</titel>');
  await page.locator('.cm-lint-marker-error').first().waitFor();
});

step('Somebody else changes it meanwhile: theirs, and what was typed, side by side', async () => {
  await button('Discard').click();
  await typeAfter('</uuid>', '<title>Mine</title>');
  await editor().getByText('Mine').waitFor();
  const file = join(daemon.dir, 'theirs.xml');
  await writeFile(file, (await next()).replace('<on_crash>destroy', '<on_crash>restart'));
  await daemon.virsh('define', file);
  await page.getByText('Somebody else has changed this definition').waitFor();
  await button('Compare theirs with yours').click();
  await page.getByText('The changes do not meet').waitFor();
});

step('Both are applied', async () => {
  await button('Use the text on the right').click();
  await button('Review').click();
  await page.getByText('What it will have', { exact: true }).waitFor();
  // Main asks, in a window of its own, where a definition gives the guest more of its host than it had.
  app.once('window', (question) => {
    void question
      .getByRole('button', { name: 'Change it' })
      .click()
      .catch(() => undefined);
  });
  await button('Apply').click();
  await expect.poll(next, PATIENCE).toMatch(/<title>Mine<[^]*<on_crash>restart/);
});

step('An earlier definition comes back from the history', async () => {
  await button('History').click();
  await page
    .getByRole('button', { name: /Changed by somebody else/ })
    .first()
    .click();
  await desktop.photograph(`${tour.pictures}/history.png`);
  await button('Restore it').click();
  await expect.poll(next, PATIENCE).not.toContain('<title>');
  expect(await next()).toContain('<on_crash>restart');
});
