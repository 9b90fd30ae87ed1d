import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { type AppCommand, appCommand } from '../app/launch.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { Desktop } from './desktop.ts';
import { comparePicture } from './guest-picture.ts';
import { tourSteps } from './tour-steps.ts';

// Two guests: the screen of one by SPICE and by VNC, and its second serial line; the other's beside it.
const NAME = 'workbench';
const OTHER = 'neighbour';
const PATIENCE = { timeout: 90_000, interval: 500 };

let daemon: PrivateLibvirtd;
let command: AppCommand;
let app: ElectronApplication;
let page: Page;
/** The window that a console was torn off into. */
let torn: Page;
let desktop: Desktop;
let line: SerialLine;
let id: string;
let shown: Page;
const tour = tourSteps('consoles', () => ({ page: shown, desktop }));
const { step } = tour;

const screenOf = (window: Page) => window.getByRole('application', { name: 'Screen of the guest' });
const same = (window: Page, name: string) => expect.poll(async () => (await comparePicture(window, daemon, name)).different, PATIENCE);

/** What the guest's shell wrote of itself: not what was typed, which is echoed. */
const heard = (text: string) => line.until(new RegExp(`^${text}\r?$`, 'm'), 60_000);

async function menu(window: Page, button: string | RegExp, item: string | RegExp): Promise<void> {
  await window.getByRole('button', { name: button }).first().click();
  const chosen = window.getByRole('menuitem', { name: item }).first();
  await chosen.waitFor();
  // Until it has its place, nobody could hit it.
  await window.waitForTimeout(500);
  await chosen.click();
}

async function define(name: string, devices: string, serialLog: string): Promise<void> {
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(file, tinyDomainXml(await tinyGuest(), { name, serialLog }).replace('<memballoon', `${devices}<memballoon`));
  await daemon.virsh('define', file);
  await daemon.virsh('start', name);
}

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  const log = join(daemon.dir, 'log', `${NAME}.log`);
  const agent = `<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>`;
  await define(NAME, `<serial type='pty'/><graphics type='spice' port='-1' autoport='yes' listen='127.0.0.1'/>${agent}`, log);
  await define(OTHER, '', join(daemon.dir, 'log', `${OTHER}.log`));
  id = (await daemon.virsh('domuuid', NAME)).trim();
  line = await serialLine(daemon, NAME, log);
  await line.until(/login: /, 180_000);
  command = await appCommand({ uri: daemon.uri });
  app = await _electron.launch({ executablePath: command.executable, env: command.env, chromiumSandbox: true, colorScheme: null });
  page = await app.firstWindow();
  shown = page;
  page.setDefaultTimeout(30_000);
  desktop = new Desktop(command.env['DISPLAY'] ?? '');
});
afterAll(async () => {
  if (tour.broken && desktop !== undefined) await desktop.photograph(`${tour.pictures}/failed.png`);
  line?.close();
  await app?.close();
  await command?.dispose();
  await daemon?.stop();
});

step('A guest’s screen comes by VNC, as the hypervisor shows it', async () => {
  await page.getByText(NAME, { exact: true }).first().waitFor();
  await page.evaluate((hash) => (window.location.hash = hash), `/hosts/local/guests/${id}/console`);
  await page.getByRole('button', { name: 'VNC display' }).click();
  await screenOf(page).waitFor();
  await same(page, NAME).toBeLessThan(0.01);
});

step('And by SPICE, the same', async () => {
  await page.getByRole('button', { name: 'SPICE display' }).click();
  await expect.poll(() => page.locator('.gh-spice canvas').count(), PATIENCE).toBeGreaterThan(0);
  await same(page, NAME).toBeLessThan(0.01);
});

step(
  'A command is typed into it letter by letter, with the guest’s layout',
  async () => {
    await page.locator('.gh-spice canvas').first().click();
    await page.keyboard.type('root\n', { delay: 60 });
    await expect.poll(async () => (await comparePicture(page, daemon, NAME)).lit, PATIENCE).toBeGreaterThan(0.001);
    // A guest without a tablet or an agent has the pointer for itself, until it is released.
    await page.keyboard.press('Control+Alt');
    await menu(page, 'Send keys', /^Type text/);
    const dialog = page.getByRole('dialog', { name: 'Type text into the guest' });
    await dialog.getByRole('textbox', { name: 'Text' }).fill('clear; echo "typed: {$((6*7))}" | tee /dev/ttyS0');
    await dialog.getByRole('button', { name: /^Type/ }).click();
    await dialog.waitFor({ state: 'detached', timeout: 60_000 });
    await page.keyboard.press('Enter');
    await heard('typed: \\{42\\}');
  },
  'typed',
);

step('The second serial line waits beside it, and is searched', async () => {
  line.type('root');
  await line.until(/\/root # /, 60_000);
  await page.getByRole('button', { name: 'Serial console 2' }).click();
  await page.locator('.xterm').first().waitFor();
  line.type('seq 1 200 | sed "s/$/ bottles of beer/" >/dev/ttyS1');
  await page.locator('.xterm').first().click();
  await page.keyboard.press('Control+Shift+F');
  const search = page.getByRole('search', { name: 'Search the terminal' });
  // Until all of it has come.
  await expect
    .poll(async () => {
      await search.getByRole('textbox').fill('');
      await search.getByRole('textbox').fill('199 bottles');
      return search.innerText();
    }, PATIENCE)
    .toMatch(/1 of \d+/);
});

step('A console is torn off into a window of its own', async () => {
  await page.getByRole('button', { name: 'VNC display' }).click();
  await screenOf(page).waitFor();
  const opened = app.waitForEvent('window');
  await menu(page, 'Window', 'Open in a window of its own');
  torn = await opened;
  torn.setDefaultTimeout(30_000);
  shown = torn;
  await screenOf(torn).waitFor();
  await page.getByText('This console is in its own window').waitFor();
  await same(torn, NAME).toBeLessThan(0.01);
});

step(
  'It fills the screen, and says whose it is and how to get out',
  async () => {
    await menu(torn, 'Window', /^Full screen/);
    await torn.locator('[data-full-screen="true"]').first().waitFor();
    await expect.poll(() => torn.evaluate(() => window.innerWidth === screen.width), PATIENCE).toBe(true);
    await torn.mouse.move(400, 300);
    await torn.mouse.move(400, 0);
    await torn.locator('[data-toolbar-out="true"]').first().waitFor();
    await torn.getByText(NAME).first().waitFor();
  },
  'full-screen',
);

step('It goes back into its window, and into the guest’s page', async () => {
  await menu(torn, 'Window', /^Leave full screen/);
  await expect.poll(() => torn.locator('[data-full-screen="true"]').count(), PATIENCE).toBe(0);
  shown = page;
  const closed = torn.waitForEvent('close');
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await closed;
  await screenOf(page).waitFor();
});

step('All screens at one look', async () => {
  await page.getByRole('link', { name: 'Screens' }).first().click();
  for (const name of [NAME, OTHER]) {
    await page
      .getByRole('option', { name: new RegExp(name) })
      .locator('canvas')
      .waitFor({ timeout: 60_000 });
  }
});
